/**
 * What runs on a server, by kind: its own sessions, whose ids say what they are, and coding agents.
 *
 * @module
 */
import type { CardRecord } from "./api.ts";

/** The kinds, in the order in which pages show them. */
export const KINDS = ["stream", "voice", "task", "agent"] as const;

/** A kind. */
export type Kind = typeof KINDS[number];

/** Of which kind a card is. */
export function kindOf({ id }: Pick<CardRecord, "id">): Kind {
  const [, own] = /^headway:(stream|voice|task):/.exec(id) ?? [];
  return own === undefined ? "agent" : own as Kind;
}

/** What goes on, by kind: whoever needs somebody first, the more urgent before, then the newest. */
export function runningByKind(
  cards: Iterable<CardRecord>,
): Readonly<Record<Kind, readonly CardRecord[]>> {
  const running: Record<Kind, CardRecord[]> = { stream: [], voice: [], task: [], agent: [] };
  for (const card of cards) if (goesOn(card)) running[kindOf(card)].push(card);
  for (const kind of KINDS) {
    running[kind].sort((a, b) =>
      urgency(b) - urgency(a) || byText(b.updatedAt, a.updatedAt) ||
      byText(a.id, b.id)
    );
  }
  return running;
}

function urgency({ attn }: CardRecord): number {
  return attn.needs ? attn.priority : -1;
}

/** Whether something can still happen: a transcript that nobody continues does not run. */
function goesOn({ state }: CardRecord): boolean {
  return state !== "ended" && state !== "unknown";
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
