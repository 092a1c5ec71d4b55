import type { Connection } from "../../wire/mod.ts";
import type { JobId } from "./ids.ts";
import { round } from "./ledger.ts";
import type { AudioSink, SpokenAudio } from "./subscribers.ts";

/** What may wait for a listener that reads too slowly, bytes; then it is let go. */
const MAX_WAITING_BYTES = 8 * 2 ** 20;

/** A WebSocket that listens to a session: a header in text, then the sound in one binary message. */
export class SocketSink implements AudioSink {
  readonly kind = "websocket";
  readonly wantsParts: boolean;
  readonly #connection: Connection;
  readonly #mostWaitingBytes: number;

  /** For one connection; `wantsParts` for sentences as they come. */
  constructor(connection: Connection, wantsParts: boolean, mostWaitingBytes = MAX_WAITING_BYTES) {
    this.#connection = connection;
    this.wantsParts = wantsParts;
    this.#mostWaitingBytes = mostWaitingBytes;
  }

  /** Sends both, one after the other. A peer that has stopped reading is let go. */
  take(audio: SpokenAudio): boolean {
    const connection = this.#connection;
    if (!connection.isOpen) return false;
    if (connection.bufferedBytes > this.#mostWaitingBytes) {
      connection.terminate();
      return false;
    }
    this.#text({
      type: "audio_header",
      session_id: audio.sessionId,
      job_id: audio.jobId,
      duration_sec: round(audio.durationS, 3),
      sample_rate: audio.sampleRate,
      bytes: audio.wav.length,
      format: "wav",
      seq: audio.seq,
      ...(audio.part !== null && { chunk: audio.part.index, is_final: audio.part.isFinal }),
    });
    connection.send({ kind: "binary", data: audio.wav, bytes: audio.wav.length });
    return true;
  }

  /** Says so to those who asked for sentences; others know the header and the file alone. */
  stop(jobId: JobId): void {
    if (this.wantsParts && this.#connection.isOpen) {
      this.#text({ type: "audio_stop", job_id: jobId });
    }
  }

  #text(message: object): void {
    const text = JSON.stringify(message);
    this.#connection.send({ kind: "text", text, bytes: new TextEncoder().encode(text).length });
  }
}
