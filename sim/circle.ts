/**
 * Arithmetic on the circular buffer.
 *
 * @module
 */

/** Part of the buffer that plays in a loop: frames `[startSample, endSample)`. */
export interface Band {
  /** First frame. */
  readonly startSample: number;
  /** The frame behind the last one. */
  readonly endSample: number;
}

/**
 * Mathematical modulo for a positive divisor: the result lies in `[0, n)`, also for negative
 * values and fractions.
 */
export function wrap(value: number, n: number): number {
  const rest = value % n;
  if (rest >= 0) return rest + 0; // −0 becomes 0
  // A tiny negative rest rounds up to n itself, which is 0 on the circle.
  const folded = rest + n;
  return folded < n ? folded : 0;
}

/** Whether a sample lies inside the band. */
export function isInBand(sample: number, band: Band): boolean {
  return sample >= band.startSample && sample < band.endSample;
}
