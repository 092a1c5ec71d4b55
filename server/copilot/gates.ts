/**
 * What has to be so before the autopilot types, in order. One function over plain facts, which were
 * looked up for this one decision; the first thing that is not so is the reason to leave it.
 *
 * @module
 */
import type { Standing } from "../board/library/standing.ts";
import { limitEndMs, saysBusy, saysLimit } from "../board/state/limit_text.ts";
import type { PaneSearch } from "./panes.ts";
import { type Sanitized, sanitizeDraft } from "./sanitize.ts";
import type { Screen } from "./screen.ts";

/** Why a draft is left. */
export type DiscardReason =
  | "halted"
  | "mode_changed"
  | "session_gone"
  | "pane_changed"
  | "pane_busy"
  | "waiting_prompt"
  | "not_idle"
  | "session_moved"
  | "human_typing"
  | "human_active"
  | "stale_draft"
  | "rate_limited"
  | "service_busy"
  | "max_sends"
  | "budget"
  | "context_full"
  | "unsafe_draft"
  | "ai_failed"
  | "repeat"
  | "declined";

/** What becomes of the session's autopilot then. */
export type After =
  /** It is off. */
  | { readonly kind: "off" }
  /** It goes on as soon as the session is idle again, or at the earliest at a time. */
  | { readonly kind: "again"; readonly atMs: number }
  /** Once more at the next look, with the same draft. */
  | { readonly kind: "retry" }
  /** It rests until a time, and says so. */
  | { readonly kind: "pause"; readonly untilMs: number }
  /** Nothing is changed. */
  | { readonly kind: "stay" };

/** A draft that is not typed. */
export interface Discard {
  readonly reason: DiscardReason;
  readonly after: After;
}

/** What was armed: the mode and the place that it stood for. */
export interface Armed {
  readonly configRev: number;
  readonly cursor: string;
  readonly pid: number;
  /** When the draft was ordered, ms since the Unix epoch. */
  readonly atMs: number;
}

/** What a model wrote, or why it did not. */
export type DraftOutcome =
  | { readonly kind: "text"; readonly text: string; readonly forbidden: readonly string[] }
  | { readonly kind: "failed" };

/** What a decision is made of. */
export interface GateFacts {
  readonly nowMs: number;
  readonly isHalted: boolean;
  readonly armed: Armed;
  readonly configRev: number;
  /** Null for a session that is not known any more. */
  readonly standing: Standing | null;
  readonly search: PaneSearch;
  /** The pane that the session was in when it was armed. */
  readonly armedPane: string;
  readonly screen: Screen | null;
  /** When a person last sent something, or was about to write here, ms since the Unix epoch. */
  readonly humanMs: number;
  /** Whether the pane could not be typed into at the look before this one. */
  readonly wasBusy: boolean;
  readonly sends: number;
  readonly maxSends: number;
  readonly isOverBudget: boolean;
  readonly midnightMs: number;
  /** Null in the mode with a fixed text. */
  readonly draft: DraftOutcome | null;
  /** Refused or failed drafts in a row, before this one. */
  readonly failures: number;
  /** What was sent last, the newest last. */
  readonly lastSent: readonly string[];
  /** When lines about a limit were first on the screen, ms since the Unix epoch. */
  readonly limitsSeen: ReadonlyMap<string, number>;
  /** The zone of times that say none. */
  readonly zone: string | undefined;
}

const TYPING_MS = 60_000;
const HUMAN_MS = 60_000;
const STALE_MS = 600_000;
const BUSY_MS = 60_000;
/** A limit that does not say when it ends is thought to end after so long. */
const LIMIT_MS = 5 * 3600_000;
const MAX_CONTEXT_PCT = 95;
const LAST_SENT = 3;

const OFF: After = { kind: "off" };
const STAY: After = { kind: "stay" };
const again = (atMs: number): After => ({ kind: "again", atMs });

/** The gates that are looked at in every mode, then those of drafts, in the order of the list. */
const GATES: readonly ((facts: GateFacts) => Discard | null)[] = [
  ({ isHalted }) => isHalted ? { reason: "halted", after: STAY } : null,
  ({ armed, configRev }) =>
    armed.configRev !== configRev ? { reason: "mode_changed", after: STAY } : null,
  ({ armed, standing, search }) => {
    const isSame = standing !== null && standing.live.state !== "ended" &&
      standing.pid === armed.pid && search.kind !== "gone";
    return isSame ? null : { reason: "session_gone", after: OFF };
  },
  ({ search, armedPane }) =>
    search.kind !== "pane" || search.pane.id !== armedPane
      ? { reason: "pane_changed", after: OFF }
      : null,
  ({ search, screen, wasBusy, nowMs }) => {
    if (search.kind !== "pane") return null;
    const { isDead, isInMode, isOff, isSynchronized } = search.pane;
    const isBusy = isDead || isInMode || isOff || isSynchronized || !search.isForeground ||
      screen === null;
    if (!isBusy) return null;
    return { reason: "pane_busy", after: wasBusy ? again(nowMs) : { kind: "retry" } };
  },
  ({ standing, screen }) => {
    const isWaiting = standing?.live.waitingFor !== undefined || standing?.waitingFor !== null ||
      standing.status === "waiting" || screen?.dialog !== null;
    return isWaiting ? { reason: "waiting_prompt", after: STAY } : null;
  },
  ({ standing, nowMs }) => {
    const isIdle = standing?.live.state === "idle" && standing.live.confidence !== "low";
    return isIdle ? null : { reason: "not_idle", after: again(nowMs) };
  },
  ({ armed, standing, nowMs }) =>
    standing?.cursor !== armed.cursor || standing.hasMoved
      ? { reason: "session_moved", after: again(nowMs) }
      : null,
  ({ screen, nowMs }) =>
    screen?.composer !== "" ? { reason: "human_typing", after: again(nowMs + TYPING_MS) } : null,
  ({ draft, humanMs, nowMs }) =>
    draft !== null && nowMs - humanMs < HUMAN_MS
      ? { reason: "human_active", after: again(humanMs + HUMAN_MS) }
      : null,
  ({ draft, armed, nowMs }) =>
    draft !== null && nowMs - armed.atMs > STALE_MS
      ? { reason: "stale_draft", after: again(nowMs) }
      : null,
  limited,
  ({ sends, maxSends }) => sends >= maxSends ? { reason: "max_sends", after: OFF } : null,
  ({ draft, isOverBudget, midnightMs }) =>
    draft !== null && isOverBudget
      ? { reason: "budget", after: { kind: "pause", untilMs: midnightMs } }
      : null,
  ({ standing }) =>
    (standing?.context?.pct ?? 0) >= MAX_CONTEXT_PCT
      ? { reason: "context_full", after: OFF }
      : null,
  ({ draft, failures, nowMs }) => {
    const reason = draft?.kind === "failed"
      ? "ai_failed"
      : isDeclined(draft) || sanitized(draft)?.ok !== false
      ? null
      : "unsafe_draft";
    if (reason === null) return null;
    return { reason, after: failures >= 1 ? OFF : again(nowMs + BUSY_MS) };
  },
  ({ draft, lastSent }) => {
    const clean = sanitized(draft);
    const isRepeat = clean?.ok === true &&
      lastSent.slice(-LAST_SENT).map(folded).includes(folded(clean.text));
    return isRepeat ? { reason: "repeat", after: OFF } : null;
  },
  ({ draft }) => isDeclined(draft) ? { reason: "declined", after: OFF } : null,
];

/** The first reason against typing; null when there is none. */
export function firstGate(facts: GateFacts): Discard | null {
  for (const gate of GATES) {
    const discard = gate(facts);
    if (discard !== null) return discard;
  }
  return null;
}

/** The text that is typed once every gate is open. */
export function sanitized(draft: DraftOutcome | null): Sanitized | null {
  return draft?.kind === "text" ? sanitizeDraft(draft.text, draft.forbidden) : null;
}

function isDeclined(draft: DraftOutcome | null): boolean {
  const clean = sanitized(draft);
  return clean?.ok === false && clean.reason === "NO_REPLY";
}

function limited(facts: GateFacts): Discard | null {
  const { nowMs } = facts;
  const untilMs = limitUntilMs(facts);
  if (untilMs !== null && untilMs > nowMs) {
    return { reason: "rate_limited", after: { kind: "pause", untilMs } };
  }
  const isBusy = shortLines(facts.screen).some(saysBusy);
  return isBusy ? { reason: "service_busy", after: again(nowMs + BUSY_MS) } : null;
}

/** Until when a limit holds, by the transcript or else by the screen; null for none. */
export function limitUntilMs(
  { standing, screen, nowMs, zone, limitsSeen }: Pick<
    GateFacts,
    "standing" | "screen" | "nowMs" | "zone" | "limitsSeen"
  >,
): number | null {
  const limit = standing?.limit ?? null;
  const line = limitLine(screen);
  const said = limit ?? (line === null ? null : { text: line, ms: limitsSeen.get(line) ?? nowMs });
  return said === null ? null : limitEndMs(said.text, said.ms, zone) ?? said.ms + LIMIT_MS;
}

/** What a screen says of a limit; null for nothing. */
export function limitLine(screen: Screen | null): string | null {
  return shortLines(screen).find(saysLimit)?.trim() ?? null;
}

function shortLines(screen: Screen | null): readonly string[] {
  return screen?.lines.filter((line) => line.length < 300) ?? [];
}

const folded = (text: string) => text.replace(/\s+/g, " ").trim().toLowerCase();
