/**
 * What a client has been told, held against what the server answers.
 *
 * @module
 */
import type { Heard } from "../../bench/parts/board_client.ts";
import type { BoardRecord } from "../../web/board/api.ts";
import { BoardState } from "../../web/board/board_state.ts";
import type {
  BlockRecord,
  ItemRecord,
  PatchRecord,
  ToolRecord,
  WindowRecord,
} from "../../web/board/viewer/records.ts";

/** An event as it is told. */
export type Told = Pick<Heard, "event" | "id" | "data">;

/** The board as a client has it, over all its streams. */
export class BoardMirror {
  /** How often it was held against an answer of the same revision. */
  compared = 0;
  /** What was wrong, one sentence each. */
  readonly problems: string[] = [];
  readonly #state = new BoardState();
  #lastId: string | null = null;
  #expected: BoardRecord | null = null;

  /** What to say when one comes again. */
  get lastId(): string | null {
    return this.#lastId;
  }

  /** The revision that the client has. */
  get rev(): number {
    return this.#state.rev;
  }

  /** Takes an event. */
  take({ event, id, data }: Told): void {
    if (id !== null) this.#lastId = id;
    if (event === "snapshot") this.#state.setAll(data);
    else if (event === "diff") {
      if (data.rev <= this.rev) {
        this.problems.push(`a client at revision ${this.rev} was told of ${data.rev}`);
      }
      this.#state.apply(data);
    }
    this.#look();
  }

  /** Takes an answer: when the client comes to its revision, it has to have the same. */
  expect(board: BoardRecord): void {
    this.#expected = board;
    this.#look();
  }

  #look(): void {
    const expected = this.#expected;
    if (expected === null || this.rev < expected.rev) return;
    this.#expected = null;
    // Changes that come together are told as one, so a client may never have had that revision.
    if (this.rev > expected.rev) return;
    this.compared++;
    const wrong = expected.cards.filter((card) =>
      JSON.stringify(card) !== JSON.stringify(this.#state.card(card.id))
    );
    const isMore = this.#state.size > expected.cards.length;
    const isOther = JSON.stringify(this.#state.totals) !== JSON.stringify(expected.totals);
    if (wrong.length === 0 && !isMore && !isOther) return;
    this.problems.push(
      `at revision ${this.rev} a client had ${this.#state.size} cards, the board ` +
        `${expected.cards.length}; ${wrong.length} of them other ones`,
    );
  }
}

/** A session as a client has it: a window, and what came since. */
export class SessionMirror {
  /** The session. */
  readonly id: string;
  /** What was wrong, one sentence each. */
  readonly problems: string[] = [];
  /** The file is another one, or gone: the client has to look again. */
  isStale = false;
  readonly #items = new Map<number, ItemRecord>();
  #first: number;
  #next: number;
  #cursor: string;

  /** Begins with a window that reaches to the end. */
  constructor(id: string, { items, window, streamCursor }: WindowRecord) {
    this.id = id;
    this.#first = items[0]?.n ?? window.total;
    this.#next = window.total;
    this.#cursor = streamCursor;
    for (const item of items) this.#items.set(item.n, item);
  }

  /** Where to go on from. */
  get cursor(): string {
    return this.#cursor;
  }

  /** How many items it has. */
  get size(): number {
    return this.#items.size;
  }

  /** Takes an event. */
  take({ event, id, data }: Told): void {
    // Numbers are those of another file from then on.
    if (this.isStale) return;
    if (id !== null) this.#cursor = id;
    if (event === "reset" || event === "gone") this.isStale = true;
    else if (event === "items") { for (const item of data.items) this.#item(item); }
    else if (event === "patch") this.#patch(data);
  }

  /** Why the items of a window of the same session are not those that the client has; null when they are. */
  differs(items: readonly ItemRecord[]): string | null {
    const shown = items.filter(({ n }) => n >= this.#first);
    const wrong = shown.filter((item) => {
      const known = this.#items.get(item.n);
      return known === undefined || lasting(known) !== lasting(item);
    });
    if (wrong.length === 0 && shown.length === this.size) return null;
    return `a client of session ${this.id} had ${this.size} items from ${this.#first} on, the ` +
      `server ${shown.length}; ${wrong.length} of them other ones, the first ${wrong[0]?.n}`;
  }

  #item(item: ItemRecord): void {
    if (item.n < this.#first) return;
    if (item.n > this.#next) {
      this.problems.push(`after item ${this.#next - 1} of session ${this.id} came ${item.n}`);
    }
    this.#next = Math.max(this.#next, item.n + 1);
    this.#items.set(item.n, item);
  }

  #patch({ n, block, ...news }: PatchRecord): void {
    if (n < this.#first) return;
    const item = this.#items.get(n);
    const isIt = (it: BlockRecord): it is ToolRecord => it.t === "tool" && it.id === block;
    if (item?.text?.some(isIt) !== true) {
      this.problems.push(
        `session ${this.id} has news of a call in item ${n} that nobody was told of`,
      );
      return;
    }
    const text = item.text.map((it) => isIt(it) ? { ...it, ...news } as ToolRecord : it);
    this.#items.set(n, { ...item, text });
  }
}

/** What of an item is told as it changes; the rest a client learns with its next window. */
function lasting({ offBranch: _, quiet: __, clip: ___, ...rest }: ItemRecord): string {
  const sorted = (_key: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
      : value;
  return JSON.stringify(rest, sorted);
}
