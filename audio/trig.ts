/**
 * Sine, cosine and powers of two from `+ - *` and `Math.floor` alone. The host's `Math.sin` and
 * `Math.pow` may differ in the last bit between machines; audio made with these does not.
 *
 * @module
 */

/** Taylor coefficients of sin(2πx) in x, odd powers 1 to 19: (2π)^k / k! with alternating sign. */
const S1 = 6.283185307179586;
const S3 = -41.341702240399755;
const S5 = 81.60524927607504;
const S7 = -76.70585975306136;
const S9 = 42.058693944897634;
const S11 = -15.094642576822984;
const S13 = 3.8199525848482803;
const S15 = -0.7181223017785001;
const S17 = 0.10422916220813978;
const S19 = -0.012031585942120619;

/**
 * The sine of an angle in turns: `sinTurns(0.25)` is 1. The error is below 1e-13.
 *
 * @param turns Any finite number; whole turns fall out exactly.
 */
export function sinTurns(turns: number): number {
  let x = turns - Math.floor(turns + 0.5);
  // sin is symmetric about a quarter turn: fold to ±1/4, where the series is short.
  if (x > 0.25) x = 0.5 - x;
  else if (x < -0.25) x = -0.5 - x;
  const y = x * x;
  return x * (S1 + y * (S3 + y * (S5 + y * (S7 + y * (S9 + y * (S11 + y * (S13 +
                            y * (S15 + y * (S17 + y * S19)))))))));
}

/** The cosine of an angle in turns: `cosTurns(0.5)` is −1. */
export function cosTurns(turns: number): number {
  return sinTurns(turns - Math.floor(turns) + 0.25);
}

/** Taylor coefficients of 2^x: ln(2)^k / k!. */
const E1 = 0.6931471805599453;
const E2 = 0.2402265069591007;
const E3 = 0.05550410866482158;
const E4 = 0.009618129107628477;
const E5 = 0.0013333558146428443;
const E6 = 0.0001540353039338161;
const E7 = 0.000015252733804059841;
const E8 = 0.0000013215486790144307;
const E9 = 1.0178086009239699e-7;
const E10 = 7.0549116208011225e-9;

/**
 * Two to the power `x`, relative error below 1e-12, for `x` in −1000..1000 (clamped).
 */
export function exp2(x: number): number {
  const bounded = x < -1000 ? -1000 : x > 1000 ? 1000 : x;
  const whole = Math.floor(bounded + 0.5);
  const f = bounded - whole;
  let value = 1 + f * (E1 + f * (E2 + f * (E3 + f * (E4 + f * (E5 + f * (E6 + f * (E7 +
                                f * (E8 + f * (E9 + f * E10)))))))));
  let base = whole < 0 ? 0.5 : 2;
  for (let n = whole < 0 ? -whole : whole; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) value *= base;
    base *= base;
  }
  return value;
}

/** log2(10) / 20: decibels to powers of two. */
const OCTAVES_PER_DB = 0.16609640474436813;

/** The gain of a level in decibels: `dbToGain(-6)` is about 0.501. Deterministic, see {@link exp2}. */
export function dbToGain(db: number): number {
  return exp2(db * OCTAVES_PER_DB);
}

/** Samples of one period of a Hann window (periodic form, so that hops add up evenly). */
export function hannWindow(size: number): Float64Array {
  const window = new Float64Array(size);
  for (let i = 0; i < size; i++) window[i] = 0.5 - 0.5 * cosTurns(i / size);
  return window;
}
