/**
 * Seeded randomness that can be split by name, so that a new consumer never shifts the numbers
 * that another one draws.
 *
 * @module
 */

/**
 * A small fast generator (sfc32 by Chris Doty-Humphrey: 128 bits of state, period ≥ 2^32 for every
 * seed) with the draws that simulations need.
 *
 * @example
 * ```ts
 * import { Rng } from "./rng.ts";
 *
 * const rng = new Rng(1);
 * const network = rng.split("network"); // its own stream, whatever `rng` draws later
 * console.log(network.float() === new Rng(1).split("network").float()); // true
 * ```
 */
export class Rng {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** A generator for `seed`; equal seeds give equal streams. */
  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#a = fnv1a(this.#seed, 0x811c9dc5);
    this.#b = fnv1a(this.#seed, 0x9e3779b9);
    this.#c = fnv1a(this.#seed, 0x85ebca6b);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** A stream of its own for one concern; depends on the seed and the label only. */
  split(label: string): Rng {
    return new Rng(`${this.#seed}/${label}`);
  }

  /** A whole number in 0..2^32 − 1. */
  uint32(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t | 0;
    return t >>> 0;
  }

  /** A number in [0, 1) with 32 random bits. */
  float(): number {
    return this.uint32() / 4294967296;
  }

  /** A number in [min, max). */
  between(min: number, max: number): number {
    return min + (max - min) * this.float();
  }

  /** A whole number in 0..count − 1. */
  int(count: number): number {
    return Math.floor(this.float() * count);
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.float() < p;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("cannot pick from an empty list");
    return items[this.int(items.length)]!;
  }

  /**
   * A draw that is close to a normal distribution, within ±6 standard deviations: the sum of twelve
   * uniform draws less six. Additions only, so it is the same on every machine.
   */
  normal(mean = 0, deviation = 1): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.float();
    return mean + deviation * sum;
  }
}

/** FNV-1a over the UTF-16 units of `text`, from the given basis. */
export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
