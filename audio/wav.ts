/**
 * A fast WAV writer for the dump path: `fmt `, `fact` and `data`, then optional cue points with labels
 * and text tags. Little-endian hosts only, as all that Deno runs on are.
 *
 * @module
 */

/** A named position in a file, shown by audio editors. */
export interface WavCue {
  /** Position in samples per channel from the start. */
  readonly startSample: number;
  /** What happened there. */
  readonly label: string;
}

/** How {@link writeWav} writes. */
export interface WavOptions {
  /** `pcm16` rounds and clips to 16 bit; `float32` keeps every bit. Default `pcm16`. */
  readonly format?: "pcm16" | "float32";
  /** Samples per second, default 48000. */
  readonly sampleRate?: number;
  /** Marked positions, in any order. */
  readonly cues?: readonly WavCue[];
  /** RIFF INFO tags by four-letter name, for example `{ INAM: "title", ICMT: "comment" }`. */
  readonly info?: Readonly<Record<string, string>>;
}

/** 2^15: a 16-bit sample is its value over this, as libsndfile and most editors read it. */
const PCM16_SCALE = 32768;

/**
 * The bytes of a WAV file with `audio`, interleaved samples in ±1.
 *
 * @example
 * ```ts
 * import { writeWav } from "./wav.ts";
 *
 * const silence = writeWav(new Float32Array(96000), 2); // one second
 * console.log(silence.length);
 * ```
 *
 * @param audio Interleaved samples.
 * @param channels 1 or more; must divide `audio.length`.
 * @throws RangeError when the samples do not divide into the channels.
 */
export function writeWav(
  audio: Float32Array,
  channels: number,
  options: WavOptions = {},
): Uint8Array<ArrayBuffer> {
  checkChannels(audio, channels);
  const { format = "pcm16", sampleRate = 48000, cues = [], info = {} } = options;
  const isFloat = format === "float32";
  const sampleBytes = isFloat ? 4 : 2;
  const chunks: Chunk[] = [
    { id: "fmt ", body: formatBody(isFloat, channels, sampleRate, sampleBytes) },
    { id: "fact", body: u32(audio.length / channels) },
    { id: "data", body: isFloat ? bytesOf(audio) : toPcm16(audio) },
    ...cueChunks(cues),
    ...infoChunks(info),
  ];
  return container("RIFF", "WAVE", chunks);
}

/** A WAV file that is made while it is sent. */
export interface WavPieces {
  /** Bytes of the whole file. */
  readonly byteLength: number;
  /** The file in order, each piece made when it is asked for. */
  readonly pieces: Generator<Uint8Array<ArrayBuffer>, void, void>;
}

/** Samples of one piece: well below a millisecond of work. */
const PIECE_SAMPLES = 65536;

/**
 * The 16-bit file of {@link writeWav}, piece by piece: nobody waits for a long one, and it is never
 * whole in memory.
 *
 * @param audio Interleaved samples in ±1.
 * @param channels 1 or more; must divide `audio.length`.
 * @throws RangeError when the samples do not divide into the channels.
 *
 * @example
 * ```ts
 * import { wavPieces } from "./wav.ts";
 *
 * const { byteLength, pieces } = wavPieces(new Float32Array(96000), 2);
 * console.log(byteLength, [...pieces].length); // 192056 3
 * ```
 */
export function wavPieces(audio: Float32Array, channels: number): WavPieces {
  const head = writeWav(audio.subarray(0, 0), channels);
  checkChannels(audio, channels);
  const dataBytes = audio.length * 2;
  // The file ends with its data: only the lengths that come before it change.
  const view = new DataView(head.buffer);
  view.setUint32(4, head.length - 8 + dataBytes, true);
  view.setUint32(head.length - 12, audio.length / channels, true);
  view.setUint32(head.length - 4, dataBytes, true);
  function* pieces() {
    yield head;
    for (let at = 0; at < audio.length; at += PIECE_SAMPLES) {
      yield toPcm16(audio.subarray(at, at + PIECE_SAMPLES));
    }
  }
  return { byteLength: head.length + dataBytes, pieces: pieces() };
}

function checkChannels(audio: Float32Array, channels: number): void {
  if (Number.isInteger(channels) && channels >= 1 && audio.length % channels === 0) return;
  throw new RangeError(
    `${audio.length} interleaved samples do not divide into ${channels} channels`,
  );
}

/** Interleaved samples as 16-bit words: rounded to nearest, clipped to the range. */
function toPcm16(audio: Float32Array): Uint8Array<ArrayBuffer> {
  const words = new Int16Array(audio.length);
  for (let i = 0; i < audio.length; i++) {
    const value = Math.floor(audio[i]! * PCM16_SCALE + 0.5);
    words[i] = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
  }
  return bytesOf(words);
}

interface Chunk {
  readonly id: string;
  readonly body: Uint8Array;
}

/** A RIFF container: header, form type, chunks padded to even length. */
function container(id: string, form: string, chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  let size = 4;
  for (const { body } of chunks) size += 8 + body.length + (body.length & 1);
  const bytes = new Uint8Array(8 + size);
  const view = new DataView(bytes.buffer);
  putText(bytes, 0, id);
  view.setUint32(4, size, true);
  putText(bytes, 8, form);
  let offset = 12;
  for (const chunk of chunks) {
    putText(bytes, offset, chunk.id);
    view.setUint32(offset + 4, chunk.body.length, true);
    bytes.set(chunk.body, offset + 8);
    offset += 8 + chunk.body.length + (chunk.body.length & 1);
  }
  return bytes;
}

/** PCM has 16 bytes; other encodings also say that no extension follows. */
function formatBody(
  isFloat: boolean,
  channels: number,
  sampleRate: number,
  sampleBytes: number,
): Uint8Array {
  const body = new Uint8Array(isFloat ? 18 : 16);
  const view = new DataView(body.buffer);
  view.setUint16(0, isFloat ? 3 : 1, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, sampleRate * channels * sampleBytes, true);
  view.setUint16(12, channels * sampleBytes, true);
  view.setUint16(14, sampleBytes * 8, true);
  return body;
}

/** `cue ` with the positions and a `LIST adtl` with their labels; nothing for no cues. */
function cueChunks(cues: readonly WavCue[]): Chunk[] {
  if (cues.length === 0) return [];
  const points = new Uint8Array(4 + 24 * cues.length);
  const view = new DataView(points.buffer);
  view.setUint32(0, cues.length, true);
  const labels: Chunk[] = [];
  for (const [index, cue] of cues.entries()) {
    const at = 4 + 24 * index;
    view.setUint32(at, index + 1, true);
    view.setUint32(at + 4, cue.startSample, true);
    putText(points, at + 8, "data");
    view.setUint32(at + 20, cue.startSample, true);
    const text = new TextEncoder().encode(`${cue.label}\0`);
    const body = new Uint8Array(4 + text.length);
    body.set(u32(index + 1));
    body.set(text, 4);
    labels.push({ id: "labl", body });
  }
  return [{ id: "cue ", body: points }, listChunk("adtl", labels)];
}

function infoChunks(info: Readonly<Record<string, string>>): Chunk[] {
  const tags = Object.entries(info).map(([id, text]): Chunk => {
    if (!/^[A-Z0-9]{4}$/.test(id)) {
      throw new RangeError(`INFO tag ${JSON.stringify(id)} is not four capitals or digits`);
    }
    return { id, body: new TextEncoder().encode(`${text}\0`) };
  });
  return tags.length === 0 ? [] : [listChunk("INFO", tags)];
}

/** A `LIST` chunk is a container without its own header. */
function listChunk(form: string, chunks: readonly Chunk[]): Chunk {
  return { id: "LIST", body: container("LIST", form, chunks).subarray(8) };
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function bytesOf<Buffer extends ArrayBufferLike>(
  samples: Int16Array<Buffer> | Float32Array<Buffer>,
): Uint8Array<Buffer> {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

function putText(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
}
