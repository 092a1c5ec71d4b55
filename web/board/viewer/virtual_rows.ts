/// <reference lib="dom" />
/**
 * A long list of which only what is near the screen has nodes. What is on the screen stays there while
 * rows come above it, and the end stays in sight while rows come below, if it was.
 *
 * @module
 */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { Row } from "./pages.ts";

/** What a list is made of. */
export interface VirtualRowsOptions {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** Where rows go, between two spacers. */
  readonly list: HTMLElement;
  draw(row: Row): HTMLElement;
  /** A row's height before it was drawn, pixels. */
  estimatePx(row: Row): number;
  /** Something moved: the reader, or what is there. */
  onMoved(): void;
}

/** Nearer to the end than that is at the end, pixels. */
const NEAR_PX = 48;
/** Room before the first row and after the last one, pixels. */
const EDGE_PX = 20;
/** Nodes reach so many screens beyond what is seen, and are so many at most. */
const SCREENS = 1.5;
const MAX_NODES = 110;
/** Times that the list is drawn for one change, at most. */
const MAX_PASSES = 8;
/** Frames until a row that was gone to must have come to rest. */
const SETTLE_FRAMES = 60;

/** The list. */
export class VirtualRows {
  readonly #options: VirtualRowsOptions;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  readonly #top = spacer("vspace-top");
  readonly #bottom = spacer("vspace-bottom");
  readonly #nodes = new Map<string, { node: HTMLElement; row: Row }>();
  #rows: readonly Row[] = [];
  #isDrawing = false;
  #isStale = false;
  #heightPx = 0;
  /**
   * Whether the end was in sight before the list got another height. Where it was told to go counts at
   * once: on a busy machine it may get one and another before it is told of the first.
   */
  #wasAtEnd = false;

  /** An empty list. */
  constructor(options: VirtualRowsOptions) {
    this.#options = options;
    const { list } = options;
    list.replaceChildren(this.#top, this.#bottom);
    this.#virtual = new Virtualizer(this.#virtualOptions(false));
    this.#virtual._didMount();
    this.#virtual._willUpdate();
    new ResizeObserver(() => this.#resized()).observe(options.scroller);
  }

  /** Shows these rows. With `follows`, the end stays in sight if it is. */
  show(rows: readonly Row[], { follows }: { readonly follows: boolean }): void {
    this.#rows = rows;
    this.#virtual.setOptions(this.#virtualOptions(follows));
    this.#update();
  }

  /** Draws every row anew. */
  redraw(): void {
    this.#nodes.clear();
    for (const node of this.#options.list.querySelectorAll(":scope > [data-index]")) node.remove();
    this.#virtual.measure();
    this.#update();
  }

  /** Whether the end is in sight. */
  get isAtEnd(): boolean {
    return this.#virtual.isAtEnd(NEAR_PX);
  }

  /** Goes to the end. */
  toEnd(): void {
    this.#virtual.scrollToEnd();
    this.#update();
    this.#wasAtEnd = true;
  }

  /** Goes to the beginning. */
  toStart(): void {
    this.#virtual.scrollToOffset(0);
    this.#update();
    this.#wasAtEnd = false;
  }

  /** Goes to a row; its node when it has come to rest there, null when the row is gone by then. */
  async to(key: string): Promise<HTMLElement | null> {
    const indexOf = () => this.#rows.findIndex((row) => row.key === key);
    this.#virtual.scrollToIndex(indexOf(), { align: "start" });
    this.#update();
    this.#wasAtEnd = false;
    let before = NaN;
    for (let i = 0; i < SETTLE_FRAMES; i++) {
      await frame();
      const node = this.#nodes.get(key)?.node;
      if (indexOf() < 0) return null;
      const topPx = node?.getBoundingClientRect().top ?? NaN;
      if (topPx === before) return node ?? null;
      before = topPx;
    }
    // Rows that keep changing their heights: the browser itself knows where it is.
    const node = this.#nodes.get(key)?.node ?? null;
    node?.scrollIntoView({ block: "start" });
    return node;
  }

  /** How far the first and the last row that there are stand from the screen, in screens. */
  get roomScreens(): { readonly above: number; readonly below: number } {
    const { scrollTop, scrollHeight, clientHeight } = this.#options.scroller;
    const screenPx = Math.max(1, clientHeight);
    return {
      above: scrollTop / screenPx,
      below: (scrollHeight - scrollTop - clientHeight) / screenPx,
    };
  }

  /** The first row of which something is seen. */
  get firstSeen(): Row | null {
    const top = this.#options.scroller.getBoundingClientRect().top;
    for (const { index } of this.#virtual.getVirtualItems()) {
      const row = this.#rows[index];
      const node = row === undefined ? undefined : this.#nodes.get(row.key)?.node;
      if (node !== undefined && node.getBoundingClientRect().bottom > top + 1) return row!;
    }
    return null;
  }

  /** Whether a row is in sight. */
  isSeen(key: string): boolean {
    const node = this.#nodes.get(key)?.node;
    if (node === undefined) return false;
    const { top, bottom } = this.#options.scroller.getBoundingClientRect();
    const its = node.getBoundingClientRect();
    return its.top < bottom && its.bottom > top;
  }

  /** The node of a row, if it has one now. */
  nodeOf(key: string): HTMLElement | null {
    return this.#nodes.get(key)?.node ?? null;
  }

  #virtualOptions(follows: boolean) {
    const { scroller, estimatePx } = this.#options;
    const rows = this.#rows;
    return {
      count: rows.length,
      getScrollElement: () => scroller,
      estimateSize: (index: number) => estimatePx(rows[index]!),
      getItemKey: (index: number) => rows[index]?.key ?? index,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      measureElement: (node: HTMLElement) => node.getBoundingClientRect().height,
      rangeExtractor: (range: Range) => this.#near(range),
      anchorTo: "end" as const,
      followOnAppend: follows,
      scrollEndThreshold: NEAR_PX,
      paddingStart: EDGE_PX,
      paddingEnd: EDGE_PX,
      onChange: () => this.#update(),
    };
  }

  /** Rows near the screen. */
  #near({ startIndex, endIndex, count }: Range): number[] {
    const sizes = this.#virtual?.measurementsCache ?? [];
    const spanPx = SCREENS * this.#options.scroller.clientHeight;
    const most = Math.max(0, Math.floor((MAX_NODES - (endIndex - startIndex + 1)) / 2));
    let [from, to] = [startIndex, endIndex];
    for (let px = 0; from > 0 && px < spanPx && startIndex - from < most;) {
      px += sizes[--from]?.size ?? 0;
    }
    for (let px = 0; to < count - 1 && px < spanPx && to - endIndex < most;) {
      px += sizes[++to]?.size ?? 0;
    }
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }

  /** Measuring what was drawn may move what is drawn; then it is drawn once more. */
  #update(): void {
    this.#isStale = true;
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    for (let i = 0; this.#isStale && i < MAX_PASSES; i++) {
      this.#isStale = false;
      this.#draw();
      this.#virtual._willUpdate();
    }
    this.#isDrawing = false;
    if (this.#options.scroller.clientHeight === this.#heightPx) this.#wasAtEnd = this.isAtEnd;
    this.#options.onMoved();
  }

  /** What shows itself below the list leaves the end in sight, if it was. */
  #resized(): void {
    const { clientHeight } = this.#options.scroller;
    if (clientHeight === this.#heightPx) return;
    this.#heightPx = clientHeight;
    if (this.#wasAtEnd) this.toEnd();
  }

  #draw(): void {
    const { list, scroller, draw } = this.#options;
    const items = this.#virtual.getVirtualItems();
    const wanted = new Set(items.map(({ key }) => String(key)));
    for (const [key, { node }] of this.#nodes) {
      if (wanted.has(key)) continue;
      // Whoever reads by keys goes on from here.
      if (node.contains(document.activeElement)) scroller.focus({ preventScroll: true });
      node.remove();
      this.#nodes.delete(key);
    }
    const fresh: HTMLElement[] = [];
    let place: Element = this.#top;
    for (const { key, index } of items) {
      const row = this.#rows[index]!;
      const known = this.#nodes.get(String(key));
      let node = known?.node;
      if (known === undefined || known.row.item !== row.item) {
        const made = draw(row);
        this.#nodes.set(String(key), { node: made, row });
        if (node !== undefined) replace(node, made);
        node = made;
        fresh.push(made);
      }
      node!.dataset["index"] = String(index);
      if (place.nextElementSibling !== node) list.insertBefore(node!, place.nextElementSibling);
      place = node!;
    }
    const [first, last] = [items[0], items.at(-1)];
    this.#top.style.height = `${first?.start ?? 0}px`;
    const restPx = last === undefined ? 0 : this.#virtual.getTotalSize() - last.end;
    this.#bottom.style.height = `${Math.max(0, restPx)}px`;
    // From the last one up: where a row stands is known to the library only by those above it, and
    // by that it decides whether the reader has to be moved along.
    fresh.reverse();
    for (const node of fresh) this.#virtual.measureElement(node);
    // The library waits for the next frame while somebody scrolls; by then it would have been seen.
    const heights = fresh.map((node) => node.getBoundingClientRect().height);
    for (const [i, node] of fresh.entries()) {
      this.#virtual.resizeItem(Number(node.dataset["index"]), heights[i]!);
    }
  }
}

/** A row that is drawn anew keeps the keyboard. */
function replace(old: HTMLElement, fresh: HTMLElement): void {
  const hasFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (hasFocus) fresh.focus({ preventScroll: true });
}

function spacer(testId: string): HTMLElement {
  const node = document.createElement("div");
  node.dataset["testid"] = testId;
  node.setAttribute("aria-hidden", "true");
  return node;
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
