import { keepEnergy, loudness } from "./mask_tools.ts";
import type { NeighbourFrames } from "./neighbours.ts";
import { BINS, type FrameMask } from "./stft.ts";

/** Frames over which sound is washed out: ±0.48 s. */
const AROUND = [-36, -30, -24, -18, -12, -6, 6, 12, 18, 24, 30, 36];
/** The most that a bin is lifted to reach what surrounds it. */
const MOST_LIFT = 5;

/**
 * Washes the structure out: every moment takes the spectrum of the second around it, so that strokes
 * and chord changes blur. What a model makes when it is no longer held to the source.
 */
export class WashMask implements FrameMask {
  readonly #frames: NeighbourFrames;
  readonly #own = new Float64Array(BINS);
  readonly #around = new Float64Array(BINS);

  /** A mask for the audio that `frames` looks at. */
  constructor(frames: NeighbourFrames) {
    this.#frames = frames;
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    loudness(power, this.#own);
    this.#frames.mean(index, AROUND, this.#around);
    for (let k = 0; k < BINS; k++) {
      const ratio = this.#around[k]! / this.#own[k]!;
      gains[k] = Math.min(MOST_LIFT, ratio * ratio);
    }
    keepEnergy(power, gains);
  }
}
