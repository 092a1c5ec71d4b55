import { type Band, isInBand, wrap } from "./circle.ts";

/** Takes a contiguous piece that was played: frames `[fromSample, toSample)`, never wrapping. */
export type PlaySink = (fromSample: number, toSample: number) => void;

/**
 * Turns a sequence of playhead positions into the pieces of the buffer that were heard between
 * them. An advance of more than half the circle (or half the band) is a jump or a long gap: nothing
 * was heard as far as anyone can tell.
 */
export class PlayCursor {
  readonly #sink: PlaySink;
  #frames: number;
  #band: Band | null = null;
  #position: number | null = null;

  /** A cursor on a buffer of `frames` that has not seen a position yet. */
  constructor(frames: number, sink: PlaySink) {
    this.#frames = frames;
    this.#sink = sink;
  }

  /** The playhead is at `sample` now, having moved there by playing. */
  advanceTo(sample: number): void {
    const from = this.#position;
    this.#position = sample;
    if (from === null || from === sample) return;
    const band = this.#band;
    const isLooping = band !== null && isInBand(from, band) && isInBand(sample, band);
    const lo = isLooping ? band.startSample : 0;
    const hi = isLooping ? band.endSample : this.#frames;
    const advance = wrap(sample - from, hi - lo);
    if (advance > Math.floor((hi - lo) / 2)) return;
    if (sample > from) {
      this.#sink(from, sample);
      return;
    }
    this.#sink(from, hi);
    if (sample > lo) this.#sink(lo, sample);
  }

  /** The playhead jumped to `sample`. */
  jumpTo(sample: number): void {
    this.#position = sample;
  }

  /** A loop band was armed, or with null disarmed. */
  setBand(band: Band | null): void {
    this.#band = band;
  }

  /** A new buffer: no position is known, no band is armed. */
  reset(frames: number): void {
    this.#frames = frames;
    this.#band = null;
    this.#position = null;
  }
}
