/**
 * Keeps what was read of files, up to a number of bytes. What is in use is never thrown out; what
 * does not fit beside it is not kept at all. At no time do its entries cost more than the budget.
 *
 * @module
 */

/** A value and what it costs to keep, bytes. */
export interface Costed<V> {
  readonly value: V;
  readonly bytes: number;
}

interface Entry<V> extends Costed<V> {
  /** How many leases hold it. */
  holders: number;
}

/** Values by key, the least recently used going first. */
export class ChunkCache<V> {
  readonly budgetBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<V>>();
  #bytes = 0;
  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /** An empty cache. */
  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  /** What the entries cost, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts since the start. */
  get counts(): { hits: number; misses: number; evictions: number; entries: number } {
    return {
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
      entries: this.#entries.size,
    };
  }

  /** Begins to use entries; until it is disposed of, those are kept. */
  lease(): Lease<V> {
    return new Lease(this);
  }

  /** Throws out every entry whose key begins so, unless it is in use. */
  forget(prefix: string): void {
    for (const [key, entry] of this.#entries) {
      if (key.startsWith(prefix) && entry.holders === 0) this.#remove(key, entry);
    }
  }

  /** @internal For {@link Lease}: the entry, held once more; null for none that was kept. */
  hold(key: string, load: (stale: V | null) => Costed<V>, isFresh: (value: V) => boolean): {
    readonly value: V;
    readonly release: () => void;
  } {
    const known = this.#entries.get(key);
    if (known !== undefined && isFresh(known.value)) {
      this.#hits++;
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return this.#held(known);
    }
    this.#misses++;
    const loaded = load(known?.value ?? null);
    if (known !== undefined) this.#remove(key, known);
    const entry: Entry<V> = { ...loaded, holders: 0 };
    if (!this.#makeRoom(entry.bytes)) return { value: entry.value, release: () => {} };
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    return this.#held(entry);
  }

  #held(entry: Entry<V>) {
    entry.holders++;
    return { value: entry.value, release: () => void entry.holders-- };
  }

  #makeRoom(bytes: number): boolean {
    if (bytes > this.budgetBytes) return false;
    for (const [key, entry] of this.#entries) {
      if (this.#bytes + bytes <= this.budgetBytes) break;
      if (entry.holders > 0) continue;
      this.#remove(key, entry);
      this.#evictions++;
    }
    return this.#bytes + bytes <= this.budgetBytes;
  }

  /** What a lease still holds of it stays with the lease. */
  #remove(key: string, entry: Entry<V>): void {
    if (this.#entries.delete(key)) this.#bytes -= entry.bytes;
  }
}

/** The use of some entries. */
export class Lease<V> implements Disposable {
  readonly #cache: ChunkCache<V>;
  readonly #releases: (() => void)[] = [];

  /** @internal */
  constructor(cache: ChunkCache<V>) {
    this.#cache = cache;
  }

  /**
   * The value of a key.
   *
   * @param load Makes it; gets the kept one that is not fresh any more.
   * @param isFresh Whether a kept one is as it should be.
   */
  get(key: string, load: (stale: V | null) => Costed<V>, isFresh: (value: V) => boolean): V {
    const { value, release } = this.#cache.hold(key, load, isFresh);
    this.#releases.push(release);
    return value;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    for (const release of this.#releases.splice(0)) release();
  }
}
