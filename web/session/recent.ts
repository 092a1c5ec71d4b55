import { Ring } from "../../runtime/ring.ts";

/** Values that are kept at most: ten seconds of the fastest ticks, twice over. */
const CAPACITY = 2500;

/**
 * The newest values of something, and what is extreme among those of the last seconds.
 *
 * @example
 * ```ts
 * import { Recent } from "./recent.ts";
 *
 * const leads = new Recent();
 * leads.add(0.3, 1);
 * leads.add(0.1, 2);
 * console.log(leads.min(0), leads.min(2.5)); // 0.1 null
 * ```
 */
export class Recent {
  readonly #values = new Ring<{ readonly value: number; readonly atS: number }>(CAPACITY);

  /** A value at a time. */
  add(value: number, atS: number): void {
    this.#values.push({ value, atS });
  }

  /** The newest value; null without one. */
  get last(): number | null {
    return this.#values.last?.value ?? null;
  }

  /** The smallest value since then; null without one. */
  min(sinceS: number): number | null {
    return this.#fold(sinceS, Math.min);
  }

  /** The greatest value since then; null without one. */
  max(sinceS: number): number | null {
    return this.#fold(sinceS, Math.max);
  }

  /** How many values there are since then, and their sum. */
  total(sinceS: number): { readonly count: number; readonly sum: number } {
    let count = 0;
    let sum = 0;
    for (let i = this.#values.length - 1; i >= 0; i--) {
      const { value, atS } = this.#values.at(i)!;
      if (atS < sinceS) break;
      count++;
      sum += value;
    }
    return { count, sum };
  }

  /** Forgets all. */
  clear(): void {
    this.#values.clear();
  }

  #fold(sinceS: number, pick: (a: number, b: number) => number): number | null {
    let found: number | null = null;
    for (let i = this.#values.length - 1; i >= 0; i--) {
      const { value, atS } = this.#values.at(i)!;
      if (atS < sinceS) break;
      found = found === null ? value : pick(found, value);
    }
    return found;
  }
}
