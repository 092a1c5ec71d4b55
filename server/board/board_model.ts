/**
 * The board: its cards, and a feed of what changes on it. Every diff has the revision after the one
 * before it, so whoever has a snapshot and all diffs since has the board. A page of its own, a stream
 * and a test all look at it in the same way.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/mod.ts";
import { utf8Bytes } from "./items/clip.ts";
import type { BoardChange, MoneyTotals } from "./library/changes.ts";
import { type Card, type ColumnName, COLUMNS } from "./state/card.ts";

/** Numbers above the board. Names are those of the wire. */
export interface BoardTotals extends MoneyTotals {
  /** Sessions that go on. */
  readonly live: number;
  /** Sessions that need somebody. */
  readonly needs: number;
  readonly aiTodayUsd: number;
  readonly aiBudgetUsd: number;
}

/** The whole board. */
export interface BoardSnapshot {
  readonly rev: number;
  readonly boot: string;
  readonly columns: readonly ColumnName[];
  /** By column, then the more urgent first, then the older; without urgency the newest first. */
  readonly cards: readonly Card[];
  readonly totals: BoardTotals;
  readonly ai: { readonly available: boolean; readonly reason?: string };
}

/** What changed. */
export interface BoardDiff {
  /** One more than that of the diff before. */
  readonly rev: number;
  /** Cards that came or changed, as they are now. */
  readonly up: readonly Card[];
  /** Ids of cards that went. */
  readonly rm: readonly string[];
  /** The totals, when they changed. */
  readonly totals?: BoardTotals;
}

/** What a board is made of. */
export interface BoardModelOptions {
  readonly clock: Clock;
  /** Tells this start of the process from others. */
  readonly boot: string;
  /** Least time between two diffs, seconds; default 0.2. */
  readonly intervalS?: number;
}

/** What is known of the model that may be asked. */
export interface AiState {
  readonly available: boolean;
  readonly reason?: string;
  readonly todayUsd: number;
  readonly budgetUsd: number;
}

const NO_AI: AiState = {
  ...{ available: false, reason: "this server has no assistant", todayUsd: 0, budgetUsd: 0 },
};

/** So many diffs are kept, and so many bytes of them, for those who come back. */
const MAX_KEPT_DIFFS = 512;
const MAX_KEPT_BYTES = 2 ** 20;

/** The board. */
export class BoardModel {
  readonly #options: BoardModelOptions;
  readonly #intervalS: number;
  readonly #cards = new Map<string, Card>();
  readonly #listeners = new Set<(diff: BoardDiff) => void>();
  /** Newest last. */
  #kept: { readonly diff: BoardDiff; readonly bytes: number }[] = [];
  /** Diffs as JSON: each goes to many. */
  readonly #jsonOf = new WeakMap<BoardDiff, string>();
  #keptBytes = 0;
  #waitingUp = new Map<string, Omit<Card, "rev">>();
  #waitingRm = new Set<string>();
  #money: MoneyTotals = { todayUsd: 0, unpricedTokens: 0 };
  #totals: BoardTotals;
  #ai: AiState = NO_AI;
  /** Cards as they were told to us. */
  readonly #plain = new Map<string, Omit<Card, "rev">>();
  #rev = 0;
  #lastS = -Infinity;
  #timer: Timer | null = null;
  #json: string | null = null;

  /** An empty board. */
  constructor(options: BoardModelOptions) {
    this.#options = options;
    this.#intervalS = options.intervalS ?? 0.2;
    this.#totals = this.#count();
  }

  /** Tells this start of the process from others. */
  get boot(): string {
    return this.#options.boot;
  }

  /** Whether a card of this id is on the board. */
  has(id: string): boolean {
    return this.#cards.has(id);
  }

  /** The revision of the board. */
  get rev(): number {
    return this.#rev;
  }

  /** Numbers above the board. */
  get totals(): BoardTotals {
    return this.#totals;
  }

  /** A card; null for none. */
  card(id: string): Card | null {
    return this.#cards.get(id) ?? null;
  }

  /** Takes a change. Changes that come close together are told as one. */
  apply({ up, rm, money }: BoardChange): void {
    for (const id of rm) {
      this.#plain.delete(id);
      this.#waitingUp.delete(id);
      this.#waitingRm.add(id);
    }
    for (const card of up) {
      this.#waitingRm.delete(card.id);
      this.#plain.set(card.id, card);
      this.#waitingUp.set(card.id, card);
    }
    if (money !== null) this.#money = money;
    if (this.#timer !== null) return;
    const { clock } = this.#options;
    const dueS = this.#lastS + this.#intervalS;
    if (clock.now() >= dueS) this.#tell();
    else {
      this.#timer = clock.at(dueS, () => {
        this.#timer = null;
        this.#tell();
      });
    }
  }

  /** Adds to cards what is not known where they are made. */
  decorate: (card: Omit<Card, "rev">) => Omit<Card, "rev"> = (card) => card;

  /** Shows a card again, as something has changed of what is added to it. */
  refresh(id: string): void {
    const card = this.#plain.get(id);
    if (card !== undefined) this.apply({ up: [card], rm: [], money: null });
  }

  /** Shows what is known of the model that may be asked. */
  setAi(ai: AiState): void {
    this.#ai = ai;
    this.apply({ up: [], rm: [], money: null });
    // Whether it can be asked is in no diff: whoever looks the next time is told.
    this.#json = null;
  }

  /** Calls `listener` with each diff from now on; what it returns ends that. */
  subscribe(listener: (diff: BoardDiff) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All diffs after a revision; null when some of them are not kept any more. */
  since(rev: number): readonly BoardDiff[] | null {
    if (rev === this.#rev) return [];
    const oldest = this.#kept[0]?.diff.rev ?? this.#rev + 1;
    if (rev > this.#rev || rev < oldest - 1) return null;
    return this.#kept.map(({ diff }) => diff).filter((diff) => diff.rev > rev);
  }

  /** The whole board. */
  snapshot(): BoardSnapshot {
    return {
      rev: this.#rev,
      boot: this.#options.boot,
      columns: COLUMNS,
      cards: [...this.#cards.values()].sort(byPlace),
      totals: this.#totals,
      ai: {
        available: this.#ai.available,
        ...(this.#ai.reason !== undefined && { reason: this.#ai.reason }),
      },
    };
  }

  /** The whole board as JSON; made once for each revision. */
  json(): string {
    return this.#json ??= JSON.stringify(this.snapshot());
  }

  /** A diff as JSON; made once for those that are kept. */
  diffJson(diff: BoardDiff): string {
    let json = this.#jsonOf.get(diff);
    if (json === undefined) this.#jsonOf.set(diff, json = JSON.stringify(diff));
    return json;
  }

  /** Nothing is told any more. */
  close(): void {
    this.#timer?.cancel();
    this.#listeners.clear();
  }

  #tell(): void {
    this.#lastS = this.#options.clock.now();
    const rm = [...this.#waitingRm].filter((id) => this.#cards.delete(id));
    const up = [...this.#waitingUp.values()].map((card): Card => {
      const rev = (this.#cards.get(card.id)?.rev ?? 0) + 1;
      const known = { ...this.decorate(card), rev };
      this.#cards.set(card.id, known);
      return known;
    });
    this.#waitingRm = new Set();
    this.#waitingUp = new Map();
    const totals = this.#count();
    const hasTotals = JSON.stringify(totals) !== JSON.stringify(this.#totals);
    if (up.length + rm.length === 0 && !hasTotals) return;
    this.#totals = totals;
    this.#json = null;
    this.#rev++;
    const diff: BoardDiff = { rev: this.#rev, up, rm, ...(hasTotals && { totals }) };
    this.#keep(diff);
    for (const listener of [...this.#listeners]) listener(diff);
  }

  #keep(diff: BoardDiff): void {
    const bytes = utf8Bytes(this.diffJson(diff));
    this.#kept.push({ diff, bytes });
    this.#keptBytes += bytes;
    let gone = 0;
    while (this.#kept.length - gone > MAX_KEPT_DIFFS || this.#keptBytes > MAX_KEPT_BYTES) {
      const first = this.#kept[gone++];
      if (first === undefined) break;
      this.#keptBytes -= first.bytes;
    }
    if (gone > 0) this.#kept = this.#kept.slice(gone);
  }

  #count(): BoardTotals {
    let live = 0;
    let needs = 0;
    for (const { state, attn } of this.#cards.values()) {
      if (state !== "ended") live++;
      if (attn.needs) needs++;
    }
    return {
      live,
      needs,
      ...this.#money,
      aiTodayUsd: this.#ai.todayUsd,
      aiBudgetUsd: this.#ai.budgetUsd,
    };
  }
}

function byPlace(a: Card, b: Card): number {
  const column = COLUMNS.indexOf(a.col) - COLUMNS.indexOf(b.col);
  if (column !== 0) return column;
  if (a.col === "needs") {
    return b.attn.priority - a.attn.priority || order(a.stateSince, b.stateSince) ||
      order(a.id, b.id);
  }
  return order(b.updatedAt, a.updatedAt) || order(a.id, b.id);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
