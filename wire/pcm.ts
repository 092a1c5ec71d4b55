import { HALF_LIMIT } from "../audio/float16.ts";
import { MAX_CHANNELS, MAX_MESSAGE_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";

/** Bytes of a PCM message before its samples: u32 channels, u32 frames. */
export const PCM_HEADER_BYTES = 8;

/** Audio as it was uploaded. */
export interface PcmClip {
  /** 1 or 2: of more channels only the first two are kept. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
  /** Interleaved, `frames * channels` values. */
  readonly audio: Float32Array;
}

/**
 * Audio as an upload: header and interleaved little-endian f32.
 *
 * @param audio Interleaved samples, a whole number of frames.
 * @param channels Values per frame, at least 1.
 * @throws {RangeError} if the samples are no whole number of frames.
 *
 * @example
 * ```ts
 * import { decodePcm, encodePcm } from "./pcm.ts";
 *
 * const bytes = encodePcm(Float32Array.of(0.5, -0.5, 1, -1), 2);
 * console.log(bytes.length, decodePcm(bytes).frames); // 24 2
 * ```
 */
export function encodePcm(audio: Float32Array, channels: number): Uint8Array<ArrayBuffer> {
  const frames = audio.length / channels;
  if (!Number.isInteger(channels) || channels < 1 || !Number.isInteger(frames)) {
    throw new RangeError(`${audio.length} samples are no whole frames of ${channels} channels`);
  }
  const buffer = new ArrayBuffer(PCM_HEADER_BYTES + audio.length * 4);
  new Uint32Array(buffer, 0, 2).set([channels, frames]);
  new Float32Array(buffer, PCM_HEADER_BYTES).set(audio);
  return new Uint8Array(buffer);
}

/** How {@link decodePcm} reads. */
export interface DecodePcmOptions {
  /** Keeps only the beginning of longer audio; everything by default. */
  readonly maxFrames?: number;
  /** Makes the array that the samples go to, all zeros; one with memory of its own by default. */
  readonly allocate?: (samples: number) => Float32Array;
}

/**
 * Reads an upload.
 *
 * @param message The whole binary message, or its pieces in order.
 * @param options See {@link DecodePcmOptions}.
 * @throws {WireError} if the header is cut off, the size is not what it says, or a sample is no
 * number that a half can hold (it would poison every buffer that is made of it).
 */
export function decodePcm(
  message: Uint8Array | readonly Uint8Array[],
  options: DecodePcmOptions = {},
): PcmClip {
  const pieces = message instanceof Uint8Array ? [message] : message;
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (bytes < PCM_HEADER_BYTES) {
    throw new WireError(
      `PCM message is ${bytes} bytes, shorter than its ${PCM_HEADER_BYTES}-byte header (offset 0)`,
      { field: "header", offset: 0 },
    );
  }
  const header = new DataView(copyOf(pieces, 0, PCM_HEADER_BYTES).buffer);
  const width = header.getUint32(0, true);
  const total = header.getUint32(4, true);
  if (width < 1) {
    throw new WireError("PCM message has 0 channels, expected at least 1 (offset 0)", {
      field: "channels",
      offset: 0,
    });
  }
  const size = PCM_HEADER_BYTES + width * total * 4;
  if (size !== bytes || size > MAX_MESSAGE_BYTES) {
    throw new WireError(
      `PCM message is ${bytes} bytes, but ${total} frames of ${width} channels need ${size} ` +
        `(offset 4)`,
      { field: "samples", offset: 4 },
    );
  }
  const channels = Math.min(width, MAX_CHANNELS);
  const frames = Math.min(total, options.maxFrames ?? Infinity);
  const audio = (options.allocate ?? newSamples)(frames * channels);
  if (width === channels) copyInto(asBytes(audio), pieces, PCM_HEADER_BYTES);
  else takeChannels(audio, channels, pieces, width);
  const bad = firstUnfit(audio);
  if (bad >= 0) {
    const index = Math.floor(bad / channels) * width + bad % channels;
    const offset = PCM_HEADER_BYTES + index * 4;
    throw new WireError(
      `PCM sample ${index} is ${
        audio[bad]
      }, expected a number below ${HALF_LIMIT} (offset ${offset})`,
      { field: "audio", offset },
    );
  }
  return { channels, frames, audio };
}

const newSamples = (samples: number) => new Float32Array(samples);

function asBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Fills `target` with the message's bytes from `offset` on. */
function copyInto(target: Uint8Array, pieces: readonly Uint8Array[], offset: number): void {
  let skip = offset;
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(skip, skip + target.length - at);
    skip = Math.max(0, skip - piece.length);
    target.set(part, at);
    at += part.length;
    if (at === target.length) return;
  }
}

function copyOf(pieces: readonly Uint8Array[], offset: number, bytes: number) {
  const copy = new Uint8Array(bytes);
  copyInto(copy, pieces, offset);
  return copy;
}

/** Frames of more channels than are kept that are looked at in one go. */
const WIDE_FRAMES = 4096;

/** Fills `audio` with the first channels of wider frames. */
function takeChannels(
  audio: Float32Array,
  channels: number,
  pieces: readonly Uint8Array[],
  width: number,
): void {
  const frames = audio.length / channels;
  const wide = new Float32Array(Math.min(frames, WIDE_FRAMES) * width);
  for (let from = 0; from < frames; from += WIDE_FRAMES) {
    const count = Math.min(WIDE_FRAMES, frames - from);
    const bytes = asBytes(wide.subarray(0, count * width));
    copyInto(bytes, pieces, PCM_HEADER_BYTES + from * width * 4);
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < channels; c++) {
        audio[(from + i) * channels + c] = wide[i * width + c]!;
      }
    }
  }
}

/** Index of the first sample that no half can hold; -1 if all can. */
function firstUnfit(audio: Float32Array): number {
  for (let i = 0; i < audio.length; i++) if (!(Math.abs(audio[i]!) < HALF_LIMIT)) return i;
  return -1;
}
