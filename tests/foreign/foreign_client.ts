/**
 * A client of the streaming protocol written from its description alone: it imports nothing of this
 * project. It plays (in silence), keeps the mirror, and writes down what it sees.
 *
 * @module
 */
import { zstdDecompressSync } from "node:zlib";
import { type Incoming, TinyWebSocket } from "./tiny_websocket.ts";

const SAMPLE_RATE = 48_000;
const HEADER_BYTES = 23;
const PARAMS_EVERY_MS = 1000 / 30;

/** A slice as it was received. */
export interface SeenSlice {
  readonly flags: number;
  readonly start: number;
  readonly length: number;
  readonly channels: number;
  readonly tickMs: number;
  readonly decMs: number;
  readonly generations: number;
  /** How far it begins ahead of this client's playhead, seconds; negative is behind. */
  readonly leadS: number;
  /** Buffer that it was applied to: 0 the first, 1 after the first swap. */
  readonly epoch: number;
}

/** Any text message. */
export type Message = Readonly<Record<string, unknown>> & { readonly type: string };

/** One session. */
export class ForeignClient {
  /** Everything in order of arrival: text types, `slice`, `buffer`, `close`. */
  readonly order: string[] = [];
  readonly slices: SeenSlice[] = [];
  readonly messages: Message[] = [];
  /** What is played, interleaved. */
  mirror: Float32Array = new Float32Array();
  /** The last whole buffer as it came; slices behind it change only the mirror. */
  buffer: Float32Array = new Float32Array();
  channels = 0;
  epoch = 0;
  /** Bytes of each stem. */
  readonly stems = new Map<string, number>();
  /** Sizes of the frames that the first buffer came in. */
  bufferFragments: readonly number[] = [];
  readonly #ws: TinyWebSocket;
  readonly #waiting: { readonly step: string; readonly resolve: () => void }[] = [];
  /** Binary messages that were announced: `buffer`, or the name of a stem. */
  #announced: string[] = [];
  #playedFromMs = 0;
  #receivedBytes = 0;
  #worstLeadS: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(ws: TinyWebSocket) {
    this.#ws = ws;
    ws.onIncoming = (incoming) => this.#receive(incoming);
  }

  /** Connects. */
  static async connect(host: string, port: number): Promise<ForeignClient> {
    return new ForeignClient(await TinyWebSocket.open(host, port, "/?apiKey=ignored"));
  }

  /** Frames of the buffer. */
  get frames(): number {
    return this.mirror.length / this.channels;
  }

  /** Sends a message. */
  send(message: Record<string, unknown>): void {
    this.#ws.sendText(JSON.stringify(message));
  }

  /** Sends interleaved audio as one PCM message. */
  sendPcm(audio: Float32Array, channels: number): void {
    const bytes = new Uint8Array(8 + audio.length * 4);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, channels, true);
    view.setUint32(4, audio.length / channels, true);
    for (let i = 0; i < audio.length; i++) view.setFloat32(8 + i * 4, audio[i]!, true);
    this.#ws.sendBinary(bytes);
  }

  /** Plays from the beginning, and reports it 30 times a second. */
  play(raw: Record<string, number>): void {
    this.#playedFromMs = performance.now();
    this.#timer ??= setInterval(() => {
      this.send({
        type: "params",
        raw,
        playback_pos: this.#playhead() / SAMPLE_RATE,
        client_time: performance.now() / 1000,
        slice_bytes_rx: this.#receivedBytes,
        slice_lead_s: this.#worstLeadS,
      });
      this.#worstLeadS = null;
    }, PARAMS_EVERY_MS);
  }

  /** Stops playing and closes. */
  stop(): void {
    clearInterval(this.#timer);
    this.#ws.close(1000);
  }

  /** Resolves when the next `step` of {@link ForeignClient.order} arrives. */
  next(step: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ step, resolve }));
  }

  /** The newest message of a type. */
  last(type: string): Message | undefined {
    return this.messages.findLast((message) => message.type === type);
  }

  #playhead(): number {
    const played = (performance.now() - this.#playedFromMs) / 1000 * SAMPLE_RATE;
    return Math.floor(played) % this.frames;
  }

  #receive(incoming: Incoming): void {
    if (incoming.type === "text") {
      const message = JSON.parse(incoming.text);
      this.messages.push(message);
      if (message.type === "ready" || message.type === "swap_ready") {
        this.channels = message.channels;
        this.#announced.push("buffer");
      }
      if (message.type === "stem_assets") this.#announced.push(...message.stems);
      this.#tell(message.type);
    } else if (incoming.type === "close") {
      clearInterval(this.#timer);
      this.#tell(`close ${incoming.code}`);
    } else if (this.#announced.length > 0) {
      const name = this.#announced.shift()!;
      if (name === "buffer") this.#takeBuffer(incoming.data);
      else this.stems.set(name, incoming.data.length);
      this.#tell(name);
    } else {
      this.#receivedBytes += incoming.data.length;
      this.#apply(incoming.data);
      this.#tell("slice");
    }
  }

  #takeBuffer(data: Uint8Array): void {
    if (this.mirror.length === 0) this.bufferFragments = this.#ws.lastFragments;
    else this.epoch++;
    this.buffer = fromHalf(data);
    this.mirror = this.buffer.slice();
    this.#playedFromMs = performance.now();
  }

  #apply(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const flags = view.getUint8(0);
    const start = view.getUint32(1, true);
    const length = view.getUint32(5, true);
    const channels = view.getUint16(9, true);
    const body = frame.subarray(HEADER_BYTES);
    const payload = flags === 1 ? new Uint8Array(zstdDecompressSync(body)) : body;
    if (payload.length !== length * channels * 2) {
      throw new Error(`slice of ${payload.length} bytes, its header says ${length} x ${channels}`);
    }
    const values = fromHalf(payload);
    const mirror = this.mirror;
    for (let i = 0; i < values.length; i++) {
      const at = start * channels + i;
      if (at < mirror.length) mirror[at] = flags === 1 ? mirror[at]! + values[i]! : values[i]!;
    }
    const frames = this.frames;
    const ahead = ((start - this.#playhead()) % frames + frames) % frames;
    const leadS = (ahead >= frames / 2 ? ahead - frames : ahead) / SAMPLE_RATE;
    this.#worstLeadS = Math.min(leadS, this.#worstLeadS ?? leadS);
    this.slices.push({
      flags,
      start,
      length,
      channels,
      tickMs: view.getFloat32(11, true),
      decMs: view.getFloat32(15, true),
      generations: view.getUint32(19, true),
      leadS,
      epoch: this.epoch,
    });
  }

  #tell(step: string): void {
    this.order.push(step);
    const due = this.#waiting.filter((waiting) => step.startsWith(waiting.step));
    for (const waiting of due) this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    for (const { resolve } of due) resolve();
  }
}

/** Half floats, bit by bit. */
export function fromHalf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 2);
  for (let i = 0; i < values.length; i++) {
    const bits = view.getUint16(i * 2, true);
    const exponent = bits >> 10 & 31;
    const fraction = bits & 1023;
    const size = exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
      ? fraction === 0 ? Infinity : NaN
      : (1 + fraction / 1024) * 2 ** (exponent - 15);
    values[i] = bits & 0x8000 ? -size : size;
  }
  return values;
}
