/**
 * How messages become packets, at either fidelity: as the bytes that a WebSocket carries, or as
 * values without samples that only know how many bytes they would be.
 *
 * @module
 */
import { SLICE_HEADER_BYTES } from "./constants.ts";
import type { CellSlice, Packet } from "./connection.ts";
import { encodeHalfBuffer } from "./half_buffer.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { encodePcm, PCM_HEADER_BYTES } from "./pcm.ts";
import { SliceEncoder } from "./slice_encoder.ts";

/** Audio on its way into a packet: `frames * channels` interleaved samples, none at timing fidelity. */
export interface CodecAudio {
  readonly audio: Float32Array;
  readonly channels: number;
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
  /** The sending side of a mirror. */
  sliceSender(source: CodecAudio, options?: SliceSenderOptions): SliceSender;
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
  /** A new source: the mirror starts again. */
  replace(source: CodecAudio): void;
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
  sliceSender: (source, options) => new SampleSender(source, options),
};

class SampleSender implements SliceSender {
  readonly #options: SliceSenderOptions;
  #encoder: SliceEncoder;

  constructor(source: CodecAudio, options: SliceSenderOptions = {}) {
    this.#options = options;
    this.#encoder = new SliceEncoder(this.#base(source), { channels: source.channels });
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

  replace(source: CodecAudio): void {
    this.#encoder = new SliceEncoder(this.#base(source), { channels: source.channels });
  }

  #base(source: CodecAudio): Float32Array {
    const base = new Float32Array(source.audio.length);
    if (this.#options.exactBase) base.set(source.audio);
    else base.set(roundTrip(source.audio));
    return base;
  }
}

function roundTrip(audio: Float32Array): Float32Array {
  return new Float32Array(new Float16Array(audio));
}

/** Frames of one cell of the size model. */
const CELL_FRAMES = 480;
/**
 * Share of a payload that is left after compression where the audio is fresh, and where it is what
 * the receiver has already.
 */
const FRESH_RATIO = 0.93;
const SAME_RATIO = 0.012;

/**
 * How many bytes the slices of one receiver would have. Real ones depend on the compressor and its
 * version; a simulation that used them would not be the same on two machines, nor at both fidelities.
 */
class SliceSizes {
  /** What the receiver has, by cell: the key of the content that was sent last. */
  #keys: Int32Array;

  constructor(source: CodecAudio) {
    this.#keys = cellKeys(source);
  }

  replace(source: CodecAudio): void {
    this.#keys = cellKeys(source);
  }

  /** Bytes of a slice that is sent now, header included. */
  take(slice: CodecSlice, numSamples: number): number {
    const first = Math.floor(slice.startSample / CELL_FRAMES);
    const last = Math.floor((slice.startSample + numSamples - 1) / CELL_FRAMES);
    const keys = this.#keys;
    let fresh = 0;
    for (let i = first; i <= last; i++) {
      if (keys[i] === slice.contentKey) continue;
      keys[i] = slice.contentKey;
      fresh++;
    }
    const cells = last - first + 1;
    const payload = numSamples * slice.channels * 2;
    const ratio = (fresh * FRESH_RATIO + (cells - fresh) * SAME_RATIO) / cells;
    return SLICE_HEADER_BYTES + Math.round(payload * ratio);
  }
}

function cellKeys(source: CodecAudio): Int32Array {
  return new Int32Array(Math.ceil(source.frames / CELL_FRAMES));
}

/** Timing fidelity: values without samples. */
export const cellCodec: PacketCodec = {
  message: (message) => ({ kind: "message", message, bytes: messageBytes(message) }),
  pcm: (clip) => ({ ...sizeOnly(clip), bytes: pcmBytes(clip) }),
  buffer: (clip) => ({ ...sizeOnly(clip), bytes: bufferBytes(clip) }),
  sliceSender: (source) => new CellSender(source),
};

/** Full fidelity in a simulation: the real bytes, on a road that counts them as {@link cellCodec}. */
export const simulatedSampleCodec: PacketCodec = {
  message: (message) => ({
    kind: "text",
    text: JSON.stringify(message),
    bytes: messageBytes(message),
  }),
  pcm: sampleCodec.pcm,
  buffer: sampleCodec.buffer,
  sliceSender: (source, options) => new SizedSender(source, options),
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
  readonly #sizes: SliceSizes;
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
    this.#sizes.replace(source);
    this.#frames = source.frames;
  }
}

class SizedSender extends SampleSender {
  readonly #sizes: SliceSizes;
  readonly #channels: number;

  constructor(source: CodecAudio, options?: SliceSenderOptions) {
    super(source, options);
    this.#sizes = new SliceSizes(source);
    this.#channels = source.channels;
  }

  override encode(slice: CodecSlice): Packet | null {
    const packet = super.encode(slice);
    if (packet === null) return null;
    const room = this.mirror.length / this.#channels - slice.startSample;
    return { ...packet, bytes: this.#sizes.take(slice, Math.min(slice.numSamples, room)) };
  }

  override replace(source: CodecAudio): void {
    super.replace(source);
    this.#sizes.replace(source);
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
