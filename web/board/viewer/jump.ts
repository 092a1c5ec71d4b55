/**
 * Places that a link or a button leads to, and where they are.
 *
 * @module
 */
import { tame } from "../words.ts";
import type { Outline, OutlineList } from "./outline.ts";
import type { StateRecord } from "./records.ts";

/** A place in a session. */
export type Jump =
  | { readonly kind: "start" | "end" }
  /** An item by its uuid, a call in it, or a cursor. */
  | { readonly kind: "item"; readonly target: string }
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "listed"; readonly list: OutlineList; readonly which: "first" | "last" }
  /** What the session needs somebody for. */
  | { readonly kind: "attention" }
  /** No place that anybody knows; `text` is that part of the address. */
  | { readonly kind: "unknown"; readonly text: string };

/** Where it is: a window's parameters, and the item that is to be shown; null for an end alone. */
export type Place =
  | { readonly anchor: "head" | "tail" }
  | { readonly around: string };

const NAMED: Readonly<Record<string, Jump>> = {
  start: { kind: "start" },
  end: { kind: "end" },
  attention: { kind: "attention" },
  "first-error": { kind: "listed", list: "errors", which: "first" },
  "last-error": { kind: "listed", list: "errors", which: "last" },
  "first-prompt": { kind: "listed", list: "prompts", which: "first" },
  "last-prompt": { kind: "listed", list: "prompts", which: "last" },
  "first-compaction": { kind: "listed", list: "compactions", which: "first" },
  "last-compaction": { kind: "listed", list: "compactions", which: "last" },
};

const MAX_UNKNOWN_CHARS = 60;

/** The place that a page's address names; null when it names none. */
export function jumpOf(query: URLSearchParams): Jump | null {
  const focus = query.get("focus");
  if (focus !== null && focus !== "") return { kind: "item", target: focus };
  const at = query.get("at") ?? "";
  if (at !== "") {
    const ms = /^\d{10,}$/.test(at) ? Number(at) : Date.parse(at);
    return Number.isNaN(ms) ? unknown("at", at) : { kind: "time", ms };
  }
  const to = query.get("to") ?? "";
  if (to === "") return null;
  return Object.hasOwn(NAMED, to) ? NAMED[to]! : unknown("to", to);
}

function unknown(name: string, value: string): Jump {
  return { kind: "unknown", text: tame(`${name}=${value}`).slice(0, MAX_UNKNOWN_CHARS) };
}

/** Whether it is known before anything is loaded where a place is, or that it is nowhere. */
export function needsNothing({ kind }: Jump): boolean {
  return kind === "item" || kind === "start" || kind === "end" || kind === "unknown";
}

/** What is said of a place that there is not. */
export function whyNowhere(jump: Jump): string {
  return jump.kind === "unknown"
    ? `${jump.text} in its address is no place; a time is one such as at=2026-10-01T08:00:00Z`
    : "the session has no such place";
}

/** Whether a place can be told only with the outline. */
export function needsOutline(jump: Jump, state: StateRecord | null): boolean {
  const { kind } = jump;
  if (kind === "attention") return state !== null && attentionJump(state).kind === "listed";
  return kind === "time" || kind === "listed";
}

/** Where a place is; null when the session has no such place. */
export function placeOf(
  jump: Jump,
  { outline, state }: { readonly outline: Outline | null; readonly state: StateRecord | null },
): Place | null {
  switch (jump.kind) {
    case "start":
      return { anchor: "head" };
    case "end":
      return { anchor: "tail" };
    case "item":
      return { around: jump.target };
    case "time": {
      const n = outline?.at(jump.ms) ?? null;
      return n === null ? null : { around: outline!.cursor(n) };
    }
    case "listed": {
      const entries = outline?.entries(jump.list) ?? [];
      const entry = jump.which === "first" ? entries[0] : entries.at(-1);
      return entry === undefined ? null : { around: outline!.cursor(entry.n) };
    }
    case "attention": {
      if (state === null) return { anchor: "tail" };
      return placeOf(attentionJump(state), { outline, state }) ?? { anchor: "tail" };
    }
    case "unknown":
      return null;
  }
}

/** Where to look for what a session needs: what it waits for stands at its end. */
function attentionJump({ attention, health }: StateRecord): Jump {
  switch (attention.reasons[0]?.code) {
    case "health_bad": {
      const shown = health.reasons.flatMap(({ evidence = [] }) => evidence.slice(-1))[0];
      return shown === undefined ? { kind: "end" } : { kind: "item", target: shown };
    }
    case "api_error":
    case "rate_limited":
      return { kind: "listed", list: "errors", which: "last" };
    default:
      return { kind: "end" };
  }
}
