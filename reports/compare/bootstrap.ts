/**
 * How sure a difference between two sets of live runs is.
 *
 * @module
 */
import type { Rng } from "../../runtime/rng.ts";

/** Resamples; more would move the ends of an interval by less than runs differ. */
const RESAMPLES = 2000;
/** Share of resamples that lies inside the interval. */
const CONFIDENCE = 0.95;

/** Where a quantity lies with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The median; of an even number of values the mean of the middle two. Throws on none. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("there is no median of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The 95 % interval of `median(after) − median(before)` by the percentile bootstrap (Efron 1979):
 * both sides are drawn again from themselves, with replacement, and the differences sorted.
 *
 * @param before At least one value.
 * @param after At least one value.
 * @param rng Where draws come from: equal seeds give equal intervals.
 * @throws {RangeError} when a side is empty.
 * @example
 * ```ts
 * import { Rng } from "../../runtime/rng.ts";
 * import { bootstrapDifference } from "./bootstrap.ts";
 *
 * const { low } = bootstrapDifference([1, 1.1, 0.9, 1, 1], [2, 2.1, 1.9, 2, 2], new Rng(1));
 * console.log(low > 0.5); // true: it grew
 * ```
 */
export function bootstrapDifference(
  before: readonly number[],
  after: readonly number[],
  rng: Rng,
): Interval {
  const differences = Array.from(
    { length: RESAMPLES },
    () => medianOf(drawn(after, rng)) - medianOf(drawn(before, rng)),
  ).sort((a, b) => a - b);
  const outside = Math.floor(RESAMPLES * (1 - CONFIDENCE) / 2);
  return { low: differences[outside]!, high: differences[RESAMPLES - 1 - outside]! };
}

function drawn(values: readonly number[], rng: Rng): number[] {
  return values.map(() => rng.pick(values));
}
