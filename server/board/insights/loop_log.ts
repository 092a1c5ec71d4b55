/**
 * Remembers when something was found open, and when it was no more.
 *
 * @module
 */
import type { BoardStore } from "../library/store.ts";
import type { OpenLoop } from "./loops.ts";

interface Kept {
  readonly openedMs: number;
  readonly closedMs: number | null;
}

/** What was closed longer ago is forgotten, and what is more than so many. */
const KEEP_MS = 400 * 86_400_000;
const MAX_KEPT = 10_000;

/** The log. */
export class LoopLog {
  readonly #store: BoardStore;
  readonly #kept = new Map<string, Kept>();

  /** Takes up what was kept. */
  constructor(store: BoardStore) {
    this.#store = store;
    for (const [id, json] of store.documents("loop")) this.#kept.set(id, JSON.parse(json));
  }

  /** What is open now. */
  note(loops: readonly OpenLoop[], nowMs: number): void {
    const open = new Map(loops.map((it) => [it.id, it]));
    const changed = new Map<string, Kept | null>();
    for (const [id, kept] of this.#kept) {
      if (kept.closedMs === null && !open.has(id)) changed.set(id, { ...kept, closedMs: nowMs });
      if (kept.closedMs !== null && kept.closedMs < nowMs - KEEP_MS) changed.set(id, null);
    }
    for (const { id, sinceMs } of open.values()) {
      const kept = this.#kept.get(id);
      if (kept?.closedMs === null) continue;
      const isFull = kept === undefined && this.#kept.size >= MAX_KEPT;
      if (!isFull) changed.set(id, { openedMs: sinceMs, closedMs: null });
    }
    if (changed.size === 0) return;
    this.#store.together(() => {
      for (const [id, kept] of changed) {
        this.#store.putDocument("loop", id, kept === null ? null : JSON.stringify(kept));
        if (kept === null) this.#kept.delete(id);
        else this.#kept.set(id, kept);
      }
    });
  }

  /** How many began in a time, and how many were closed in it. */
  count(
    isIn: (ms: number) => boolean,
  ): { readonly loopsOpened: number; readonly loopsClosed: number } {
    const all = [...this.#kept.values()];
    return {
      loopsOpened: all.filter(({ openedMs }) => isIn(openedMs)).length,
      loopsClosed: all.filter(({ closedMs }) => closedMs !== null && isIn(closedMs)).length,
    };
  }
}
