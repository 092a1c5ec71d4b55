/**
 * A server that says exactly what a test tells it to, at the edge where connections come in.
 *
 * @module
 */
import type { Connection, Packet } from "../../wire/connection.ts";
import { binaryPacket, textPacket } from "../../wire/codec.ts";
import { encodeHalfBuffer, roundTripHalf } from "../../wire/half_buffer.ts";
import { SliceEncoder } from "../../wire/slice_encoder.ts";

/** A message that a client sent as text. */
export type Heard = Readonly<Record<string, unknown>>;

/** What a source of a scripted session is. */
export interface ScriptedSource {
  /** Interleaved f32. */
  readonly audio: Float32Array;
  readonly channels: number;
}

/** A quiet ramp of `frames` frames that differs from place to place. */
export function rampSource(frames: number, channels = 2): ScriptedSource {
  const audio = Float32Array.from({ length: frames * channels }, (_, i) => (i % 997) / 1994);
  return { audio, channels };
}

/** One accepted connection, and everything the client said on it. */
export class ScriptedPeer {
  readonly connection: Connection;
  /** Text messages, parsed; the config is the first. */
  readonly heard: Heard[] = [];
  /** Binary messages. */
  readonly binaries: Uint8Array[] = [];
  readonly closes: string[] = [];
  #encoder: SliceEncoder | null = null;
  #channels = 1;
  #gens = 0;

  /** Listens on a connection that was just accepted. */
  constructor(connection: Connection) {
    this.connection = connection;
    connection.attach({
      onPacket: (packet) => this.#hear(packet),
      onClose: (code, reason) => void this.closes.push(`${code} ${reason}`),
    });
  }

  /** Messages of one type. */
  heardOf(type: string): Heard[] {
    return this.heard.filter((message) => message["type"] === type);
  }

  /** The newest tick. */
  get lastParams(): Heard | undefined {
    return this.heardOf("params").at(-1);
  }

  /** What the client's mirror should be. */
  get mirror(): Float32Array {
    if (this.#encoder === null) throw new Error("no buffer was sent yet");
    return this.#encoder.mirror;
  }

  /** Sends a text frame. */
  say(message: Readonly<Record<string, unknown>>): void {
    this.connection.send(textPacket(JSON.stringify(message)));
  }

  /** Sends a binary frame. */
  sayBinary(data: Uint8Array): void {
    this.connection.send(binaryPacket(data));
  }

  /** `ready` as a server of May sends it, with `fields` over it. */
  sayReady(source: ScriptedSource, fields: Readonly<Record<string, unknown>> = {}): void {
    this.say({
      type: "ready",
      duration: source.audio.length / source.channels / 48000,
      sample_rate: 48000,
      channels: source.channels,
      lora_dir: "",
      lora_catalog: [],
      lora_pending_enable: [],
      bpm: 120,
      key: "G minor",
      time_signature: "4",
      checkpoint: "scripted",
      checkpoint_scale: null,
      pipeline_depth: 4,
      max_pipeline_depth: 4,
      session_id: "scripted",
      ...fields,
    });
  }

  /** Sends a whole buffer and keeps slices relative to it. */
  sayBuffer(source: ScriptedSource): void {
    this.#channels = source.channels;
    this.#encoder = new SliceEncoder(roundTripHalf(source.audio), { channels: source.channels });
    this.sayBinary(encodeHalfBuffer(source.audio));
  }

  /** The whole handshake. */
  welcome(source: ScriptedSource, fields: Readonly<Record<string, unknown>> = {}): void {
    this.sayReady(source, fields);
    this.sayBuffer(source);
  }

  /** Sends a slice with every sample at `value`. */
  saySlice(startSample: number, numSamples: number, value = 0.25): void {
    const encoder = this.#encoder;
    if (encoder === null) throw new Error("no buffer was sent yet");
    const audio = new Float32Array(numSamples * this.#channels).fill(value);
    const frame = encoder.encode({
      audio,
      startSample,
      channels: this.#channels,
      tickMs: 40,
      decMs: 9,
      numGens: this.#gens++,
    });
    if (frame !== null) this.sayBinary(frame);
  }

  #hear(packet: Packet): void {
    if (packet.kind === "text") this.heard.push(JSON.parse(packet.text));
    else if (packet.kind === "binary") this.binaries.push(packet.data);
    else if (packet.kind === "message") this.heard.push({ ...packet.message });
  }
}
