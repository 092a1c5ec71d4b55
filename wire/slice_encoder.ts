import { MAX_CHANNELS, SLICE_HEADER_BYTES } from "./constants.ts";
import { addHalves, areFinite, subtract } from "./kernels.ts";
import { FLAG_DELTA, writeSliceHeader } from "./slice_header.ts";
import { compress, DEFAULT_ZSTD_LEVEL } from "./zstd.ts";

/** A window on its way out. */
export interface SliceInput {
  /** Interleaved, a whole number of frames. */
  readonly audio: Float32Array;
  /** First frame in the circular buffer. */
  readonly startSample: number;
  /** Channels of `audio`; must be those of the mirror. */
  readonly channels: number;
  /** Time of the generator step, ms. */
  readonly tickMs: number;
  /** Time of decoding the window, ms. */
  readonly decMs: number;
  /** Generations so far. */
  readonly numGens: number;
}

/** What an encoder is made with. */
export interface SliceEncoderOptions {
  /** Channels of the mirror, 1 or 2. */
  readonly channels: number;
  /** zstd's level, −131072..22; 1 by default. */
  readonly level?: number;
  /** Makes the given array itself the mirror, not a copy: nobody else may go on using it. */
  readonly ownsMirror?: boolean;
}

/**
 * Turns windows of audio into slice frames, against a mirror of what the receiver has.
 *
 * Only the *rounded* difference travels, and only that is added to the mirror: it holds what the
 * receiver holds, bit for bit, so that each window corrects the rounding of those before it instead
 * of adding to it.
 *
 * @example
 * ```ts
 * import { SliceEncoder } from "./slice_encoder.ts";
 *
 * const encoder = new SliceEncoder(new Float32Array(96000), { channels: 2 });
 * const frame = encoder.encode({
 *   audio: new Float32Array(34560).fill(0.25),
 *   startSample: 24000, channels: 2, tickMs: 41.25, decMs: 11.5, numGens: 7,
 * });
 * console.log(frame?.[0], encoder.mirror[48000]); // 1 0.25
 * ```
 */
export class SliceEncoder {
  readonly #channels: number;
  readonly #level: number;
  #mirror: Float32Array;
  #scratch = new Scratch(0);
  #refused = 0;

  /**
   * An encoder for a receiver that holds `initialMirror` (interleaved). That is what went over the
   * wire: `roundTripHalf` of the source. The array is copied, unless `ownsMirror` is set.
   *
   * @throws {RangeError} if `channels` is neither 1 nor 2.
   */
  constructor(initialMirror: Float32Array, options: SliceEncoderOptions) {
    const { channels, level = DEFAULT_ZSTD_LEVEL, ownsMirror = false } = options;
    if (!Number.isInteger(channels) || channels < 1 || channels > MAX_CHANNELS) {
      throw new RangeError(`a mirror has 1 or 2 channels, not ${channels}`);
    }
    this.#channels = channels;
    this.#level = level;
    this.#mirror = ownsMirror ? initialMirror : initialMirror.slice();
  }

  /** What the receiver has, interleaved. The live array: read it, do not write. */
  get mirror(): Float32Array {
    return this.#mirror;
  }

  /**
   * Windows that were refused because the receiver would never recover from them: a sample that is
   * no finite number, or a difference that no half can hold.
   */
  get refused(): number {
    return this.#refused;
  }

  /** A new source: the receiver now holds `mirror`, of whatever length. The array is copied. */
  replaceMirror(mirror: Float32Array): void {
    this.#mirror = mirror.slice();
  }

  /**
   * Encodes one window and moves the mirror on.
   *
   * @returns The whole binary message, in an array of its own; null if nothing of the window lies
   * inside the buffer, or if it was {@link SliceEncoder.refused}. The mirror is then untouched.
   * @throws {RangeError} if the window has other channels than the mirror, or starts at no whole
   * frame from 0 up.
   */
  encode(slice: SliceInput): Uint8Array<ArrayBuffer> | null {
    const channels = this.#channels;
    const { audio, startSample } = slice;
    if (slice.channels !== channels) {
      throw new RangeError(`slice has ${slice.channels} channels, the mirror has ${channels}`);
    }
    if (!Number.isInteger(startSample) || startSample < 0) {
      throw new RangeError(`slice starts at ${startSample}, expected a whole frame from 0 up`);
    }
    const mirrorFrames = Math.floor(this.#mirror.length / channels);
    const endSample = Math.min(startSample + Math.floor(audio.length / channels), mirrorFrames);
    if (endSample <= startSample) return null;
    const numSamples = endSample - startSample;
    const scratch = this.#scratchFor(numSamples * channels);
    const mirror = this.#mirror.subarray(startSample * channels, endSample * channels);
    // The differences go through f32 because that is the rule: rounding them once, from f64, would
    // now and then give another half than every other implementation. It is the fast way, too.
    subtract(audio, mirror, scratch.differences);
    scratch.halves.set(scratch.differences);
    if (!areFinite(scratch.pairs)) {
      this.#refused++;
      return null;
    }

    const payload = compress(scratch.bytes, this.#level);
    addHalves(mirror, scratch.bits);
    const frame = new Uint8Array(SLICE_HEADER_BYTES + payload.length);
    writeSliceHeader(frame, { ...slice, flags: FLAG_DELTA, numSamples });
    frame.set(payload, SLICE_HEADER_BYTES);
    return frame;
  }

  /** Room for `count` values; the same again as long as windows are equally long, as they are. */
  #scratchFor(count: number): Scratch {
    if (this.#scratch.bits.length !== count) this.#scratch = new Scratch(count);
    return this.#scratch;
  }
}

/** What one window needs on its way. */
class Scratch {
  /** The differences, f32. */
  readonly differences: Float32Array<ArrayBuffer>;
  /** The same as halves, and three other views of these. */
  readonly halves: Float16Array<ArrayBuffer>;
  readonly bits: Uint16Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Two halves each; an odd last one is paired with a zero. */
  readonly pairs: Int32Array<ArrayBuffer>;

  constructor(count: number) {
    this.differences = new Float32Array(count);
    this.pairs = new Int32Array(Math.ceil(count / 2));
    this.halves = new Float16Array(this.pairs.buffer, 0, count);
    this.bits = new Uint16Array(this.pairs.buffer, 0, count);
    this.bytes = new Uint8Array(this.pairs.buffer, 0, count * 2);
  }
}
