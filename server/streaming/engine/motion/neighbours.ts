import { loudness } from "./mask_tools.ts";
import { BINS, type CircularAudio, FrameTransform, gridSize, HOP } from "./stft.ts";

/** Frames that are remembered; neighbourhoods overlap, so most frames are asked for many times. */
const MEMORY = 128;

/** The loudness spectra of any frames of a circle; the latest are remembered. */
export class NeighbourFrames {
  /** Frames in one lap. */
  readonly grid: number;
  readonly #audio: CircularAudio;
  readonly #transform = new FrameTransform();
  readonly #slots: { index: number; values: Float64Array }[] = [];

  /** Frames of `audio`. */
  constructor(audio: CircularAudio) {
    this.#audio = audio;
    this.grid = gridSize(audio.frames);
  }

  /** The loudness of the frame at `index` (any whole number; it wraps), one value a bin. */
  at(index: number): Float64Array {
    const wrapped = ((index % this.grid) + this.grid) % this.grid;
    const slot = this.#slots[wrapped % MEMORY] ??= { index: -1, values: new Float64Array(BINS) };
    if (slot.index !== wrapped) {
      this.#transform.analyse(this.#audio, wrapped * HOP);
      this.#transform.power(slot.values);
      loudness(slot.values, slot.values);
      slot.index = wrapped;
    }
    return slot.values;
  }

  /** The mean of the frames at `index + offset` for each offset, added in that order, into `out`. */
  mean(index: number, offsets: readonly number[], out: Float64Array): void {
    out.fill(0);
    for (const offset of offsets) {
      const values = this.at(index + offset);
      for (let k = 0; k < BINS; k++) out[k] = out[k]! + values[k]!;
    }
    const share = 1 / offsets.length;
    for (let k = 0; k < BINS; k++) out[k] = out[k]! * share;
  }
}
