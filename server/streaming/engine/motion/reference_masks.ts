/**
 * Cross-synthesis: masks that impose something of a reference clip on the source.
 *
 * @module
 */
import { BAND_COUNT, BAND_OF_BIN, bandCurve } from "./bands.ts";
import { keepEnergy, loudness, TINY } from "./mask_tools.ts";
import type { NeighbourFrames } from "./neighbours.ts";
import { BINS, type FrameMask } from "./stft.ts";

/** Frames, spread over a clip, whose mean stands for its sound colour. */
const SAMPLED_FRAMES = 48;
/** Points of an envelope along the band axis. */
const ENVELOPE_POINTS = 24;
/** Limits of the factor by which a colour is corrected: ±20 dB in power of loudness. */
const LEAST = 0.1;
const MOST = 10;

/** Imposes the sound colour of a clip: its mean spectral envelope in place of the source's own. */
export class TimbreMask implements FrameMask {
  readonly #curve: Float64Array;

  /** From the mean envelopes of source and clip. */
  constructor(own: readonly number[], wanted: readonly number[]) {
    const ratios = own.map((level, i) => {
      const ratio = wanted[i]! / level;
      return Math.min(MOST, Math.max(LEAST, ratio * ratio));
    });
    this.#curve = bandCurve(ratios);
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, _index: number, gains: Float64Array): void {
    gains.set(this.#curve);
    keepEnergy(power, gains);
  }
}

/**
 * Loudness at points of the band axis, mean over a few dozen frames of the circle, relative to its own
 * average.
 */
export function meanEnvelope(frames: NeighbourFrames): number[] {
  const sums = new Float64Array(ENVELOPE_POINTS);
  const counts = new Float64Array(ENVELOPE_POINTS);
  const count = Math.min(SAMPLED_FRAMES, frames.grid);
  for (let i = 0; i < count; i++) {
    const values = frames.at(Math.floor(i * frames.grid / count));
    for (let k = 0; k < BINS; k++) {
      const point = pointOfBin(k, ENVELOPE_POINTS);
      sums[point] = sums[point]! + values[k]!;
      counts[point] = counts[point]! + 1;
    }
  }
  let total = 0;
  const means = Array.from(sums, (sum, i) => sum / Math.max(1, counts[i]!) + TINY);
  for (const mean of means) total += mean;
  return means.map((mean) => mean / total);
}

/** Points of the frequency axis at which a structure clip's loudness is followed. */
const CONTOUR_POINTS = 6;
/** The most that a quiet moment of the source is lifted to follow a contour. */
const MOST_LIFT = 6;

/**
 * Imposes the course of a clip: in each of a few broad bands the source gets louder and softer as the
 * clip does, which goes round as often as it fits.
 */
export class StructureMask implements FrameMask {
  readonly #clip: NeighbourFrames;
  readonly #clipMean: Float64Array;
  readonly #sourceMean: Float64Array;
  readonly #own = new Float64Array(BINS);
  readonly #here = new Float64Array(CONTOUR_POINTS);
  readonly #there = new Float64Array(CONTOUR_POINTS);

  /** Follows a clip, which is a circle as the source is; their grids need not fit. */
  constructor(
    clip: NeighbourFrames,
    means: { readonly source: Float64Array; readonly clip: Float64Array },
  ) {
    this.#clip = clip;
    this.#sourceMean = means.source;
    this.#clipMean = means.clip;
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    loudness(power, this.#own);
    contour(this.#own, this.#here);
    contour(this.#clip.at(index), this.#there);
    const factors = Array.from(this.#here, (own, i) => {
      const wanted = this.#there[i]! / this.#clipMean[i]! * this.#sourceMean[i]!;
      const ratio = wanted / own;
      return Math.min(MOST_LIFT, ratio * ratio);
    });
    gains.set(bandCurve(factors));
  }
}

/** Mean loudness of a frame in each broad band. */
function contour(values: Float64Array, out: Float64Array): void {
  const counts = new Float64Array(CONTOUR_POINTS);
  out.fill(0);
  for (let k = 0; k < BINS; k++) {
    const point = pointOfBin(k, CONTOUR_POINTS);
    out[point] = out[point]! + values[k]!;
    counts[point] = counts[point]! + 1;
  }
  for (let i = 0; i < CONTOUR_POINTS; i++) out[i] = out[i]! / Math.max(1, counts[i]!) + TINY;
}

/** Loudness in a few broad bands, mean over a few dozen frames of the circle. */
export function meanContour(frames: NeighbourFrames): Float64Array {
  const mean = new Float64Array(CONTOUR_POINTS);
  const one = new Float64Array(CONTOUR_POINTS);
  const count = Math.min(SAMPLED_FRAMES, frames.grid);
  for (let i = 0; i < count; i++) {
    contour(frames.at(Math.floor(i * frames.grid / count)), one);
    for (let b = 0; b < CONTOUR_POINTS; b++) mean[b] = mean[b]! + one[b]! / count;
  }
  return mean;
}

function pointOfBin(bin: number, points: number): number {
  return Math.min(points - 1, Math.floor(BAND_OF_BIN[bin]! / BAND_COUNT * points));
}
