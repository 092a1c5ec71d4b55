/**
 * The board as the page has it: a snapshot, and every change since. Cards keep their order: the more
 * urgent first, else the newest.
 *
 * @module
 */
import type { BoardRecord, CardRecord, ColumnName, DiffRecord, TotalsRecord } from "./api.ts";

/** The board. */
export class BoardState {
  readonly #cards = new Map<string, CardRecord>();
  #totals: TotalsRecord | null = null;
  #rev = -1;

  /** The revision; -1 before the first snapshot. */
  get rev(): number {
    return this.#rev;
  }

  /** Numbers above the board; null before the first snapshot. */
  get totals(): TotalsRecord | null {
    return this.#totals;
  }

  /** How many cards there are. */
  get size(): number {
    return this.#cards.size;
  }

  /** A card. */
  card(id: string): CardRecord | undefined {
    return this.#cards.get(id);
  }

  /** All cards, in no order. */
  all(): Iterable<CardRecord> {
    return this.#cards.values();
  }

  /** Takes the whole board. */
  setAll({ rev, cards, totals }: BoardRecord): void {
    this.#cards.clear();
    for (const card of cards) this.#cards.set(card.id, card);
    this.#rev = rev;
    this.#totals = totals;
  }

  /** Takes a change. */
  apply({ rev, up, rm, totals }: DiffRecord): void {
    for (const id of rm) this.#cards.delete(id);
    for (const card of up) this.#cards.set(card.id, card);
    this.#rev = rev;
    if (totals !== undefined) this.#totals = totals;
  }

  /** Cards of a column, in order. */
  column(name: ColumnName): CardRecord[] {
    return [...this.#cards.values()].filter(({ col }) => col === name).sort(byPlace);
  }
}

function byPlace(a: CardRecord, b: CardRecord): number {
  if (a.col === "needs") {
    return b.attn.priority - a.attn.priority || order(a.stateSince, b.stateSince) ||
      order(a.id, b.id);
  }
  return order(b.updatedAt, a.updatedAt) || order(a.id, b.id);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
