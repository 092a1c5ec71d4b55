import { type Band, isInBand, seamFrames, wrap, type WrapKind } from "./circle.ts";

/**
 * Takes a contiguous piece that was played: frames `[fromSample, toSample)`, never wrapping. `headSample`
 * is where the head begins that sounded together with it, in a seam; null elsewhere.
 */
export type PlaySink = (fromSample: number, toSample: number, headSample: number | null) => void;

/**
 * Turns a sequence of playhead positions into the pieces of the buffer that were heard between
 * them. An advance of more than half the circle (or half the band) is a jump or a long gap: nothing
 * was heard as far as anyone can tell.
 */
export class PlayCursor {
  readonly #sink: PlaySink;
  readonly #wrap: WrapKind;
  #frames: number;
  #band: Band | null = null;
  #position: number | null = null;

  /** A cursor on a buffer of `frames` that has not seen a position yet. */
  constructor(frames: number, sink: PlaySink, wrap: WrapKind = "zero") {
    this.#frames = frames;
    this.#sink = sink;
    this.#wrap = wrap;
  }

  /** The playhead is at `sample` now, having moved there by playing. */
  advanceTo(sample: number): void {
    const from = this.#position;
    this.#position = sample;
    if (from === null || from === sample) return;
    const band = this.#band;
    const isLooping = band !== null && isInBand(from, band) && isInBand(sample, band);
    const lo = isLooping ? band.startSample : this.#headFrames;
    const hi = isLooping ? band.endSample : this.#frames;
    // Behind a seam the head that it held is not played again: nobody gets there by playing on.
    if (sample < from && sample < lo) return;
    const advance = sample > from ? sample - from : wrap(sample - from, hi - lo);
    if (advance > Math.floor((hi - lo) / 2)) return;
    if (sample > from) {
      this.#tell(from, sample);
      return;
    }
    this.#tell(from, hi);
    if (sample > lo) this.#tell(lo, sample);
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

  /** Frames at the head that playback passes only once, since the seam holds them afterwards. */
  get #headFrames(): number {
    return this.#wrap === "seam" ? seamFrames(this.#frames) : 0;
  }

  #tell(from: number, to: number): void {
    // Inside a band nothing goes over to the head.
    const seam = this.#band === null ? this.#frames - this.#headFrames : this.#frames;
    if (from < seam) this.#sink(from, Math.min(to, seam), null);
    if (to > seam) {
      const start = Math.max(from, seam);
      this.#sink(start, to, start - seam);
    }
  }
}
