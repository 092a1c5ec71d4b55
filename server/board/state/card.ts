/**
 * A session on the board: what fits on a card, and no more.
 *
 * @module
 */
import { utf8Bytes } from "../items/clip.ts";
import { firstChars, oneLine } from "../read/fields.ts";
import { asksPerson, type AudioFact, type SessionFacts } from "./facts.ts";
import type { LiveState } from "./live.ts";
import { type Session, shortModel } from "./session.ts";

/** The columns, in the order in which a session is put into one. */
export const COLUMNS = ["needs", "working", "idle", "done"] as const;

/** A column. */
export type ColumnName = typeof COLUMNS[number];

/** The task that an agent was given. Names are those of the wire. */
export interface CardTask {
  readonly id: string;
  /** How it stands, and where its page is; absent while this server does not know it. */
  readonly status?: string;
  readonly href?: string;
}

/** A card. Names are those of the wire. */
export interface Card {
  readonly id: string;
  /** Higher with each change of this card. */
  readonly rev: number;
  readonly col: ColumnName;
  readonly title: string;
  readonly project: string;
  readonly branch?: string;
  readonly state: LiveState["state"];
  readonly stateSince: string;
  readonly confidence: LiveState["confidence"];
  readonly waitingFor?: string;
  readonly health: { readonly level: Session["health"]["level"]; readonly score: number };
  readonly attn: {
    readonly needs: boolean;
    readonly priority: number;
    readonly reasons: readonly { readonly code: string }[];
  };
  readonly lastText: string;
  readonly lastRole?: "user" | "assistant";
  readonly cost: { readonly usd: number; readonly unpricedTokens: number };
  readonly ctxPct?: number;
  readonly model?: string;
  readonly agents: { readonly running: number; readonly total: number };
  readonly commits: { readonly shipped: number; readonly low: number };
  readonly autopilot: string;
  /** Whether its agent runs in a pane of tmux, so that it can be answered from here. */
  readonly pane: boolean;
  readonly updatedAt: string;
  readonly audio?: readonly {
    readonly id: string;
    readonly kind: "headless" | "live";
    readonly leadP5?: number;
    readonly staleTicks?: number;
    /** Where its report is. */
    readonly href?: string;
  }[];
  /** The task of Headway's that the session works on. */
  readonly task?: CardTask;
  /** Where a card of our own leads, such as the page of a task. */
  readonly href?: string;
}

/** The most that a card may take, bytes of JSON. */
export const MAX_CARD_BYTES = 1536;
/** An ended session leaves the board after so long, ms. */
export const DONE_MS = 24 * 3600_000;
const MAX_LAST_CHARS = 160;

/** The column of a session; null for one that has left the board. */
export function columnOf(session: Session, nowMs: number): ColumnName | null {
  const { live, attention, archived } = session;
  if (archived) return null;
  const isOver = live.state === "ended";
  const isOld = isOver && nowMs - Date.parse(live.since) >= DONE_MS;
  if (isOld) return null;
  if (attention.needs) return "needs";
  if (live.state === "working") return "working";
  return isOver ? "done" : "idle";
}

/** When an ended session leaves the board, ms since the Unix epoch; Infinity for others. */
export function leavesMs(session: Session): number {
  return session.live.state === "ended" ? Date.parse(session.live.since) + DONE_MS : Infinity;
}

/** The card of a session, without its revision. */
export function cardOf(session: Session, col: ColumnName, facts: SessionFacts): Omit<Card, "rev"> {
  const { live, attention, lineage, cost, context } = session;
  const branch = session.repo?.branch ?? facts.branch ?? undefined;
  const model = facts.model;
  const card: Omit<Card, "rev"> = {
    id: session.id,
    col,
    title: oneLine(session.title, 120),
    project: oneLine(session.project.name, 60),
    ...(branch !== undefined && { branch: oneLine(branch, 80) }),
    state: live.state,
    stateSince: live.since,
    confidence: live.confidence,
    ...(live.waitingFor !== undefined && { waitingFor: oneLine(live.waitingFor, 60) }),
    health: { level: session.health.level, score: session.health.score },
    attn: {
      needs: attention.needs,
      priority: attention.priority,
      reasons: attention.reasons.map(({ code }) => ({ code })),
    },
    lastText: firstChars(askedOf(live, facts) ?? facts.lastText, MAX_LAST_CHARS),
    ...(facts.lastRole !== null && { lastRole: facts.lastRole }),
    cost: { usd: cost.usd, unpricedTokens: cost.unpricedTokens },
    ...(context !== null && { ctxPct: context.pct }),
    ...(model !== null && { model: oneLine(shortModel(model), 60) }),
    agents: {
      running: lineage.agents.filter(({ status }) => status === "running").length,
      total: lineage.agents.length,
    },
    commits: {
      shipped: session.commits.high + session.commits.medium,
      low: session.commits.low,
    },
    // Both are added where the copilot is.
    autopilot: "off",
    pane: false,
    updatedAt: session.updatedAt,
    ...(facts.audio !== undefined && facts.audio.length > 0 && { audio: audioLinks(facts.audio) }),
    ...taskLink(facts.firstPrompt),
  };
  return fitted(card);
}

/** What a session that waits asks for; null for one that does not, or does not say. */
function askedOf({ state }: LiveState, { pending }: SessionFacts): string | null {
  if (state !== "waiting") return null;
  const calls = pending.filter(({ agent }) => agent === null);
  const call = calls.find((it) => asksPerson(it) !== null) ?? calls[0];
  return call?.asks || null;
}

function audioLinks(audio: readonly AudioFact[]): NonNullable<Card["audio"]> {
  return audio.map(({ kind, id }) => ({
    id,
    kind: "headless",
    href: kind === "report"
      ? `/reports/${encodeURIComponent(id)}/report.html`
      : `/api/headless/${encodeURIComponent(id)}/report`,
  }));
}

/** What an agent of ours is told begins with the id of its task. */
function taskLink(firstPrompt: string | null): { readonly task?: CardTask } {
  const id = /^---CODA-TASK--- task_id: (task-[0-9a-f]{8}) /.exec(firstPrompt ?? "")?.[1];
  return id === undefined ? {} : { task: { id } };
}

/** Texts of many bytes to a character may take a card beyond its limit: those are cut again. */
export function fitted(card: Omit<Card, "rev">): Omit<Card, "rev"> {
  const sizeOf = (it: object) => utf8Bytes(JSON.stringify(it)) + 24;
  if (sizeOf(card) <= MAX_CARD_BYTES) return card;
  const short = {
    ...card,
    title: oneLine(card.title, 60),
    lastText: oneLine(card.lastText, 60),
    project: oneLine(card.project, 30),
    ...(card.branch !== undefined && { branch: oneLine(card.branch, 30) }),
  };
  if (sizeOf(short) <= MAX_CARD_BYTES) return short;
  return { ...short, lastText: "", ...(card.audio !== undefined && { audio: [] }) };
}
