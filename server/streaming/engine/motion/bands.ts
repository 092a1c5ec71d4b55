/**
 * The frequency axis of the masks: 64 bands on the mel scale, the places of the model's 64 latent
 * channels.
 *
 * @module
 */
import { exp2 } from "../../../../audio/trig.ts";
import { BIN_HZ, BINS } from "./stft.ts";

/** Bands from 0 Hz to 20 kHz. */
export const BAND_COUNT = 64;

/** log2(1 + 20000 / 700): the top of the scale in the unit of its formula. */
const TOP = 4.8856176;

/** Where band `index` begins, in (fractional) bins: mel⁻¹ of equal steps, 700·(2^x − 1) Hz. */
export function bandEdge(index: number): number {
  return 700 * (exp2(index / BAND_COUNT * TOP) - 1) / BIN_HZ;
}

/** The band (fractional) in which each bin lies; the inverse of {@link bandEdge}. */
export const BAND_OF_BIN: Float64Array = bandOfBin();

function bandOfBin(): Float64Array {
  const bands = new Float64Array(BINS);
  let band = 0;
  for (let k = 0; k < BINS; k++) {
    while (bandEdge(band + 1) <= k) band++;
    bands[k] = band + (k - bandEdge(band)) / (bandEdge(band + 1) - bandEdge(band));
  }
  return bands;
}

/**
 * The share of each bin that belongs to bands `from` (inclusive) to `to` (exclusive). Shares of
 * adjoining ranges add up to 1.
 */
export function bandShare(from: number, to: number): Float64Array {
  const share = new Float64Array(BINS);
  for (let k = 0; k < BINS; k++) {
    const above = from <= 0 ? 1 : ramp(k, bandEdge(from));
    const beyond = to >= BAND_COUNT ? 0 : ramp(k, bandEdge(to));
    share[k] = above - beyond;
  }
  return share;
}

/** 0 below the edge, 1 above it, linear over a twentieth of its frequency, at least one bin. */
function ramp(bin: number, edge: number): number {
  const width = Math.max(1, edge / 20);
  return Math.min(1, Math.max(0, (bin - edge) / width + 0.5));
}

/** A smooth curve over the bins through values at equal distances on the band axis. */
export function bandCurve(values: readonly number[]): Float64Array {
  const curve = new Float64Array(BINS);
  const last = values.length - 1;
  for (let k = 0; k < BINS; k++) {
    const at = Math.min(last, Math.max(0, BAND_OF_BIN[k]! / BAND_COUNT * values.length - 0.5));
    const below = Math.min(last, Math.floor(at));
    const above = Math.min(last, below + 1);
    curve[k] = values[below]! + (values[above]! - values[below]!) * (at - below);
  }
  return curve;
}
