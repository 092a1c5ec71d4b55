/// <reference lib="dom" />
/**
 * As much of a page as a long list needs: boxes that stand one under the other, a scroller over them
 * that keeps to its bounds, and frames that come when a test says so.
 *
 * @module
 */

const MAX_FRAMES = 1000;

/** A box in the list: a row of a height of its own, or a spacer, as high as its style says. */
export class Box {
  readonly dataset: Record<string, string | undefined> = {};
  readonly style = { height: "0px" };
  readonly #page: LaidOutPage;
  readonly #heightPx: number | null;

  /** A box that is not in the list yet; null for the height of a spacer. */
  constructor(page: LaidOutPage, heightPx: number | null) {
    this.#page = page;
    this.#heightPx = heightPx;
  }

  get heightPx(): number {
    return this.#heightPx ?? parseFloat(this.style.height);
  }

  get isConnected(): boolean {
    return this.#page.boxes.includes(this);
  }

  get nextElementSibling(): Box | null {
    const { boxes } = this.#page;
    return boxes[boxes.indexOf(this) + 1] ?? null;
  }

  getAttribute(): string | null {
    return this.dataset["index"] ?? null;
  }

  setAttribute(): void {}

  contains(): boolean {
    return false;
  }

  remove(): void {
    const { boxes } = this.#page;
    if (this.isConnected) boxes.splice(boxes.indexOf(this), 1);
  }

  getBoundingClientRect() {
    const { boxes, scrollTop } = this.#page;
    const above = boxes.slice(0, boxes.indexOf(this));
    const top = above.reduce((sum, box) => sum + box.heightPx, -scrollTop);
    return { top, bottom: top + this.heightPx, height: this.heightPx };
  }
}

/** The page. */
export class LaidOutPage implements Disposable {
  readonly boxes: Box[] = [];
  /** The scroller's height; who watches it learns of another one when a test says so. */
  clientHeight: number;
  readonly clientWidth = 800;
  readonly ownerDocument: { readonly defaultView: object };
  #topPx = 0;
  #isMoved = false;
  #onScroll: (() => void)[] = [];
  #frames: (() => void)[] = [];
  #rest: (() => void) | null = null;
  readonly #onResize: (() => void)[] = [];

  /** An empty list in a scroller of this height, in a document that is there until it is disposed. */
  constructor(clientHeight: number) {
    this.clientHeight = clientHeight;
    this.ownerDocument = {
      defaultView: {
        performance: { now: () => 0 },
        requestAnimationFrame: (fn: () => void) => this.#frames.push(fn),
        cancelAnimationFrame: () => {},
        setTimeout: (fn: () => void) => {
          this.#rest = fn;
          return 1;
        },
        clearTimeout: () => this.#rest = null,
      },
    };
    const onResize = this.#onResize;
    Object.assign(globalThis, {
      document: { createElement: () => new Box(this, null), activeElement: null },
      ResizeObserver: class {
        constructor(fn: () => void) {
          onResize.push(fn);
        }
        observe() {}
      },
    });
  }

  get scrollHeight(): number {
    return Math.max(this.clientHeight, this.boxes.reduce((sum, { heightPx }) => sum + heightPx, 0));
  }

  /** As in a browser it never lies beyond what there is. */
  get scrollTop(): number {
    return this.#topPx = Math.max(0, Math.min(this.#topPx, this.scrollHeight - this.clientHeight));
  }

  set scrollTop(px: number) {
    this.#topPx = px;
    this.#isMoved = true;
  }

  scrollTo({ top }: { readonly top: number }): void {
    this.scrollTop = top;
  }

  addEventListener(name: string, fn: () => void): void {
    if (name === "scroll") this.#onScroll.push(fn);
  }

  removeEventListener(): void {}

  focus(): void {}

  getBoundingClientRect() {
    return { top: 0, bottom: this.clientHeight, height: this.clientHeight };
  }

  replaceChildren(...boxes: readonly Box[]): void {
    this.boxes.splice(0, this.boxes.length, ...boxes);
  }

  insertBefore(box: Box, next: Box | null): void {
    box.remove();
    this.boxes.splice(next === null ? this.boxes.length : this.boxes.indexOf(next), 0, box);
  }

  /** Tells who watches it of the scroller's height, and lets frames pass. */
  tellHeight(): void {
    for (const fn of this.#onResize) fn();
    this.settle();
  }

  /** Lets frames pass until nothing moves, then lets scrolling come to rest. */
  settle(): void {
    for (let [frames, isBusy] = [0, true]; isBusy; frames++) {
      if (frames > MAX_FRAMES) throw new Error(`the list does not rest after ${frames} frames`);
      isBusy = this.#isMoved || this.#frames.length > 0;
      if (this.#isMoved) {
        this.#isMoved = false;
        for (const fn of this.#onScroll) fn();
      }
      for (const fn of this.#frames.splice(0)) fn();
    }
    this.#rest?.();
    this.#rest = null;
  }

  [Symbol.dispose](): void {
    for (const name of ["document", "ResizeObserver"]) Reflect.deleteProperty(globalThis, name);
  }
}
