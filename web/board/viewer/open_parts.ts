/// <reference lib="dom" />
/**
 * Which parts of items are unfolded: that outlives their nodes.
 *
 * @module
 */

/** The parts of a list's items. */
export class OpenParts {
  readonly #open = new Map<string, Set<number>>();

  /**
   * Hears of parts that are unfolded and folded.
   *
   * @param keyOf - The key of the item that a node is of; null when it is gone.
   */
  listen(list: HTMLElement, keyOf: (item: HTMLElement) => string | null): void {
    list.addEventListener("toggle", ({ target }) => {
      if (!(target instanceof HTMLDetailsElement)) return;
      const item = target.closest<HTMLElement>(".item");
      const key = item === null ? null : keyOf(item);
      if (key === null) return;
      const open = this.#open.get(key) ?? new Set();
      const part = Number(target.dataset["part"]);
      if (target.open) open.add(part);
      else open.delete(part);
      this.#open.set(key, open);
    }, true);
  }

  /** The parts of an item that are unfolded, by their place in it. */
  of(key: string): ReadonlySet<number> {
    return this.#open.get(key) ?? new Set();
  }

  /** Keeps only what these items have: what comes again is folded. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#open.keys()) if (!keys.has(key)) this.#open.delete(key);
  }
}
