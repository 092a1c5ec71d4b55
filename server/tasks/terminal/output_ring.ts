/**
 * The newest bytes of a terminal's output, each at its place in the whole of it.
 *
 * @module
 */

/** Bytes and the place of the first of them. */
export interface OutputPart {
  readonly seq: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Memory that a ring begins with, bytes. Most terminals say little. */
const FIRST_BYTES = 4096;

/**
 * Holds the newest bytes, up to its capacity; grows up to there as it is needed. A place (`seq`) is the
 * number of bytes before it.
 *
 * @example
 * ```ts
 * import { OutputRing } from "./output_ring.ts";
 *
 * const ring = new OutputRing(4);
 * ring.push(new TextEncoder().encode("abcdef"));
 * console.log(ring.startSeq, ring.endSeq); // 2 6
 * console.log(new TextDecoder().decode(ring.read(3, 100)!.bytes)); // "def"
 * ```
 */
export class OutputRing {
  /** Bytes at most. */
  readonly capacity: number;
  #memory: Uint8Array<ArrayBuffer>;
  #endSeq = 0;
  #held = 0;

  /** An empty ring for so many bytes, at least 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`a ring holds a whole number of bytes, at least 1; got ${capacity}`);
    }
    this.capacity = capacity;
    this.#memory = new Uint8Array(Math.min(capacity, FIRST_BYTES));
  }

  /** The place of the oldest byte that is there. */
  get startSeq(): number {
    return this.#endSeq - this.#held;
  }

  /** The place behind the newest byte: how many there have been. */
  get endSeq(): number {
    return this.#endSeq;
  }

  /** Adds bytes, which are copied; the oldest fall out. */
  push(bytes: Uint8Array): void {
    this.#grow(this.#held + bytes.length);
    const size = this.#memory.length;
    const kept = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
    const at = (this.#endSeq + bytes.length - kept.length) % size;
    const first = Math.min(kept.length, size - at);
    this.#memory.set(kept.subarray(0, first), at);
    this.#memory.set(kept.subarray(first), 0);
    this.#endSeq += bytes.length;
    this.#held = Math.min(size, this.#held + bytes.length);
  }

  /**
   * A copy of what is there from a place on, at most so many bytes; null when there is nothing. A place
   * that has fallen out gives what follows it: compare `seq`.
   */
  read(fromSeq: number, maxBytes: number): OutputPart | null {
    const seq = Math.max(fromSeq, this.startSeq);
    const length = Math.min(maxBytes, this.#endSeq - seq);
    if (!(length > 0)) return null;
    const bytes = new Uint8Array(length);
    const at = seq % this.#memory.length;
    const first = Math.min(length, this.#memory.length - at);
    bytes.set(this.#memory.subarray(at, at + first));
    bytes.set(this.#memory.subarray(0, length - first), first);
    return { seq, bytes };
  }

  #grow(wanted: number): void {
    const size = this.#memory.length;
    if (wanted <= size || size === this.capacity) return;
    let larger = size;
    while (larger < wanted && larger < this.capacity) larger *= 2;
    const held = this.read(this.startSeq, size);
    this.#memory = new Uint8Array(Math.min(larger, this.capacity));
    if (held === null) return;
    const at = held.seq % this.#memory.length;
    const first = Math.min(held.bytes.length, this.#memory.length - at);
    this.#memory.set(held.bytes.subarray(0, first), at);
    this.#memory.set(held.bytes.subarray(first), 0);
  }
}
