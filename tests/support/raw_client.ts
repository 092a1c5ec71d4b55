/**
 * A client that does what it is told and keeps what it gets, in order.
 *
 * @module
 */
import {
  binaryPacket,
  type CodecAudio,
  type Connection,
  decodeHalfBuffer,
  type Dial,
  encodePcm,
  expectedBinaries,
  type ExpectedBinary,
  type Packet,
  parseServerMessage,
  SliceDecoder,
  type SliceHeader,
  textPacket,
} from "../../wire/mod.ts";

/** One thing that came: a text by its type, a buffer, a stem by its name, or a slice. */
export interface Arrival {
  readonly atS: number;
  /** `ready`, `buffer`, `stem:vocals`, `slice`, `params_update`… */
  readonly kind: string;
  /** A text's fields. */
  readonly message: Readonly<Record<string, unknown>>;
  /** A slice's header. */
  readonly header: SliceHeader | null;
  /** A buffer's or a stem's samples. */
  readonly audio: Float32Array | null;
}

/** A scripted client with a mirror. */
export class RawClient {
  readonly arrivals: Arrival[] = [];
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #decoder = new SliceDecoder();
  #expected: ExpectedBinary[] = [];
  #isOpen = false;
  #early: Packet[] = [];
  /** Slice bytes received. */
  sliceBytes = 0;
  mirror: Float32Array = new Float32Array(0);
  channels = 0;
  /** How the connection ended. */
  closed: { readonly code: number; readonly reason: string; readonly atS: number } | null = null;

  /** Dials; what is sent before the connection is open waits for it. */
  constructor(dial: Dial, now: () => number) {
    this.#now = now;
    this.#connection = dial({
      onOpen: () => {
        this.#isOpen = true;
        for (const packet of this.#early) this.#connection.send(packet);
      },
      onPacket: (packet) => this.#onPacket(packet),
      onClose: (code, reason) => {
        this.closed = { code, reason, atS: now() };
      },
    });
  }

  /** Kinds of everything that came, in order. */
  get kinds(): string[] {
    return this.arrivals.map((arrival) => arrival.kind);
  }

  /** Everything of one kind. */
  all(kind: string): Arrival[] {
    return this.arrivals.filter((arrival) => arrival.kind === kind);
  }

  /** The newest message of one kind, its fields only. */
  last(kind: string): Readonly<Record<string, unknown>> | null {
    return this.all(kind).at(-1)?.message ?? null;
  }

  /** Headers of all slices. */
  get slices(): SliceHeader[] {
    return this.all("slice").map((arrival) => arrival.header!);
  }

  /** Sends an object as text. */
  send(message: Readonly<Record<string, unknown>>): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.sendPacket(textPacket(text));
  }

  sendBinary(bytes: Uint8Array): void {
    this.sendPacket(binaryPacket(bytes));
  }

  /** Sends a PCM message. */
  sendAudio(clip: CodecAudio): void {
    this.sendBinary(encodePcm(clip.audio, clip.channels));
  }

  sendPacket(packet: Packet): void {
    if (this.#isOpen) this.#connection.send(packet);
    else this.#early.push(packet);
  }

  /** A tick: knobs, position, and what else is given. */
  params(
    playbackPosS: number,
    raw: Readonly<Record<string, unknown>> = {},
    more: Readonly<Record<string, unknown>> = {},
  ): void {
    this.send({ type: "params", raw, playback_pos: playbackPosS, ...more });
  }

  /** Stops reading, or goes on. */
  setReadPaused(isPaused: boolean): void {
    this.#connection.setReadPaused(isPaused);
  }

  close(code = 1000): void {
    this.#connection.close(code, "client is done");
  }

  terminate(): void {
    this.#connection.terminate();
  }

  #onPacket(packet: Packet): void {
    if (packet.kind === "text") return this.#onText(packet.text);
    if (packet.kind !== "binary") throw new TypeError(`got a ${packet.kind} at full fidelity`);
    const expected = this.#expected.shift();
    if (expected === undefined) return this.#onSlice(packet.data);
    const audio = decodeHalfBuffer(packet.data);
    if (expected.kind === "buffer") {
      this.mirror = audio.slice();
      this.channels = expected.channels;
    }
    this.#add({ kind: expected.kind === "stem" ? `stem:${expected.name}` : "buffer", audio });
  }

  #onText(text: string): void {
    const parsed = parseServerMessage(text);
    if (!parsed.known) throw new TypeError(`got an unknown message ${parsed.type}`);
    this.#expected.push(...expectedBinaries(parsed.message));
    this.#add({ kind: parsed.message.type, message: { ...parsed.message } });
  }

  #onSlice(frame: Uint8Array): void {
    this.sliceBytes += frame.length;
    const { header } = this.#decoder.apply(frame, this.mirror, this.channels);
    this.#add({ kind: "slice", header });
  }

  #add(part: Pick<Arrival, "kind"> & Partial<Arrival>): void {
    this.arrivals.push({ atS: this.#now(), message: {}, header: null, audio: null, ...part });
  }
}
