/**
 * What of a transcript the page has: a run of windows that follow each other, bounded. Windows far from
 * where the reader looks are dropped, and asked for again when the reader comes back.
 *
 * @module
 */
import type { BlockRecord, ItemRecord, PatchRecord, WindowRecord } from "./records.ts";

/** An end at which more may be loaded. */
export type Side = "before" | "after";

/** An item, and a name that no other one has. */
export interface Row {
  readonly key: string;
  readonly item: ItemRecord;
}

/** How much is kept. */
export interface PagesOptions {
  /** Items of a window that grows at the end, before the next one is begun. */
  readonly pageItems: number;
  /** Items that are kept at most, but for one window. */
  readonly maxItems: number;
}

interface Page {
  items: ItemRecord[];
  /** What to ask for what is above; null at the beginning. */
  before: string | null;
  /** What to ask for what is below; null at the end. */
  after: string | null;
}

/** The windows. */
export class TranscriptPages {
  readonly #options: PagesOptions;
  #pages: Page[] = [];
  #rows: readonly Row[] | null = null;
  #gen = 0;
  #highest = -1;
  #missed = 0;
  #expected = 0;
  /** What came while a window was on its way, which may be older than that. */
  #late: (() => void)[] = [];
  /** Whether items that say nothing to a reader are kept. */
  hasQuiet = false;

  /** Nothing yet. */
  constructor(options: PagesOptions) {
    this.#options = options;
  }

  /** The generation of the file. */
  get gen(): number {
    return this.#gen;
  }

  /** The items, in order. */
  get rows(): readonly Row[] {
    return this.#rows ??= rowsOf(this.#pages.flatMap(({ items }) => items));
  }

  /** The cursor for what is above; null when that is the beginning. */
  get before(): string | null {
    return this.#pages[0]?.before ?? null;
  }

  /** The cursor for what is below; null when that is the end. */
  get after(): string | null {
    return this.#pages.at(-1)?.after ?? null;
  }

  /** Items that came, and are not here. */
  get missed(): number {
    return this.#missed;
  }

  /** The highest number that is known to be taken; -1 for none. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether numbers are those of the whole: an end of a file may be shown before it is counted. */
  get isNumbered(): boolean {
    return (this.#pages[0]?.items[0]?.n ?? 0) >= 0;
  }

  /** Everything that came has been seen. */
  seen(): void {
    this.#missed = 0;
  }

  /** A window has been asked for: what comes until it is here is looked at again then. */
  expect(): void {
    this.#expected++;
  }

  /** It will not come. */
  giveUp(): void {
    this.#arrived();
  }

  /** Takes a window in place of all that is here. */
  open({ items, window, streamCursor }: WindowRecord): void {
    this.#gen = Number(streamCursor.split(".")[0]);
    this.#pages = [{ items: [...items], before: window.before, after: window.after }];
    this.#highest = window.totalExact ? window.total - 1 : items.at(-1)?.n ?? -1;
    this.#missed = 0;
    this.#changed();
    this.#arrived();
  }

  /** Takes the window next to what is here, and drops what is far from it. */
  extend(side: Side, { items, window }: WindowRecord): void {
    const page = { items: [...items], before: window.before, after: window.after };
    if (window.totalExact) this.#highest = Math.max(this.#highest, window.total - 1);
    if (side === "before") {
      // What was loaded without an item of its own is the beginning after all.
      if (items.length === 0) this.#pages[0]!.before = window.before;
      else this.#pages.unshift(page);
      this.#drop("after");
    } else {
      const last = items.at(-1);
      // More may have come since this was answered.
      const isBehind = page.after === null && last !== undefined && last.n >= 0 &&
        this.#highest > last.n;
      if (isBehind) page.after = this.#cursor(last.n);
      if (items.length === 0) this.#pages.at(-1)!.after = window.after;
      else this.#pages.push(page);
      this.#drop("before");
    }
    this.#changed();
    this.#arrived();
  }

  /**
   * Takes what comes at the end of the session: items that are new, or longer than they were.
   *
   * @param isFollowing - Whether the reader stands at the end; else there is a limit to what is kept.
   */
  take(items: readonly ItemRecord[], isFollowing: boolean): void {
    if (this.#expected > 0) this.#late.push(() => this.#take(items, isFollowing));
    this.#take(items, isFollowing);
  }

  #take(items: readonly ItemRecord[], isFollowing: boolean): void {
    for (const item of items) {
      const isNew = item.n > this.#highest;
      this.#highest = Math.max(this.#highest, item.n);
      if (this.put(item) || !isNew || (item.quiet === true && !this.hasQuiet)) continue;
      if (!isFollowing || this.after !== null) this.#missed++;
      if (this.after === null) this.#append(item, isFollowing);
    }
    if (isFollowing) this.#drop("before");
    this.#changed();
  }

  /** Takes what came of a call. */
  patch(patch: PatchRecord): void {
    if (this.#expected > 0) this.#late.push(() => this.#patch(patch));
    this.#patch(patch);
  }

  #patch(patch: PatchRecord): void {
    const item = this.#items().find(({ text = [] }) => text.some((block) => isOf(block, patch)));
    if (item === undefined) return;
    const { block: _, n: __, ...rest } = patch;
    const text = item.text!.map((block) => isOf(block, patch) ? { ...block, ...rest } : block);
    this.put({ ...item, text: text as BlockRecord[] });
  }

  /** Puts an item in place of what it was; false for one that is not here. */
  put(item: ItemRecord): boolean {
    for (const page of this.#pages) {
      const at = page.items.findIndex((known) => isSame(known, item));
      if (at < 0) continue;
      const known = page.items[at]!;
      page.items[at] = item;
      if (known.n < 0 && item.n >= 0) this.#renumber(item.n - known.n);
      this.#changed();
      return true;
    }
    return false;
  }

  /** Where an item is among the rows, by its uuid, its number, or a call in it; -1 when it is not. */
  indexOf(target: string | number): number {
    return this.rows.findIndex(({ item }) =>
      item.uuid === target || item.n === target ||
      (item.text ?? []).some((block) => block.t === "tool" && block.id === target)
    );
  }

  #items(): ItemRecord[] {
    return this.#pages.flatMap(({ items }) => items);
  }

  #append(item: ItemRecord, isFollowing: boolean): void {
    const { pageItems, maxItems } = this.#options;
    let page = this.#pages.at(-1);
    const last = page?.items.at(-1);
    if (last !== undefined && !isFollowing && this.rows.length >= maxItems) {
      page!.after = this.#cursor(last.n);
      return;
    }
    if (page === undefined || page.items.length >= pageItems) {
      if (page !== undefined) page.after = this.#cursor(last!.n);
      page = { items: [], before: last === undefined ? null : this.#cursor(item.n), after: null };
      this.#pages.push(page);
    }
    page.items.push(item);
    this.#changed();
  }

  /** Drops windows at one end while enough is left. */
  #drop(at: Side): void {
    let count = this.#pages.reduce((sum, { items }) => sum + items.length, 0);
    for (;;) {
      const page = at === "before" ? this.#pages[0] : this.#pages.at(-1);
      if (page === undefined || count - page.items.length < this.#options.maxItems) return;
      count -= page.items.length;
      if (at === "before") this.#pages.shift();
      else this.#pages.pop();
      this.#close(at, page);
    }
  }

  /** Who dropped a window can ask for it again. */
  #close(at: Side, { items }: Page): void {
    if (at === "before") {
      const first = this.#pages[0]!;
      first.before ??= this.#cursor(items.at(-1)!.n + 1);
    } else {
      const last = this.#pages.at(-1)!;
      last.after ??= this.#cursor(items[0]!.n - 1);
    }
  }

  /** The numbers of what was shown before the file was counted. */
  #renumber(by: number): void {
    for (const page of this.#pages) {
      page.items = page.items.map((item) => item.n < 0 ? { ...item, n: item.n + by } : item);
    }
  }

  #cursor(n: number): string {
    return `${this.#gen}.${n}`;
  }

  #changed(): void {
    this.#rows = null;
  }

  #arrived(): void {
    this.#expected = Math.max(0, this.#expected - 1);
    if (this.#expected > 0) return;
    const late = this.#late;
    this.#late = [];
    for (const again of late) again();
  }
}

function isSame(known: ItemRecord, item: ItemRecord): boolean {
  if (known.n === item.n) return true;
  return known.uuid === item.uuid && known.n < 0 !== item.n < 0;
}

function isOf(block: BlockRecord, { block: id }: PatchRecord): boolean {
  return block.t === "tool" && block.id === id;
}

/** Copies of a record have the same uuid: the second one is told apart by its number. */
function rowsOf(items: readonly ItemRecord[]): Row[] {
  const taken = new Set<string>();
  return items.map((item) => {
    const key = taken.has(item.uuid) ? `${item.uuid}~${item.n}` : item.uuid;
    taken.add(key);
    return { key, item };
  });
}
