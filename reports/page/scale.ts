/**
 * Scales of plots: values to places, round ticks, short numbers. A place is a share of the plot, 0..1,
 * from the left or from the top; plots stretch, so nothing here knows pixels.
 *
 * @module
 */

/** The side of the square that curves are drawn in, before it is stretched over the plot. */
export const SIDE = 1000;

/** A stretch of values that fills one side of a plot. */
export interface Scale {
  /** The value at the left or at the bottom. */
  readonly min: number;
  /** The value at the right or at the top; always more than `min`. */
  readonly max: number;
}

/** A scale from `min` to `max`; one without length is given some. */
export function scaleOf(min: number, max: number): Scale {
  return { min, max: max > min ? max : min + 1 };
}

/** Where `value` lies on the way from `min` to `max`, 0..1 inside. */
export function shareOf({ min, max }: Scale, value: number): number {
  return (value - min) / (max - min);
}

/** A share as a coordinate for a plot's own elements, e.g. `12.5%`. */
export function percent(share: number): string {
  return `${trim(share * 100, 2)}%`;
}

/** X of `value` in the square, {@link SIDE} at the right. */
export function squareX(scale: Scale, value: number): string {
  return trim(shareOf(scale, value) * SIDE, 2);
}

/** Y of `value` in the square: 0 at the top, {@link SIDE} at the bottom. */
export function squareY(scale: Scale, value: number): string {
  return trim((1 - shareOf(scale, value)) * SIDE, 1);
}

/** A number with at most `decimals` decimals and no idle zeros. */
export function trim(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return short === "-0" ? "0" : short;
}

/** Steps of ticks within a power of ten. */
const STEPS = [1, 2, 5, 10];

/** Round values inside the scale, `atMost` of them or fewer, evenly spaced. */
export function ticksOf({ min, max }: Scale, atMost: number): number[] {
  const rough = (max - min) / Math.max(1, atMost);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * STEPS.find((it) => it * power >= rough * (1 - 1e-9))!;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
    .slice(0, atMost + 1);
}

/** A tick's number: no more decimals than the ticks need. */
export function tickText(value: number): string {
  return trim(value, 6).replace("-", "\u2212");
}
