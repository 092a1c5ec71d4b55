/**
 * What one listener missed of a session, to be sent later.
 *
 * @module
 */
import type { AudioClip } from "./engine/engine.ts";
import type { SliceEvent } from "./events.ts";

/** Longest slice that makes up for what was missed, and the shortest gap that is kept, frames. */
export const CATCH_UP_FRAMES = 24_000;

/** Part of a buffer, frames: from `start` up to `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A session's buffer as it is now. */
export interface CurrentBuffer {
  readonly buffer: AudioClip;
  /** Which of the session's sources it is. */
  readonly epoch: number;
}

/**
 * The parts of a session's buffer that a listener does not have as they are, because slices were
 * dropped on the way. They are cut out of the buffer when they are sent, so that it does not matter
 * how many slices were missed, nor in which order; there are never more than the whole buffer.
 */
export class Missed {
  readonly #current: () => CurrentBuffer;
  #ranges: Range[] = [];
  /** The newest slice that was missed. */
  #last: SliceEvent | null = null;

  /** Nothing is missed yet. */
  constructor(current: () => CurrentBuffer) {
    this.#current = current;
  }

  /** A slice was dropped. Ranges that are close to each other become one. */
  note(slice: SliceEvent): void {
    const { startSample, numSamples, bufferFrames, epoch } = slice;
    if (this.#last !== null && epoch < this.#last.epoch) return;
    if (epoch !== this.#last?.epoch) this.#ranges = [];
    this.#last = slice;
    let start = startSample;
    let end = Math.min(startSample + numSamples, bufferFrames);
    const apart = this.#ranges.filter((range) => {
      const isApart = range.start > end + CATCH_UP_FRAMES || range.end < start - CATCH_UP_FRAMES;
      if (!isApart) [start, end] = [Math.min(start, range.start), Math.max(end, range.end)];
      return isApart;
    });
    this.#ranges = [...apart, { start, end }];
  }

  /** A slice of what was missed, as the buffer has it now; null when nothing is left of it. */
  take(): SliceEvent | null {
    const range = this.#ranges.shift();
    const last = this.#last;
    if (range === undefined || last === null) return null;
    const { buffer, epoch } = this.#current();
    // Another source has come since, and was sent as a whole.
    if (last.epoch !== epoch) {
      this.#ranges = [];
      return null;
    }
    const { start } = range;
    const end = Math.min(range.end, start + CATCH_UP_FRAMES);
    if (end < range.end) this.#ranges.unshift({ start: end, end: range.end });
    const { channels } = buffer;
    const audio = buffer.audio.slice(start * channels, end * channels);
    return { ...last, startSample: start, numSamples: end - start, audio };
  }
}
