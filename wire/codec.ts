/**
 * How messages become packets, at either fidelity: as the bytes that a WebSocket carries, or as
 * values without samples that only know how many bytes they would be.
 *
 * @module
 */
import { type Bulk, type BulkOptions, SampleBulk } from "./bulk.ts";
import { SLICE_HEADER_BYTES } from "./constants.ts";
import type { CellSlice, Packet } from "./connection.ts";
import { encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { encodePcm, PCM_HEADER_BYTES } from "./pcm.ts";
import { SliceEncoder } from "./slice_encoder.ts";
import { DEFAULT_ZSTD_LEVEL } from "./zstd.ts";

/** Audio on its way into a packet: `frames * channels` interleaved samples, none at timing fidelity. */
export interface CodecAudio {
  /** Interleaved f32; empty at timing fidelity. */
  readonly audio: Float32Array;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
}

/** A window on its way into a slice frame. */
export interface CodecSlice extends CellSlice {
  /** Interleaved f32; empty at timing fidelity. */
  readonly audio: Float32Array;
  /** Equal keys sound equal at equal positions. */
  readonly contentKey: number;
}

/** Makes packets; one for each fidelity. */
export interface PacketCodec {
  /** A text message. */
  message(message: ClientMessage | ServerMessage): Packet;
  /** A PCM upload. */
  pcm(clip: CodecAudio): Packet;
  /** A whole buffer as f16: the initial buffer, a swap's, a stem's. */
  buffer(clip: CodecAudio): Packet;
  /** The same message, made as it is sent. */
  bulk(clip: CodecAudio, options?: BulkOptions): Bulk;
  /**
   * The sending side of a mirror.
   *
   * @param sent What {@link PacketCodec.bulk} made of the source, prepared to its end and with a copy,
   * if it is at hand: it need not be rounded again.
   */
  sliceSender(source: CodecAudio, options?: SliceSenderOptions, sent?: Bulk): SliceSender;
}

/** Deliberate defects of old encoders, for scenarios that show what they do. */
export interface SliceSenderOptions {
  /** Start from the exact source, not from the wire copy that the client has. */
  readonly exactBase?: boolean;
  /** Store the exact target after each slice, not what the client has. */
  readonly exactAdvance?: boolean;
}

/** Turns windows into slice frames against a mirror of what the receiver has. */
export interface SliceSender {
  /** The receiver's buffer as this side knows it; empty at timing fidelity. */
  readonly mirror: Float32Array;
  /** The frame; null when the window is empty or unfit to send (the mirror is then untouched). */
  encode(slice: CodecSlice): Packet | null;
  /** A new source: the mirror starts again. `sent` as for {@link PacketCodec.sliceSender}. */
  replace(source: CodecAudio, sent?: Bulk): void;
}

/** A packet of bytes. */
export function binaryPacket(data: Uint8Array): Packet {
  return { kind: "binary", data, bytes: data.byteLength };
}

const utf8 = new TextEncoder();

/** A packet of text. */
export function textPacket(text: string): Packet {
  return { kind: "text", text, bytes: utf8.encode(text).byteLength };
}

/** Full fidelity: the bytes themselves. */
export const sampleCodec: PacketCodec = {
  message: (message) => textPacket(JSON.stringify(message)),
  pcm: (clip) => binaryPacket(encodePcm(clip.audio, clip.channels)),
  buffer: (clip) => binaryPacket(encodeHalfBuffer(clip.audio)),
  bulk: (clip, options) => new SampleBulk(clip.audio, options),
  sliceSender: (source, options, sent) => new SampleSender({ source, options, sent }),
};

/** What a {@link SampleSender} is made of. */
interface SampleSenderParts {
  readonly source: CodecAudio;
  readonly options: SliceSenderOptions | undefined;
  readonly sent: Bulk | undefined;
  /** zstd's level. */
  readonly level?: number;
}

class SampleSender implements SliceSender {
  readonly #options: SliceSenderOptions;
  readonly #level: number;
  #encoder: SliceEncoder;

  constructor({ source, options = {}, sent, level = DEFAULT_ZSTD_LEVEL }: SampleSenderParts) {
    this.#options = options;
    this.#level = level;
    this.#encoder = this.#encoderFor(source, sent);
  }

  get mirror(): Float32Array {
    return this.#encoder.mirror;
  }

  encode(slice: CodecSlice): Packet | null {
    const frame = this.#encoder.encode(slice);
    if (frame === null) return null;
    if (this.#options.exactAdvance) {
      const start = slice.startSample * slice.channels;
      const mirror = this.#encoder.mirror;
      mirror.set(slice.audio.subarray(0, mirror.length - start), start);
    }
    return binaryPacket(frame);
  }

  replace(source: CodecAudio, sent?: Bulk): void {
    this.#encoder = this.#encoderFor(source, sent);
  }

  #encoderFor({ audio, channels }: CodecAudio, sent: Bulk | undefined): SliceEncoder {
    const level = this.#level;
    return this.#options.exactBase
      ? new SliceEncoder(audio, { channels, level })
      : new SliceEncoder(wireCopy(audio, sent), { channels, level, ownsMirror: true });
  }
}

/** What the receiver has after `sent`. */
function wireCopy(audio: Float32Array, sent: Bulk | undefined): Float32Array {
  return sent?.wireCopy ?? roundTripHalf(audio);
}

/** Frames of one cell of the size model. */
const CELL_FRAMES = 480;
/**
 * Share of a payload that is left after compression, by how often its audio was sent before. The
 * second time only the rounding errors of the first travel, but these are as random as any; they
 * fade away slowly. A fit to slices of the built-in engine, 4 % off on average.
 */
const RATIO_BY_PASS = [0.93, 0.58, 0.26, 0.25, 0.25, 0.25, 0.15];
const LAST_PASS = RATIO_BY_PASS.length - 1;

/**
 * How many bytes the slices of one receiver would have. Real ones depend on the compressor and its
 * version; a simulation that used them would not be the same on two machines, nor at both fidelities.
 */
class SliceSizes {
  /** What the receiver has, by cell: the key of the content that was sent last. */
  #keys: Int32Array;
  /** How often that content was sent. */
  #passes: Uint8Array;

  constructor(source: CodecAudio) {
    const cells = Math.ceil(source.frames / CELL_FRAMES);
    this.#keys = new Int32Array(cells);
    // The buffer itself was the first time.
    this.#passes = new Uint8Array(cells).fill(1);
  }

  /** Bytes of a slice that is sent now, header included. */
  take(slice: CodecSlice, numSamples: number): number {
    const first = Math.floor(slice.startSample / CELL_FRAMES);
    const last = Math.floor((slice.startSample + numSamples - 1) / CELL_FRAMES);
    let share = 0;
    for (let i = first; i <= last; i++) {
      if (this.#keys[i] !== slice.contentKey) {
        this.#keys[i] = slice.contentKey;
        this.#passes[i] = 0;
      }
      const pass = this.#passes[i]!;
      share += RATIO_BY_PASS[pass]!;
      if (pass < LAST_PASS) this.#passes[i] = pass + 1;
    }
    const payload = numSamples * slice.channels * 2;
    return SLICE_HEADER_BYTES + Math.round(payload * share / (last - first + 1));
  }
}

/** Timing fidelity: values without samples. */
export const cellCodec: PacketCodec = {
  message: (message) => ({ kind: "message", message, bytes: messageBytes(message) }),
  pcm: (clip) => ({ ...sizeOnly(clip), bytes: pcmBytes(clip) }),
  buffer: (clip) => ({ ...sizeOnly(clip), bytes: bufferBytes(clip) }),
  bulk: (clip) => ({ packet: cellCodec.buffer(clip), wireCopy: null, prepare() {} }),
  sliceSender: (source) => new CellSender(source),
};

/**
 * zstd's level in simulations: it hardly looks for repetitions. The bytes are a frame like any other
 * and expand to the same halves, five times as fast both ways; what they would have saved nobody
 * counts, see {@link SliceSizes}.
 */
const SIMULATED_ZSTD_LEVEL = -1000;

/** Full fidelity in a simulation: the real bytes, on a road that counts them as {@link cellCodec}. */
export const simulatedSampleCodec: PacketCodec = {
  message: (message) => ({
    kind: "text",
    text: JSON.stringify(message),
    bytes: messageBytes(message),
  }),
  pcm: sampleCodec.pcm,
  buffer: sampleCodec.buffer,
  bulk: sampleCodec.bulk,
  sliceSender: (source, options, sent) => new SizedSender({ source, options, sent }),
};

function sizeOnly({ frames, channels }: CodecAudio) {
  return { kind: "buffer", frames, channels } as const;
}

function pcmBytes({ frames, channels }: CodecAudio): number {
  return PCM_HEADER_BYTES + frames * channels * 4;
}

function bufferBytes({ frames, channels }: CodecAudio): number {
  return frames * channels * 2;
}

class CellSender implements SliceSender {
  readonly mirror: Float32Array = new Float32Array(0);
  #sizes: SliceSizes;
  #frames: number;

  constructor(source: CodecAudio) {
    this.#sizes = new SliceSizes(source);
    this.#frames = source.frames;
  }

  encode(slice: CodecSlice): Packet | null {
    const { startSample, channels, tickMs, decMs, numGens, epoch, sliceNumber } = slice;
    const numSamples = Math.min(slice.numSamples, this.#frames - startSample);
    if (numSamples <= 0) return null;
    return {
      kind: "slice",
      slice: { startSample, numSamples, channels, tickMs, decMs, numGens, epoch, sliceNumber },
      bytes: this.#sizes.take(slice, numSamples),
    };
  }

  replace(source: CodecAudio): void {
    this.#sizes = new SliceSizes(source);
    this.#frames = source.frames;
  }
}

class SizedSender extends SampleSender {
  #sizes: SliceSizes;

  constructor(parts: SampleSenderParts) {
    super({ ...parts, level: SIMULATED_ZSTD_LEVEL });
    this.#sizes = new SliceSizes(parts.source);
  }

  override encode(slice: CodecSlice): Packet | null {
    const packet = super.encode(slice);
    if (packet === null) return null;
    const room = this.mirror.length / slice.channels - slice.startSample;
    return { ...packet, bytes: this.#sizes.take(slice, Math.min(slice.numSamples, room)) };
  }

  override replace(source: CodecAudio, sent?: Bulk): void {
    super.replace(source, sent);
    this.#sizes = new SliceSizes(source);
  }
}

/** Sizes of the knob dictionaries, which are large, frequent and change seldom. */
const dictionaryBytes = new WeakMap<object, number>();

/** About how many bytes a message is as JSON: what is frequent counts with a typical length. */
function messageBytes(message: ClientMessage | ServerMessage): number {
  switch (message.type) {
    case "params":
      return 120 + sizeOf(message.raw);
    case "params_update":
      return PARAMS_UPDATE_BYTES;
    default:
      return JSON.stringify(message).length;
  }
}

/** A `params_update` of the built-in knobs. */
const PARAMS_UPDATE_BYTES = 460;

function sizeOf(dictionary: object): number {
  let bytes = dictionaryBytes.get(dictionary);
  if (bytes === undefined) {
    bytes = JSON.stringify(dictionary).length;
    dictionaryBytes.set(dictionary, bytes);
  }
  return bytes;
}
