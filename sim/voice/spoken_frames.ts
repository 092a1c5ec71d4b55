/**
 * What comes over an audio WebSocket of a voice server: a header in text, then one WAV file.
 *
 * @module
 */
import type { Packet } from "../../wire/connection.ts";

/** A WAV file with what its header says. */
export interface SpokenClip {
  readonly sessionId: string;
  readonly jobId: string;
  /** Seconds of sound, from the file itself. */
  readonly durationS: number;
  readonly sampleRate: number;
  /** Which sentence it is, and whether it is the last; a whole job is sentence 0, and final. */
  readonly index: number;
  readonly isFinal: boolean;
  /** The file. */
  readonly wav: Uint8Array;
}

/** What a message came to. */
export type SpokenEvent =
  | { readonly kind: "clip"; readonly clip: SpokenClip }
  /** The job is to be heard no longer. */
  | { readonly kind: "stop"; readonly jobId: string }
  /** A header without its file, a file without its header, or one that is not what was announced. */
  | { readonly kind: "torn"; readonly reason: string };

/** Longest header that is looked at, characters. */
const MAX_HEADER_CHARS = 65_536;
const WAV_HEAD_BYTES = 44;

/** A header whose file has not come. */
interface Announced {
  readonly sessionId: string;
  readonly jobId: string;
  readonly bytes: number;
  readonly index: number;
  readonly isFinal: boolean;
}

/** Puts headers and files together. */
export class SpokenFrames {
  #announced: Announced | null = null;

  /** Takes one message; null for one that says nothing yet, or nothing to a listener. */
  take(packet: Packet): SpokenEvent | null {
    if (packet.kind === "text") return this.#text(packet.text);
    if (packet.kind !== "binary") return null;
    const announced = this.#announced;
    this.#announced = null;
    if (announced === null) return torn("a file came without its header");
    if (announced.bytes !== packet.data.length) {
      return torn(`a file of ${packet.data.length} bytes was announced with ${announced.bytes}`);
    }
    const head = headOf(packet.data);
    if (head === null) return torn("what came is no WAV file of one channel and 16 bit");
    const { bytes: _, ...rest } = announced;
    return { kind: "clip", clip: { ...rest, ...head, wav: packet.data } };
  }

  #text(text: string): SpokenEvent | null {
    const message = text.length > MAX_HEADER_CHARS ? null : objectOf(text);
    if (message === null) return torn("a text that is no JSON object came");
    if (message["type"] === "audio_stop") {
      return { kind: "stop", jobId: String(message["job_id"]) };
    }
    if (message["type"] !== "audio_header") return null;
    const isLate = this.#announced !== null;
    this.#announced = {
      sessionId: String(message["session_id"]),
      jobId: String(message["job_id"]),
      bytes: Number(message["bytes"]),
      index: typeof message["chunk"] === "number" ? message["chunk"] : 0,
      isFinal: message["is_final"] !== false,
    };
    return isLate ? torn("a header came before the file of the one before it") : null;
  }
}

function torn(reason: string): SpokenEvent {
  return { kind: "torn", reason };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Readonly<Record<string, unknown>> : null;
  } catch {
    return null;
  }
}

/** Rate and length of a file; null for what a listener could not play. */
function headOf(wav: Uint8Array): { sampleRate: number; durationS: number } | null {
  if (wav.length < WAV_HEAD_BYTES) return null;
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const word = (at: number) => String.fromCharCode(...wav.subarray(at, at + 4));
  const isWav = word(0) === "RIFF" && word(8) === "WAVE" && view.getUint16(22, true) === 1 &&
    view.getUint16(34, true) === 16;
  const sampleRate = view.getUint32(24, true);
  if (!isWav || sampleRate === 0) return null;
  return { sampleRate, durationS: (wav.length - WAV_HEAD_BYTES) / 2 / sampleRate };
}
