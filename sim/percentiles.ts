/** Order statistics of a set of values; empty without values. */
export interface Percentiles {
  /** The smallest value. */
  readonly min?: number;
  /** 5th percentile. */
  readonly p5?: number;
  /** Median. */
  readonly p50?: number;
  /** 95th percentile. */
  readonly p95?: number;
  /** The largest value. */
  readonly max?: number;
  /** Arithmetic mean. */
  readonly mean?: number;
}

/**
 * The percentile `q` (0..100) of sorted values, by linear interpolation between closest ranks;
 * NaN without values.
 */
export function percentileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const h = (sorted.length - 1) * q / 100;
  const below = Math.floor(h);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (h - below) * (high - low);
}

/** Percentiles rounded to four decimals; `{}` without values. */
export function percentiles(values: ArrayLike<number>): Percentiles {
  if (values.length === 0) return {};
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const at = (q: number) => roundDecimal(percentileOfSorted(sorted, q), 4);
  return {
    min: at(0),
    p5: at(5),
    p50: at(50),
    p95: at(95),
    max: at(100),
    mean: roundDecimal(sum / values.length, 4),
  };
}

/**
 * Rounds to `digits` decimals, ties to even, decided on the exact binary value.
 *
 * `toFixed` decides on the exact value too, but takes the larger neighbour of a tie. Only a value
 * whose decimal expansion ends in a 5 just behind the last digit is a tie; 30 more digits are far
 * below one unit in the last place of any value that can be one.
 */
export function roundDecimal(value: number, digits: number): number {
  const text = value.toFixed(digits);
  const exact = value.toFixed(digits + 31);
  const isTie = exact.endsWith("5" + "0".repeat(30));
  const isOdd = (text.charCodeAt(text.length - 1) & 1) === 1;
  const rounded = Number(text);
  if (!isTie || !isOdd) return rounded === 0 ? 0 : rounded;
  const inward = Number((Math.abs(rounded) - Number(`1e-${digits}`)).toFixed(digits));
  return inward === 0 ? 0 : Math.sign(value) * inward;
}
