/**
 * Whether a session needs a person, and how soon.
 *
 * @module
 */
import type { AutopilotState } from "../copilot_news.ts";
import type { SessionFacts } from "./facts.ts";
import type { Health } from "./health.ts";
import type { LiveState } from "./live.ts";

/** Why it needs one. */
export interface AttentionReason {
  readonly code: string;
  /** ISO 8601. */
  readonly since: string;
  readonly text: string;
}

/** What is told of it. */
export interface Attention {
  readonly needs: boolean;
  /** Higher comes first. */
  readonly priority: number;
  readonly reasons: readonly AttentionReason[];
  readonly snoozedUntil?: string;
  readonly seenAt?: string;
}

/** Something that a session left open, which is old enough to be asked about. */
export interface OldLoop {
  readonly sinceMs: number;
  readonly text: string;
}

/** What a person has done with a card. */
export interface CardView {
  /** When it was looked at last; of a new session when it was first found, ms since the Unix epoch. */
  readonly seenMs: number;
  /** Until when it is not to be shown as needing anybody; 0 for not at all. */
  readonly snoozedUntilMs: number;
}

const PRIORITIES: Readonly<Record<string, number>> = {
  permission: 100,
  question: 90,
  health_bad: 80,
  rate_limited: 70,
  api_error: 65,
  autopilot_stopped: 60,
  finished: 40,
  open_loop: 20,
};
/** What a banner says of a limit is thought to hold for so long, ms. */
const LIMIT_MS = 5 * 3600_000;

/** Whether a session needs a person. */
export function assessAttention(
  facts: SessionFacts,
  { live, health, view, nowMs, openLoop = null, autopilot }: {
    readonly live: LiveState;
    readonly health: Health;
    readonly view: CardView;
    readonly nowMs: number;
    readonly openLoop?: OldLoop | null;
    readonly autopilot?: AutopilotState;
  },
): Attention {
  const reasons = reasonsOf(facts, { live, health, view, nowMs, autopilot });
  if (openLoop !== null) {
    const since = new Date(openLoop.sinceMs).toISOString();
    reasons.push({ code: "open_loop", since, text: openLoop.text });
  }
  const isSnoozed = view.snoozedUntilMs > nowMs;
  const shown = reasons.filter(({ code }) => !isSnoozed || code === "permission");
  const priority = Math.max(0, ...shown.map((reason) => priorityOf(reason, live)));
  return {
    needs: shown.length > 0,
    priority,
    reasons: shown,
    ...(isSnoozed && { snoozedUntil: new Date(view.snoozedUntilMs).toISOString() }),
    ...(view.seenMs > 0 && { seenAt: new Date(view.seenMs).toISOString() }),
  };
}

function priorityOf({ code }: AttentionReason, live: LiveState): number {
  const priority = PRIORITIES[code] ?? 0;
  return code === "permission" && live.confidence === "low" ? priority - 10 : priority;
}

function reasonsOf(
  facts: SessionFacts,
  { live, health, view, nowMs, autopilot }: {
    readonly live: LiveState;
    readonly health: Health;
    readonly view: CardView;
    readonly nowMs: number;
    readonly autopilot: AutopilotState | undefined;
  },
): AttentionReason[] {
  const reasons: AttentionReason[] = [];
  const { state, since, waitingFor = "" } = live;
  const isOver = state === "ended";
  if (state === "waiting") {
    const isQuestion = waitingFor === "question" || waitingFor === "plan";
    const text = isQuestion ? `waits for an answer (${waitingFor})` : `waits: ${waitingFor}`;
    reasons.push({ code: isQuestion ? "question" : "permission", since, text });
  }
  const { last } = facts;
  if (state === "idle" && last?.kind === "assistant" && last.isAsking) {
    reasons.push({ code: "question", since, text: "its answer ends with a question" });
  }
  if (health.level === "bad" && !isOver) {
    const text = health.reasons[0]?.text ?? "does not get on";
    reasons.push({ code: "health_bad", since: health.reasons[0]?.since ?? since, text });
  }
  const { rateLimit } = facts;
  // What was said after the banner says that the limit is over.
  const isLimited = rateLimit !== null && nowMs - rateLimit.ms < LIMIT_MS &&
    (last === null || last.ms <= rateLimit.ms);
  if (isLimited && !isOver) {
    const at = new Date(rateLimit.ms).toISOString();
    reasons.push({ code: "rate_limited", since: at, text: rateLimit.text });
  }
  if (last?.kind === "api_error" && !isOver) {
    reasons.push({
      code: "api_error",
      since,
      text: facts.lastError ?? "the model's service failed",
    });
  }
  // What rests, is halted or waits for the end of a limit goes on again; what is off waits for a person.
  const isStopped = autopilot?.mode === "off" && autopilot.paused !== undefined &&
    autopilot.resumes !== true;
  if (isStopped && !isOver) {
    const text = `its autopilot turned itself off (${autopilot.paused})`;
    reasons.push({ code: "autopilot_stopped", since: autopilot.stoppedAt ?? since, text });
  }
  const isDone = state === "idle" || state === "ended";
  if (isDone && facts.lastWorkMs !== null && facts.lastWorkMs > view.seenMs) {
    reasons.push({ code: "finished", since, text: "finished since it was looked at" });
  }
  return reasons;
}

/** Orders sessions: those that need somebody first, the more urgent before, of equals the older. */
export function byUrgency(
  a: { readonly attention: Attention; readonly sinceMs: number },
  b: { readonly attention: Attention; readonly sinceMs: number },
): number {
  return Number(b.attention.needs) - Number(a.attention.needs) ||
    b.attention.priority - a.attention.priority || a.sinceMs - b.sinceMs;
}
