import { bandShare } from "./bands.ts";
import { BINS, type FrameMask } from "./stft.ts";

/** What another mask lets through, in a range of bands only. */
export class BandMask implements FrameMask {
  readonly #inner: FrameMask;
  readonly #share: Float64Array;

  /** Bands `from` (inclusive) to `to` (exclusive) of the 64. */
  constructor(inner: FrameMask, from: number, to: number) {
    this.#inner = inner;
    this.#share = bandShare(from, to);
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    this.#inner.apply(power, index, gains);
    for (let k = 0; k < BINS; k++) gains[k] = gains[k]! * this.#share[k]!;
  }
}
