/**
 * Arithmetic that masks share, over the bins of one frame.
 *
 * @module
 */
import { BINS } from "./stft.ts";

/** Added to roots of magnitudes so that silence divides. */
export const TINY = 1e-6;

/**
 * The square root of each bin's magnitude: a loudness-like measure in which one loud bin does not
 * drown its neighbours when they are averaged.
 */
export function loudness(power: Float64Array, out: Float64Array): void {
  for (let k = 0; k < BINS; k++) out[k] = Math.sqrt(Math.sqrt(power[k]!)) + TINY;
}

/** The mean of each value and up to `reach` neighbours on either side. `sums` is scratch of BINS + 1. */
export function smooth(
  values: Float64Array,
  reach: number,
  sums: Float64Array,
  out: Float64Array,
): void {
  sums[0] = 0;
  for (let k = 0; k < BINS; k++) sums[k + 1] = sums[k]! + values[k]!;
  for (let k = 0; k < BINS; k++) {
    const from = k < reach ? 0 : k - reach;
    const to = k + reach >= BINS ? BINS : k + reach + 1;
    out[k] = (sums[to]! - sums[from]!) / (to - from);
  }
}

/**
 * Scales `gains` so that the frame keeps its energy, and never gets steeper than it was: the energy
 * of its slope (power times frequency squared) does not grow. Whatever a mask does, it stays as loud
 * as the source, and no harsher.
 */
export function keepEnergy(power: Float64Array, gains: Float64Array): void {
  let before = 0;
  let after = 0;
  let slopeBefore = 0;
  let slopeAfter = 0;
  for (let k = 0; k < BINS; k++) {
    const p = power[k]!;
    const q = p * gains[k]! * gains[k]!;
    before += p;
    after += q;
    slopeBefore += p * k * k;
    slopeAfter += q * k * k;
  }
  if (after <= 0 || slopeAfter <= 0) return;
  const scale = Math.min(4, Math.sqrt(before / after), Math.sqrt(slopeBefore / slopeAfter));
  for (let k = 0; k < BINS; k++) gains[k] = gains[k]! * scale;
}

/** Bins on either side that make up the envelope of a spectrum: ±140 Hz. */
const ENVELOPE_REACH = 6;
/** The most that {@link Leaning} lifts a bin. */
const MOST_LIFT = 4;

/** Moves a spectrum towards bare tones or towards haze. */
export class Leaning {
  readonly #amount: number;
  readonly #own = new Float64Array(BINS);
  readonly #envelope = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS + 1);

  /** `amount` −1 fills the valleys between partials, 1 digs the partials out, 0 does nothing. */
  constructor(amount: number) {
    this.#amount = amount;
  }

  /** Multiplies `gains` by the leaning of a frame. */
  apply(power: Float64Array, gains: Float64Array): void {
    if (this.#amount === 0) return;
    const own = this.#own;
    const envelope = this.#envelope;
    loudness(power, own);
    smooth(own, ENVELOPE_REACH, this.#sums, envelope);
    const amount = Math.abs(this.#amount);
    const digs = this.#amount > 0;
    for (let k = 0; k < BINS; k++) {
      const ratio = digs ? own[k]! / envelope[k]! : envelope[k]! / own[k]!;
      gains[k] = gains[k]! * (1 + amount * (Math.min(MOST_LIFT, ratio * ratio) - 1));
    }
  }
}
