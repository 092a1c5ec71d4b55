/**
 * Transcendental functions from additions and multiplications only. The host's own may differ in the
 * last bit between machines, and one bit is enough to give the same seed two traces.
 *
 * @module
 */

const LN2_HIGH = 0.6931471803691238; // the leading bits of ln 2, so that k·LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10; // and the rest

/**
 * e^x for −700 ≤ x ≤ 700, relative error below 1e-13; 0 below that range, Infinity above.
 *
 * x = k·ln 2 + r with |r| ≤ ln 2 / 2; e^r by its Taylor series to the 13th power; 2^k by squaring.
 */
export function exactExp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < -700) return 0;
  if (x > 700) return Infinity;
  const k = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const r = (x - k * LN2_HIGH) - k * LN2_LOW;
  let sum = 1;
  for (let i = 13; i >= 1; i--) sum = 1 + (r * sum) / i;
  return sum * powerOfTwo(k);
}

/** 2^k for a whole k, exact while it is a normal double. */
function powerOfTwo(k: number): number {
  let base = k < 0 ? 0.5 : 2;
  let left = Math.abs(k);
  let result = 1;
  while (left > 0) {
    if (left & 1) result *= base;
    base *= base;
    left >>= 1;
  }
  return result;
}
