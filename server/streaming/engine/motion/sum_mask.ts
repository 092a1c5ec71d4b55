import { bandShare } from "./bands.ts";
import type { BandGain } from "./layer_spec.ts";
import { BINS, type FrameMask } from "./stft.ts";

/** A mask and how much of it is heard. */
export interface WeightedMask {
  readonly mask: FrameMask;
  /** Linear gain; below 0 takes away. */
  readonly weight: number;
}

/**
 * Many masks at once: resynthesis is linear, so the sum of what they let through is what the sum of
 * their gains lets through, for one way back to samples instead of one each.
 */
export class SumMask implements FrameMask {
  readonly #summands: readonly WeightedMask[];
  readonly #curve: Float64Array;
  readonly #one = new Float64Array(BINS);

  /** The sum of `summands`, its bands raised or lowered. */
  constructor(summands: readonly WeightedMask[], bands: readonly BandGain[]) {
    this.#summands = summands;
    this.#curve = new Float64Array(BINS).fill(1);
    for (const { from, to, delta } of bands) {
      const share = bandShare(from, to);
      for (let k = 0; k < BINS; k++) this.#curve[k] = this.#curve[k]! + share[k]! * delta;
    }
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    const one = this.#one;
    gains.fill(0);
    for (const { mask, weight } of this.#summands) {
      mask.apply(power, index, one);
      for (let k = 0; k < BINS; k++) gains[k] = gains[k]! + one[k]! * weight;
    }
    for (let k = 0; k < BINS; k++) gains[k] = gains[k]! * this.#curve[k]!;
  }
}
