/// <reference lib="dom" />
/**
 * Reads a transcript: loads what is near, follows what comes, goes where it is told.
 *
 * @module
 */
import { RefusedError } from "../api.ts";
import { FoundWords, unfold } from "./found_words.ts";
import { estimatedPx, itemNode } from "./item_node.ts";
import { type Jump, needsNothing, needsOutline, type Place, placeOf, whyNowhere } from "./jump.ts";
import { OpenParts } from "./open_parts.ts";
import type { Outline } from "./outline.ts";
import { type Row, type Side, TranscriptPages } from "./pages.ts";
import type { ItemRecord, PatchRecord, SessionRecord, WindowRecord } from "./records.ts";
import type { SessionApi } from "./session_api.ts";
import { VirtualRows } from "./virtual_rows.ts";

/** How much is shown: what was said, calls of tools too, or everything. */
export type Level = "talk" | "tools" | "all";

/** What a reader is made of. */
export interface ReaderOptions {
  readonly api: SessionApi;
  readonly scroller: HTMLElement;
  readonly list: HTMLElement;
  readonly level: Level;
  after(delayS: number, fn: () => void): void;
  /** The session as the newest window has it. */
  onSession(session: SessionRecord): void;
  /** The reader, or what there is, has moved. */
  onMoved(): void;
  /** More had to be shown, because what was looked for is hidden otherwise. */
  onLevel(level: Level): void;
  /** A window that was asked for does not come. */
  onTrouble(error: RefusedError): void;
}

/** Items that are asked for at a time, and that are kept at most, but for one window. */
const PAGE_ITEMS = 60;
const MAX_ITEMS = 360;
/** Nearer to where the rows end more is loaded, screens. */
const NEAR_SCREENS = 1.5;
/** How long what was looked for is marked, seconds. */
const MARK_S = 1.5;

/** The reader. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #pages = new TranscriptPages({ pageItems: PAGE_ITEMS, maxItems: MAX_ITEMS });
  readonly #rows: VirtualRows;
  readonly #open = new OpenParts();
  readonly #found: FoundWords;
  #level: Level;
  #session: SessionRecord | null = null;
  #outline: Outline | null = null;
  #isLoading = false;
  #isStuck = false;
  /** Whether the file is another one than what is shown. */
  #isStale = false;
  /** Whether the reader has not come yet to where a new window is to be looked at. */
  #isPlacing = false;
  /** A newer jump ends an older one. */
  #jumps = 0;
  #streamCursor: string | null = null;

  /** Nothing is read yet. */
  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#level = options.level;
    this.#pages.hasQuiet = options.level === "all";
    this.#rows = new VirtualRows({
      scroller: options.scroller,
      list: options.list,
      draw: (row) => this.#draw(row),
      estimatePx: ({ item }) => estimatedPx(item, this.#level === "talk"),
      onMoved: () => this.#moved(),
    });
    this.#found = new FoundWords(options.list);
    this.#open.listen(options.list, ({ dataset }) => {
      this.#found.mark();
      return this.#pages.rows[this.#pages.indexOf(Number(dataset["n"]))]?.key ?? null;
    });
  }

  /** From where a stream goes on after the newest window; null before the first. */
  get streamCursor(): string | null {
    return this.#streamCursor;
  }

  /** How many items came that are not in sight. */
  get missed(): number {
    return this.#pages.missed;
  }

  /** Whether the newest is in sight, and stays so. */
  get isFollowing(): boolean {
    return this.#pages.after === null && this.#rows.isAtEnd;
  }

  /** Whether something has been loaded, and there is nothing. */
  get isEmpty(): boolean {
    return this.#session !== null && this.#pages.rows.length === 0;
  }

  /** Whether a window is on its way. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** The item that the reader is at: the one with the keyboard, else the first in sight. */
  get current(): ItemRecord | null {
    const focused = document.activeElement?.closest<HTMLElement>(".item")?.dataset["uuid"];
    const row = this.#pages.rows.find(({ key, item }) =>
      item.uuid === focused && this.#rows.isSeen(key)
    );
    return (row ?? this.#rows.firstSeen)?.item ?? null;
  }

  /** The rows that there are. */
  get rows(): readonly Row[] {
    return this.#pages.rows;
  }

  /** Opens the session, at a place or where it opens by itself. */
  async start(jump: Jump | null): Promise<void> {
    try {
      if (jump !== null && needsNothing(jump)) return await this.go(jump);
    } catch (error) {
      // What was left of the address is said; the session is shown all the same.
      const isGone = error instanceof RefusedError && error.hint["agent"] === undefined &&
        (error.status === 404 || error.status === 409);
      if (isGone) await this.#load(`limit=${PAGE_ITEMS}`, true);
      throw error;
    }
    await this.#load(`limit=${PAGE_ITEMS}`, jump === null);
    if (jump !== null) await this.go(jump);
  }

  /** Goes to a place. */
  async go(jump: Jump): Promise<void> {
    const no = ++this.#jumps;
    for (let isAgain = false;; isAgain = true) {
      if (needsOutline(jump, this.#session)) await this.outline();
      const place = placeOf(jump, { outline: this.#outline, state: this.#session });
      if (place === null) throw new RefusedError(404, whyNowhere(jump));
      try {
        return await this.#goTo(place, no);
      } catch (error) {
        // The file is another one now, and so are its places.
        const isStale = error instanceof RefusedError && error.status === 409;
        if (!isStale || isAgain) throw error;
        this.#outline = null;
        this.#isStale = true;
      }
    }
  }

  /** Shows where words were found, and marks them. */
  async goToWords(target: string, words: string): Promise<void> {
    this.#found.words = words;
    await this.go({ kind: "item", target });
    const index = this.#pages.indexOf(target);
    const row = this.#pages.rows[index];
    const node = row === undefined ? null : this.#rows.nodeOf(row.key);
    if (row === undefined || node === null) return this.#found.mark();
    const isHidden = () => !node.textContent!.toLowerCase().includes(words.toLowerCase());
    if (row.item.clip !== undefined && isHidden()) await this.whole(row.item.uuid);
    unfold(this.#rows.nodeOf(row.key) ?? node, words);
    this.#found.mark();
  }

  /** Marks these words from now on; empty for none. */
  setWords(words: string): void {
    this.#found.words = words;
    this.#found.mark();
  }

  /** The outline, which is asked for once, and again when more has come. */
  async outline(): Promise<Outline> {
    const last = this.#pages.rows.at(-1)?.item.n ?? -1;
    if (
      this.#outline !== null && this.#outline.gen === this.#pages.gen &&
      last < this.#outline.count
    ) return this.#outline;
    this.#outline = await this.#options.api.outline();
    return this.#outline;
  }

  /** Takes items that came. */
  take(items: readonly ItemRecord[]): void {
    const follows = this.isFollowing;
    this.#pages.take(items, follows);
    this.#rows.show(this.#pages.rows, { follows });
  }

  /** Takes what came of a call. */
  patch(patch: PatchRecord): void {
    this.#pages.patch(patch);
    this.#rows.show(this.#pages.rows, { follows: false });
  }

  /** Looks at the end once, where no stream tells of it. */
  async lookAgain(): Promise<void> {
    const query = `limit=${PAGE_ITEMS}&anchor=tail&quiet=1`;
    const { items, session } = await this.#options.api.window(query);
    this.#session = session;
    this.#options.onSession(session);
    const isGap = (items[0]?.n ?? 0) > this.#pages.highest + 1;
    if (!isGap) this.take(items);
    else if (this.isFollowing) await this.#load(`limit=${PAGE_ITEMS}&anchor=tail`, true);
  }

  /** The file is another one: what was in sight is looked for in it, else its end is shown. */
  async reload(): Promise<void> {
    this.#outline = null;
    this.#isStale = true;
    const at = this.isFollowing ? null : this.current;
    if (at !== null) {
      try {
        return await this.go({ kind: "item", target: at.uuid });
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status !== 404) throw error;
      }
    }
    await this.#load(`limit=${PAGE_ITEMS}&anchor=tail`, true);
  }

  /** Shows more or less. */
  async setLevel(level: Level): Promise<void> {
    const at = this.isFollowing ? null : this.current;
    this.#level = level;
    const hadQuiet = this.#pages.hasQuiet;
    this.#pages.hasQuiet = level === "all";
    if (hadQuiet !== this.#pages.hasQuiet) return await this.reload();
    this.#rows.redraw();
    if (at === null) return this.#rows.toEnd();
    const row = this.#pages.rows.find(({ item }) => item === at);
    if (row !== undefined) await this.#rows.to(row.key);
  }

  /** Shows the whole of an item. */
  async whole(uuid: string): Promise<void> {
    this.#pages.put(await this.#options.api.item(uuid));
    this.#rows.show(this.#pages.rows, { follows: false });
  }

  /** Gives the keyboard to the item before or after the one that has it. */
  async step(by: 1 | -1): Promise<void> {
    const at = this.current;
    const index = this.#pages.rows.findIndex(({ item }) => item === at);
    const hasFocus = document.activeElement?.closest(".item") !== null;
    const row = this.#pages.rows[hasFocus ? index + by : index];
    if (row === undefined) return;
    const node = await this.#rows.to(row.key);
    node?.focus({ preventScroll: true });
  }

  /** The number of the item that the reader is at, in the whole; asked for where it is not known. */
  async currentNumber(): Promise<number> {
    const at = this.current;
    if (at === null) return 0;
    if (at.n >= 0) return at.n;
    const query = `limit=1&around=${encodeURIComponent(at.uuid)}`;
    const [item] = (await this.#options.api.window(query)).items;
    if (item === undefined) return 0;
    this.#pages.put(item);
    this.#rows.show(this.#pages.rows, { follows: false });
    return item.n;
  }

  /** Loads what is near, after something kept it from coming. */
  retry(): void {
    this.#isStuck = false;
    this.#moved();
  }

  async #goTo(place: Place, no: number): Promise<void> {
    if ("anchor" in place) {
      await this.#load(`limit=${PAGE_ITEMS}&anchor=${place.anchor}`, true);
      return;
    }
    this.#isPlacing = true;
    try {
      await this.#goToItem(place.around, no);
    } finally {
      this.#isPlacing = false;
      this.#moved();
    }
  }

  async #goToItem(target: string, no: number): Promise<void> {
    const known = numberOf(target, this.#pages.gen) ?? target;
    let index = this.#isStale ? -1 : this.#pages.indexOf(known);
    if (index < 0) {
      const query = `limit=${PAGE_ITEMS}&around=${encodeURIComponent(target)}`;
      const targetOf = ({ window }: WindowRecord) => this.#pages.indexOf(window.target ?? NaN);
      index = targetOf(await this.#load(query, false));
      if (index < 0 && !this.#pages.hasQuiet) {
        // It says nothing to most readers, and is hidden from them.
        this.#level = "all";
        this.#pages.hasQuiet = true;
        this.#options.onLevel("all");
        index = targetOf(await this.#load(query, false));
      }
    }
    const row = this.#pages.rows[index];
    const node = row === undefined || no !== this.#jumps ? null : await this.#rows.to(row.key);
    if (node === null || no !== this.#jumps) return;
    node.classList.add("found");
    node.focus({ preventScroll: true });
    this.#options.after(MARK_S, () => this.#rows.nodeOf(row!.key)?.classList.remove("found"));
  }

  /** Shows a window in place of all that was there; with `isEnd` at the end that it is of. */
  async #load(query: string, isEnd: boolean): Promise<WindowRecord> {
    const found = await this.#expected(query);
    this.#pages.open(found);
    if (!isEnd) {
      this.#shown(found);
      return found;
    }
    this.#isPlacing = true;
    this.#shown(found);
    if (found.window.anchor === "tail") this.#rows.toEnd();
    else this.#rows.toStart();
    this.#isPlacing = false;
    this.#moved();
    return found;
  }

  async #more(side: Side): Promise<void> {
    const cursor = this.#pages[side]!;
    try {
      const found = await this.#expected(
        `limit=${PAGE_ITEMS}&${side}=${encodeURIComponent(cursor)}`,
      );
      // A jump may have come between.
      if (this.#pages[side] !== cursor) return this.#pages.giveUp();
      this.#pages.extend(side, found);
      this.#shown(found);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (error.status === 409) return await this.reload();
      this.#isStuck = true;
      this.#options.onTrouble(error);
    }
  }

  async #expected(query: string): Promise<WindowRecord> {
    this.#pages.expect();
    this.#isLoading = true;
    try {
      return await this.#options.api.window(`${query}&quiet=${this.#pages.hasQuiet ? 1 : 0}`);
    } catch (error) {
      this.#pages.giveUp();
      throw error;
    } finally {
      this.#isLoading = false;
    }
  }

  #shown({ session, streamCursor }: WindowRecord): void {
    this.#isStuck = false;
    this.#isStale = false;
    this.#streamCursor = streamCursor;
    this.#session = session;
    this.#open.keep(new Set(this.#pages.rows.map(({ key }) => key)));
    this.#options.onSession(session);
    this.#rows.show(this.#pages.rows, { follows: false });
  }

  /** Follows, and loads what is near. */
  #moved(): void {
    if (this.#session === null) return;
    if (this.isFollowing) this.#pages.seen();
    this.#found.mark();
    this.#options.onMoved();
    if (this.#isLoading || this.#isStuck || this.#isPlacing) return;
    const { above, below } = this.#rows.roomScreens;
    if (above < NEAR_SCREENS && this.#pages.before !== null) void this.#more("before");
    else if (below < NEAR_SCREENS && this.#pages.after !== null) void this.#more("after");
  }

  #draw(row: Row): HTMLElement {
    return itemNode(row, {
      isFolded: this.#level === "talk",
      open: (key) => this.#open.of(key),
      wholePath: (uuid) => this.#options.api.itemPath(uuid),
    });
  }
}

/** The number in a cursor of this generation. */
function numberOf(target: string, gen: number): number | null {
  const match = /^(\d+)\.(\d+)$/.exec(target);
  return match !== null && Number(match[1]) === gen ? Number(match[2]) : null;
}
