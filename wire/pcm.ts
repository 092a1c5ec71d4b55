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
  readonly audio: Float32Array<ArrayBuffer>;
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

/**
 * Reads an upload.
 *
 * @param bytes The whole binary message.
 * @param options `maxFrames` keeps only the beginning of longer audio; everything by default.
 * @throws {WireError} if the header is cut off, the size is not what it says, or a sample is no
 * number that a half can hold (it would poison every buffer that is made of it).
 */
export function decodePcm(bytes: Uint8Array, options: { maxFrames?: number } = {}): PcmClip {
  if (bytes.length < PCM_HEADER_BYTES) {
    throw new WireError(
      `PCM message is ${bytes.length} bytes, shorter than its ${PCM_HEADER_BYTES}-byte header ` +
        `(offset 0)`,
      { field: "header", offset: 0 },
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, PCM_HEADER_BYTES);
  const width = header.getUint32(0, true);
  const total = header.getUint32(4, true);
  if (width < 1) {
    throw new WireError("PCM message has 0 channels, expected at least 1 (offset 0)", {
      field: "channels",
      offset: 0,
    });
  }
  const size = PCM_HEADER_BYTES + width * total * 4;
  if (size !== bytes.length || size > MAX_MESSAGE_BYTES) {
    throw new WireError(
      `PCM message is ${bytes.length} bytes, but ${total} frames of ${width} channels need ` +
        `${size} (offset 4)`,
      { field: "samples", offset: 4 },
    );
  }
  const channels = Math.min(width, MAX_CHANNELS);
  const frames = Math.min(total, options.maxFrames ?? Infinity);
  const audio = firstChannels(samplesOf(bytes, frames * width), width, channels);
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

/** The first `count` samples of the message, in an array of their own (and so aligned). */
function samplesOf(bytes: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  const start = bytes.byteOffset + PCM_HEADER_BYTES;
  return new Float32Array(bytes.buffer.slice(start, start + count * 4) as ArrayBuffer);
}

/** Index of the first sample that no half can hold; -1 if all can. */
function firstUnfit(audio: Float32Array): number {
  for (let i = 0; i < audio.length; i++) if (!(Math.abs(audio[i]!) < HALF_LIMIT)) return i;
  return -1;
}

function firstChannels(
  samples: Float32Array<ArrayBuffer>,
  width: number,
  channels: number,
): Float32Array<ArrayBuffer> {
  if (width === channels) return samples;
  const frames = samples.length / width;
  const kept = new Float32Array(frames * channels);
  for (let i = 0; i < frames; i++) {
    for (let c = 0; c < channels; c++) kept[i * channels + c] = samples[i * width + c]!;
  }
  return kept;
}
