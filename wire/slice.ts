/**
 * Slices as a receiver sees them: decoding frames, and keeping the mirror.
 *
 * @module
 */
import { fromHalves } from "../audio/float16.ts";
import { MAX_BUFFER_BYTES, SLICE_HEADER_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";
import { asHalves } from "./half_buffer.ts";
import { addHalves } from "./kernels.ts";
import { FLAG_DELTA, readSliceHeader, type SliceHeader } from "./slice_header.ts";
import { type Decompress, decompress } from "./zstd.ts";
import { checkZstdFrame } from "./zstd_frame.ts";

/** A decoded slice. */
export interface Slice extends SliceHeader {
  /**
   * Interleaved, `numSamples * channels` values: samples for flag 0, differences from the mirror
   * for flag 1.
   */
  readonly audio: Float32Array;
}

/** What a receiver may choose. */
export interface DecodeOptions {
  /**
   * Largest payload, expanded, in bytes; frames that announce more are refused before anything is
   * made for them. Default: the longest source in stereo.
   */
  readonly maxBytes?: number;
  /** Another zstd than the runtime's. */
  readonly decompress?: Decompress;
}

/** Where a slice went into the mirror. */
export interface AppliedRange {
  /** First frame that was written. */
  readonly startSample: number;
  /** Frames that were written; 0 for a slice that begins at or after the mirror's end. */
  readonly frames: number;
}

/**
 * Decodes one slice frame.
 *
 * @param frame The whole binary message.
 * @throws {WireError} if the frame does not follow the protocol. Nothing else is ever thrown, and
 * besides the zstd window (at most 8 MiB) nothing larger than `maxBytes` is made.
 *
 * @example
 * ```ts
 * import { decodeSliceFrame } from "./slice.ts";
 * import { SliceEncoder } from "./slice_encoder.ts";
 *
 * const encoder = new SliceEncoder(new Float32Array(8), { channels: 2 });
 * const audio = Float32Array.of(0.5, -0.5, 1, -1);
 * const frame = encoder.encode({
 *   audio, startSample: 1, channels: 2, tickMs: 41.25, decMs: 11.5, numGens: 7,
 * });
 * if (frame) console.log(decodeSliceFrame(frame).numSamples); // 2
 * ```
 */
export function decodeSliceFrame(frame: Uint8Array, options: DecodeOptions = {}): Slice {
  const header = readSliceHeader(frame);
  return { ...header, audio: fromHalves(readPayload(frame, header, options)) };
}

/**
 * Puts a decoded slice into the mirror: overwrites (flag 0) or adds, rounding to f32 once (flag 1).
 * What would lie beyond the mirror's end is cut off; a slice never wraps.
 *
 * @param mirror The receiver's buffer, interleaved.
 * @param slice What {@link decodeSliceFrame} returned.
 * @param options `channels` of the mirror, if the slice's own are to be checked against them.
 * @throws {WireError} if the slice has another number of channels than the mirror.
 *
 * @example
 * ```ts
 * import { applySlice } from "./slice.ts";
 *
 * const mirror = new Float32Array(4);
 * const header = { startSample: 3, numSamples: 2, channels: 1, tickMs: 0, decMs: 0, numGens: 0 };
 * console.log(applySlice(mirror, { ...header, flags: 0, audio: Float32Array.of(0.5, 1) })); // { startSample: 3, frames: 1 }
 * ```
 */
export function applySlice(
  mirror: Float32Array,
  slice: Slice,
  options: { channels?: number } = {},
): AppliedRange {
  const { audio } = slice;
  const range = rangeIn(mirror, slice, options.channels ?? slice.channels);
  const first = range.startSample * slice.channels;
  const count = range.frames * slice.channels;
  if (slice.flags === FLAG_DELTA) {
    for (let i = 0; i < count; i++) mirror[first + i] = mirror[first + i]! + audio[i]!;
  } else if (count > 0) {
    mirror.set(audio.subarray(0, count), first);
  }
  return range;
}

/**
 * Decodes frames straight into a mirror: {@link decodeSliceFrame} and {@link applySlice} in one
 * pass, without the intermediate samples. The hot path of every client.
 */
export class SliceDecoder {
  readonly #options: DecodeOptions;

  /** A decoder; it has no state of its own, the mirror is the caller's. */
  constructor(options: DecodeOptions = {}) {
    this.#options = options;
  }

  /**
   * Decodes `frame` and applies it to `mirror`, which is untouched if that fails.
   *
   * @param frame The whole binary message.
   * @param mirror The receiver's buffer, interleaved.
   * @param channels Channels of the mirror.
   * @returns The frame's header, and the range that was written.
   * @throws {WireError} as {@link decodeSliceFrame} and {@link applySlice}.
   */
  apply(
    frame: Uint8Array,
    mirror: Float32Array,
    channels: number,
  ): { header: SliceHeader; range: AppliedRange } {
    const header = readSliceHeader(frame);
    const range = rangeIn(mirror, header, channels);
    const halves = readPayload(frame, header, this.#options);
    const first = range.startSample * channels;
    const count = range.frames * channels;
    const target = mirror.subarray(first, first + count);
    if (header.flags === FLAG_DELTA) addHalves(target, halves);
    else fromHalves(halves.subarray(0, count), target);
    return { header, range };
  }
}

function rangeIn(mirror: Float32Array, header: SliceHeader, channels: number): AppliedRange {
  if (header.channels !== channels) {
    throw new WireError(
      `slice has ${header.channels} channels, but the mirror has ${channels} (offset 9)`,
      { field: "channels", offset: 9 },
    );
  }
  const mirrorFrames = Math.floor(mirror.length / channels);
  const end = Math.min(header.startSample + header.numSamples, mirrorFrames);
  return { startSample: header.startSample, frames: Math.max(0, end - header.startSample) };
}

/** The payload's halves, as many as the header says. */
function readPayload(frame: Uint8Array, header: SliceHeader, options: DecodeOptions): Uint16Array {
  const maxBytes = options.maxBytes ?? MAX_BUFFER_BYTES;
  const bytes = header.numSamples * header.channels * 2;
  if (bytes > maxBytes) {
    throw new WireError(
      `slice announces ${header.numSamples} samples, ${bytes} bytes, over the limit of ` +
        `${maxBytes} (offset 5)`,
      { field: "num_samples", offset: 5 },
    );
  }
  const payload = frame.subarray(SLICE_HEADER_BYTES);
  if (header.flags === FLAG_DELTA) {
    checkZstdFrame(frame, SLICE_HEADER_BYTES, bytes);
    return asHalves(expand(payload, bytes, options.decompress ?? decompress));
  }
  checkSize(payload.length, bytes);
  return asHalves(payload);
}

function expand(payload: Uint8Array, bytes: number, decompress: Decompress): Uint8Array {
  let expanded: Uint8Array;
  try {
    expanded = decompress(payload, bytes);
  } catch (cause) {
    throw new WireError(
      `slice payload does not expand to ${bytes} bytes (offset ${SLICE_HEADER_BYTES})`,
      { field: "payload", offset: SLICE_HEADER_BYTES },
      { cause },
    );
  }
  checkSize(expanded.length, bytes);
  return expanded;
}

function checkSize(found: number, expected: number): void {
  if (found === expected) return;
  throw new WireError(
    `slice payload is ${found} bytes, expected ${expected} (offset ${SLICE_HEADER_BYTES})`,
    { field: "payload", offset: SLICE_HEADER_BYTES },
  );
}
