/**
 * What the copilot knows of sessions: it asks whoever has them, and keeps nothing of its own.
 *
 * @module
 */
import type { Item } from "../board/items/item.ts";
import type { Standing } from "../board/library/standing.ts";
import type { BoardAnswer, BoardQuestion, NoteOrder } from "../board/questions.ts";
import type { Card } from "../board/state/card.ts";

/** How the board is asked. */
export interface SessionSource {
  ask(question: BoardQuestion): Promise<BoardAnswer>;
  /** All cards, the more urgent first. */
  cards(): readonly Card[];
}

/** Items that a prompt is made of, before quiet ones are left out. */
const ITEMS = 60;
const MAX_BYTES = 131_072;

/** Sessions. */
export class Sessions {
  readonly #source: SessionSource;

  /** Asks this. */
  constructor(source: SessionSource) {
    this.#source = source;
  }

  /** Cards, the more urgent first. */
  cards(): readonly Card[] {
    return this.#source.cards();
  }

  /** Where a session stands now; null for one that is not known. */
  async standing(id: string): Promise<Standing | null> {
    const answer = await this.#source.ask({ kind: "standing", id });
    return answer.kind === "json" ? JSON.parse(answer.json) as Standing : null;
  }

  /** Keeps a diagnosis among a session's notes; the note's id, or null where it has no room for one. */
  async keepDiagnosis(id: string, body: string, jobId: string): Promise<string | null> {
    const kind = "diagnosis";
    const order: NoteOrder = { type: "add", id, body, author: "ai", kind, jobId };
    const answer = await this.#source.ask({ kind: "note", order });
    return answer.kind === "json" ? (JSON.parse(answer.json) as { id: string }).id : null;
  }

  /** Its last items, the newest last. */
  async items(id: string): Promise<readonly Item[]> {
    return await this.#window(id, `anchor=tail&limit=${ITEMS}&quiet=0&maxBytes=${MAX_BYTES}`);
  }

  /** The items that have records, by their uuids; those that are not found are left out. */
  async itemsOf(id: string, uuids: readonly string[]): Promise<readonly Item[]> {
    const found = new Map<string, Item>();
    for (const uuid of uuids) {
      const query = `around=${encodeURIComponent(uuid)}&limit=1&maxBytes=${ITEM_BYTES}`;
      for (const item of await this.#window(id, query)) found.set(JSON.stringify(item), item);
    }
    return [...found.values()];
  }

  async #window(id: string, query: string): Promise<readonly Item[]> {
    const answer = await this.#source.ask({ kind: "window", id, query, etag: null });
    return answer.kind === "json" ? (JSON.parse(answer.json) as { items: Item[] }).items : [];
  }
}

/** Bytes of one item. */
const ITEM_BYTES = 16_384;

const folded = (text: string) => text.replace(/\s+/g, " ").trim();
/** Of what a person said last, so much is sure to be known. */
const KNOWN_CHARS = 1000;

/** Whether a session has got a text since it stood there. */
export function hasGot(before: Standing, now: Standing | null, text: string): boolean {
  if (now === null || now.userTurns <= before.userTurns) return false;
  const head = (it: string) => folded(it.slice(0, KNOWN_CHARS));
  return head(now.lastAsk ?? "") === head(text);
}
