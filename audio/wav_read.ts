import wavefile from "wavefile";
import { errorMessage, HeadwayError } from "../runtime/errors.ts";
import type { AudioClip } from "./clip.ts";

/** A WAV file could not be used; `message` says what was found and what was expected. */
export class WavError extends HeadwayError {
  /** Its name in logs. */
  override readonly name = "WavError";
}

/** What a WAV file may be at most. */
export interface WavLimits {
  /** Bytes of the whole file; default 100 MiB. */
  readonly maxBytes?: number;
  /** Samples per channel; default 48000 · 600. */
  readonly maxFrames?: number;
  /** The only sample rate accepted, default 48000; `any` accepts all. */
  readonly sampleRate?: number | "any";
}

/** A clip and the rate at which it is to be played. */
export interface WavClip extends AudioClip {
  /** Samples per second. */
  readonly sampleRate: number;
}

/** More than this beside the samples is no music file; parsing it would cost memory for nothing. */
const MAX_SIDE_CHUNK_BYTES = 1 << 20;

/**
 * Reads a WAV file: 16, 24 or 32-bit PCM or 32-bit float, any number of channels of which the first
 * two are kept.
 *
 * @throws WavError for anything else, with the finding and the expectation in one sentence.
 */
export function readWav(bytes: Uint8Array, limits: WavLimits = {}): WavClip {
  const { maxBytes = 100 * 1024 * 1024, maxFrames = 48000 * 600, sampleRate = 48000 } = limits;
  if (bytes.length > maxBytes) {
    throw new WavError(
      `WAV file is ${bytes.length} bytes, more than the ${maxBytes} allowed; use a shorter file`,
      { bytes: bytes.length, maxBytes },
    );
  }
  const { format, raw } = parse(plainFile(essentialChunks(bytes)));
  if (sampleRate !== "any" && format.sampleRate !== sampleRate) {
    throw new WavError(
      `WAV file has ${format.sampleRate} samples per second, expected ${sampleRate}; resample it first`,
      { found: format.sampleRate, expected: sampleRate },
    );
  }
  const decode = decoderFor(format);
  const frames = Math.floor(raw.length / (format.channels * decode.bytes));
  if (frames === 0) throw new WavError("WAV file holds no samples");
  if (frames > maxFrames) {
    throw new WavError(`WAV file has ${frames} frames, more than the ${maxFrames} allowed`, {
      frames,
      maxFrames,
    });
  }
  const channels = Math.min(2, format.channels);
  const audio = new Float32Array(frames * channels);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const stride = format.channels * decode.bytes;
  for (let frame = 0, at = 0; frame < frames; frame++) {
    for (let c = 0; c < channels; c++) {
      audio[at++] = decode.read(view, frame * stride + c * decode.bytes);
    }
  }
  return { audio, channels, frames, sampleRate: format.sampleRate };
}

interface WavFormat {
  readonly encoding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/** The two chunks that matter, without their headers. */
interface Essentials {
  readonly fmt: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * Walks the chunk list before the parser does, so that hostile sizes end here. Cue points, loops and
 * labels are passed over: their counts would make the parser allocate whatever a damaged file claims.
 */
function essentialChunks(bytes: Uint8Array): Essentials {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const idAt = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (bytes.length < 12 || idAt(0) !== "RIFF" || idAt(8) !== "WAVE") {
    throw new WavError(`file is not a WAV file: its first bytes are not "RIFF" and "WAVE"`);
  }
  let offset = 12;
  let fmt: Uint8Array | null = null;
  let data: Uint8Array | null = null;
  while (offset + 8 <= bytes.length) {
    const id = idAt(offset);
    const size = view.getUint32(offset + 4, true);
    if (id === "data") {
      if (fmt === null) throw new WavError(`WAV file has no "fmt " chunk before its samples`);
      if (offset + 8 + size > bytes.length) {
        throw new WavError(
          `WAV file is cut off: its samples need ${size} bytes, ${
            bytes.length - offset - 8
          } are there`,
          { expected: size, found: bytes.length - offset - 8 },
        );
      }
    } else if (size > MAX_SIDE_CHUNK_BYTES || offset + 8 + size > bytes.length) {
      throw new WavError(
        `WAV chunk ${JSON.stringify(id)} claims ${size} bytes at offset ${offset}`,
        {
          size,
          offset,
        },
      );
    }
    if (id === "data") data ??= bytes.subarray(offset + 8, offset + 8 + size);
    if (id === "fmt ") {
      fmt ??= bytes.subarray(offset + 8, offset + 8 + size);
      if (size < 16) throw new WavError(`WAV "fmt " chunk is ${size} bytes, expected at least 16`);
    }
    offset += 8 + size + (size & 1);
  }
  if (fmt === null || data === null) {
    throw new WavError(`WAV file has no ${fmt === null ? `"fmt "` : `"data"`} chunk`);
  }
  return { fmt, data };
}

/** A file of the two chunks alone. */
function plainFile({ fmt, data }: Essentials): Uint8Array {
  const even = (size: number) => size + (size & 1);
  const file = new Uint8Array(28 + even(fmt.length) + even(data.length));
  const view = new DataView(file.buffer);
  const put = (offset: number, text: string) => file.set(new TextEncoder().encode(text), offset);
  put(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  put(8, "WAVE");
  put(12, "fmt ");
  view.setUint32(16, fmt.length, true);
  file.set(fmt, 20);
  const dataAt = 20 + even(fmt.length);
  put(dataAt, "data");
  view.setUint32(dataAt + 4, data.length, true);
  file.set(data, dataAt + 8);
  return file;
}

/** The parser's own view of the file; its sample conversion is slow, so only raw bytes are taken. */
function parse(bytes: Uint8Array): { format: WavFormat; raw: Uint8Array } {
  const file = new wavefile.WaveFile();
  try {
    file.fromBuffer(bytes);
  } catch (error) {
    throw new WavError(`WAV file cannot be read: ${errorMessage(error)}`, {}, { cause: error });
  }
  const fmt = file.fmt as Record<string, number> & { subformat: readonly number[] };
  const EXTENSIBLE = 0xfffe;
  const tag = fmt["audioFormat"] ?? 0;
  const format = {
    // The extensible form keeps the plain encoding in the first word of its sub-format id.
    encoding: tag === EXTENSIBLE ? (fmt.subformat[0] ?? 0) & 0xffff : tag,
    channels: fmt["numChannels"] ?? 0,
    sampleRate: fmt["sampleRate"] ?? 0,
    bits: fmt["bitsPerSample"] ?? 0,
  };
  if (format.channels < 1) throw new WavError(`WAV file has ${format.channels} channels`);
  return { format, raw: (file.data as { samples: Uint8Array }).samples };
}

interface SampleDecoder {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

function decoderFor({ encoding, bits }: WavFormat): SampleDecoder {
  if (encoding === 3 && bits === 32) {
    return { bytes: 4, read: (view, at) => view.getFloat32(at, true) };
  }
  if (encoding === 1 && bits === 16) {
    return { bytes: 2, read: (view, at) => view.getInt16(at, true) / 32768 };
  }
  if (encoding === 1 && bits === 24) {
    return {
      bytes: 3,
      read: (view, at) => ((view.getInt16(at + 1, true) << 8) | view.getUint8(at)) / 8388608,
    };
  }
  if (encoding === 1 && bits === 32) {
    return { bytes: 4, read: (view, at) => view.getInt32(at, true) / 2147483648 };
  }
  throw new WavError(
    `WAV file has ${bits}-bit samples in encoding ${encoding}, expected 16, 24 or 32-bit PCM or 32-bit float`,
    { bits, encoding },
  );
}
