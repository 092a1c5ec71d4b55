/**
 * Words and numbers as people read them.
 *
 * @module
 */
import type { CardRecord, ColumnName } from "./api.ts";
import { kindOf } from "./kinds.ts";

/** Control characters but for line breaks and tabs, and whatever hides or turns a line round. */
// deno-lint-ignore no-control-regex -- control characters are what is taken out
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Headings of the columns. */
export const COLUMN_TITLES: Readonly<Record<ColumnName, string>> = {
  needs: "Needs you",
  working: "Working",
  idle: "Idle",
  done: "Done today",
};

/** What a column says when nothing is in it. */
export const EMPTY_TEXTS: Readonly<Record<ColumnName, string>> = {
  needs: "Nothing needs you.",
  working: "Nothing is being worked on.",
  idle: "Nothing waits for its next task.",
  done: "Nothing has ended within a day.",
};

const REASONS: Readonly<Record<string, string>> = {
  permission: "asks for permission",
  question: "asks you something",
  health_bad: "gets nowhere",
  rate_limited: "has reached its limit",
  api_error: "ended in an error",
  autopilot_stopped: "stopped answering by itself",
  finished: "has finished",
  open_loop: "left something open",
};

/** What a session wants, in words. */
export function reasonText({ attn, waitingFor }: CardRecord): string {
  const [first] = attn.reasons;
  return first === undefined ? "" : needText(first.code, waitingFor);
}

/** A reason in words. */
export function needText(code: string, waitingFor?: string): string {
  // Nobody knows: a tool that takes long looks the same.
  if (code === "permission" && waitingFor === "maybe permission") return "may ask for permission";
  const text = REASONS[code] ?? code;
  const isSaid = waitingFor === undefined || waitingFor === "permission prompt";
  return !isSaid && code === "permission" ? `${text}: ${waitingFor}` : text;
}

const TROUBLES: Readonly<Record<string, string>> = {
  retry_loop: "repeated a call that failed",
  error_spiral: "hardly anything but errors",
  edit_thrash: "edited one file again and again",
  denials: "was refused",
  api_errors: "errors of the model's service",
  stalled: "stood still",
  context_pressure: "full context",
  cost_spike: "sudden cost",
};

/** How a session that brought nothing went, and why that is said. */
export function troubleText(
  { health, reasons = [] }: {
    readonly health?: "warn" | "bad";
    readonly reasons?: readonly string[];
  },
): string {
  const how = health === "bad" ? "got nowhere" : "had trouble";
  return reasons.length === 0
    ? how
    : `${how}: ${reasons.map((code) => TROUBLES[code] ?? code).join(", ")}`;
}

/** What is said of a session that cannot be typed into. */
export const NO_PANE = "It runs in no tmux that is known here; answer it where it runs.";

/** Why a card cannot be answered; null when it can. */
export function whyNoReply(card: Pick<CardRecord, "id" | "pane" | "state">): string | null {
  if (kindOf(card) !== "agent") return "It has a page of its own.";
  if (card.state === "ended") return "It has ended.";
  return card.pane ? null : NO_PANE;
}

/** Whether a look at a card ends what it asks for. */
export function canBeSeen(card: Pick<CardRecord, "id" | "attn">): boolean {
  const { needs, reasons } = card.attn;
  return needs && (kindOf(card) !== "agent" || reasons.some(({ code }) => code === "finished"));
}

/** Whether a card can be silent for a while. */
export function canBeSilenced({ attn }: Pick<CardRecord, "attn">): boolean {
  return attn.needs && attn.reasons.some(({ code }) => code !== "permission");
}

/** `75` is `1 min`; the largest unit that says enough. */
export function spanText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

/** Dollars, as many digits as tell something. */
export function usdText(usd: number): string {
  return usd >= 100 ? `$${Math.round(usd)}` : `$${usd.toFixed(2)}`;
}

/** A count of tokens. */
export function tokensText(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  return tokens < 1e6 ? `${Math.round(tokens / 1000)} k` : `${(tokens / 1e6).toFixed(1)} M`;
}

/** A text of somebody else's, without what would turn lines round or hide. */
export function tame(text: string): string {
  return text.replace(HIDDEN, "");
}

/** Whether a card has all words of a search in it. */
export function fits(
  { title, project, branch = "", lastText }: CardRecord,
  words: string,
): boolean {
  const text = `${title} ${project} ${branch} ${lastText}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
