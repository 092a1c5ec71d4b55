import { loudness, smooth } from "./mask_tools.ts";
import type { NeighbourFrames } from "./neighbours.ts";
import { BINS, type FrameMask } from "./stft.ts";

/** Frames in whose mean a steady tone stands out: ±120 ms. */
const ALONG_TIME = [-9, -6, -4, -2, 0, 2, 4, 6, 9];
/** Bins on either side in whose mean a drum stroke stands out: ±280 Hz. */
const ALONG_FREQUENCY = 12;

/**
 * Keeps what lasts and drops what strikes: the mask of harmonic/percussive separation after
 * Fitzgerald (DAFx 2010), with means of square-rooted magnitudes in place of medians. They are nearly
 * as robust, cost a tenth, and need no history.
 */
export class HarmonicMask implements FrameMask {
  readonly #frames: NeighbourFrames;
  readonly #own = new Float64Array(BINS);
  readonly #steady = new Float64Array(BINS);
  readonly #stroke = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS + 1);

  /** A mask for the audio that `frames` looks at. */
  constructor(frames: NeighbourFrames) {
    this.#frames = frames;
  }

  /** Fills `gains` with the harmonic share of each bin, 0..1. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    loudness(power, this.#own);
    this.#frames.mean(index, ALONG_TIME, this.#steady);
    smooth(this.#own, ALONG_FREQUENCY, this.#sums, this.#stroke);
    for (let k = 0; k < BINS; k++) {
      const steady = fourthPower(this.#steady[k]!);
      const stroke = fourthPower(this.#stroke[k]!);
      gains[k] = steady * steady / (steady * steady + stroke * stroke);
    }
  }
}

function fourthPower(x: number): number {
  return x * x * x * x;
}
