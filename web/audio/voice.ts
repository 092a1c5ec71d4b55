import { type Band, isInBand, seamFrames } from "../../sim/circle.ts";

/** Over so many frames a place that was rewritten while it sounded goes over to its new sound: 5 ms. */
const PATCH_FADE_FRAMES = 240;

/** Interleaved audio of one source. */
export interface Source {
  /** `frames * channels` samples. */
  readonly audio: Float32Array;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel, at least 1. */
  readonly frames: number;
}

/**
 * A place in a circular buffer that sounds: it plays on, over the seam, inside a loop band, or to the
 * end where it does not loop. Nothing is allocated while it plays.
 */
export class Voice {
  readonly #source: Source;
  readonly #seam: number;
  #position: number;
  #band: Band | null = null;
  #isLooping = true;
  /** How a place that was rewritten under the playhead sounded before. */
  readonly #before: Float32Array;
  #beforeStart = 0;
  #beforeFrames = 0;

  /** A voice at `position`, which is brought into the buffer. */
  constructor(source: Source, position: number, from?: Voice) {
    this.#source = source;
    this.#seam = seamFrames(source.frames);
    this.#position = Math.min(Math.max(0, position), source.frames - 1);
    this.#before = new Float32Array(PATCH_FADE_FRAMES * source.channels);
    if (from === undefined) return;
    this.#isLooping = from.#isLooping;
    if (from.#source === source) this.#band = from.#band;
  }

  /** What it plays. */
  get source(): Source {
    return this.#source;
  }

  /** The next frame to sound. */
  get position(): number {
    return this.#position;
  }

  /** Whether it stands at the end and does not loop. */
  get hasEnded(): boolean {
    return !this.#isLooping && this.#band === null && this.#position >= this.#source.frames - 1;
  }

  /** Loops inside a band, or with null in the whole buffer. */
  setBand(band: Band | null): void {
    this.#band = band;
  }

  /** Whether it goes on at the head after the end. */
  setLooping(isLooping: boolean): void {
    this.#isLooping = isLooping;
  }

  /** Writes rewritten audio into the source; what just sounds goes over to it without a click. */
  patch(audio: Float32Array, startSample: number): void {
    const { audio: target, channels, frames } = this.#source;
    const endSample = Math.min(startSample + audio.length / channels, frames);
    const at = this.#position;
    if (startSample < at && at < endSample) {
      this.#beforeStart = at;
      this.#beforeFrames = Math.min(PATCH_FADE_FRAMES, endSample - at);
      this.#before.set(target.subarray(at * channels, (at + this.#beforeFrames) * channels));
    }
    if (endSample <= startSample) return;
    target.set(audio.subarray(0, (endSample - startSample) * channels), startSample * channels);
  }

  /** Plays `count` frames into `left` and `right` from `offset` on; mono goes to both. */
  render(left: Float32Array, right: Float32Array, offset: number, count: number): void {
    for (let done = 0; done < count;) {
      if (this.hasEnded) {
        left.fill(0, offset + done, offset + count);
        right.fill(0, offset + done, offset + count);
        return;
      }
      const run = Math.min(count - done, this.#boundary() - this.#position);
      this.#copy(left, right, offset + done, run);
      this.#position += run;
      done += run;
      this.#turn();
    }
  }

  /** The frame before which nothing special happens. */
  #boundary(): number {
    const { frames } = this.#source;
    const at = this.#position;
    if (this.#band !== null && isInBand(at, this.#band)) return this.#band.endSample;
    if (!this.#isLooping) return frames - 1;
    const seam = frames - this.#seam;
    return at < seam ? seam : frames;
  }

  /** Goes on elsewhere after a boundary. */
  #turn(): void {
    const { frames } = this.#source;
    if (this.#band !== null && this.#position === this.#band.endSample) {
      this.#position = this.#band.startSample;
    } else if (this.#position >= frames) {
      this.#position = this.#seam;
    }
  }

  #copy(left: Float32Array, right: Float32Array, offset: number, count: number): void {
    const { audio, channels, frames } = this.#source;
    const at = this.#position;
    const last = channels - 1;
    for (let i = 0, from = at * channels; i < count; i++, from += channels) {
      left[offset + i] = audio[from]!;
      right[offset + i] = audio[from + last]!;
    }
    const seam = frames - this.#seam;
    const isInSeam = at >= seam && this.#isLooping && this.#band === null;
    if (isInSeam) {
      for (let i = 0; i < count; i++) {
        const head = at + i - seam;
        const share = head / this.#seam;
        const from = head * channels;
        left[offset + i] = left[offset + i]! * (1 - share) + audio[from]! * share;
        right[offset + i] = right[offset + i]! * (1 - share) + audio[from + last]! * share;
      }
    }
    if (this.#beforeFrames > 0) this.#blendBefore(left, right, offset, count);
  }

  /** What sounded at a place before it was rewritten fades out of it. */
  #blendBefore(left: Float32Array, right: Float32Array, offset: number, count: number): void {
    const { channels } = this.#source;
    const skip = this.#position - this.#beforeStart;
    if (skip < 0 || skip >= this.#beforeFrames) {
      this.#beforeFrames = 0;
      return;
    }
    const end = Math.min(count, this.#beforeFrames - skip);
    for (let i = 0; i < end; i++) {
      const share = (skip + i) / this.#beforeFrames;
      const from = (skip + i) * channels;
      left[offset + i] = left[offset + i]! * share + this.#before[from]! * (1 - share);
      right[offset + i] = right[offset + i]! * share +
        this.#before[from + channels - 1]! * (1 - share);
    }
    if (skip + end >= this.#beforeFrames) this.#beforeFrames = 0;
  }
}
