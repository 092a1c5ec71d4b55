/**
 * Small sums: quantiles, medians, levels.
 *
 * @module
 */

/** A quantile of numbers in ascending order, between neighbours by their distance; 0 of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [low = 0, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** The middle one of numbers; null of none. */
export function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : quantile(values.toSorted((a, b) => a - b), 0.5);
}

/** 0 for nothing, 1 to 4 by quarters of what is not nothing; 2 where all are equal. */
export function heatLevels(values: readonly number[]): number[] {
  const sorted = values.filter((it) => it > 0).sort((a, b) => a - b);
  const isFlat = sorted[0] === sorted.at(-1);
  const limits = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  return values.map((value) => {
    if (value <= 0) return 0;
    return isFlat ? 2 : 1 + limits.filter((limit) => value > limit).length;
  });
}
