import { BINS, type FrameMask } from "./stft.ts";

/** Frames that are remembered: those of a window and of the block after it, with some to spare. */
const MEMORY = 96;

/**
 * A mask that remembers what it answered lately. Bands and sums ask for the same frames again and
 * again, once for each of them and once for each position of a knob that moves. Of one source only:
 * the answer is told by the frame's number, and its power is taken for granted.
 */
export class RememberedMask implements FrameMask {
  readonly #mask: FrameMask;
  readonly #slots: { index: number; gains: Float64Array }[] = [];

  /** Remembers for `mask`. */
  constructor(mask: FrameMask) {
    this.#mask = mask;
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    const slot = this.#slots[index % MEMORY] ??= { index: -1, gains: new Float64Array(BINS) };
    if (slot.index !== index) {
      this.#mask.apply(power, index, slot.gains);
      slot.index = index;
    }
    gains.set(slot.gains);
  }
}
