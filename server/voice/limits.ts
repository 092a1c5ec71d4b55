/**
 * How much a voice server takes.
 *
 * @module
 */
import { HeadwayError } from "../../runtime/mod.ts";
import { type Limits, MAIN_LIMITS } from "../limits.ts";

/** Longest text of one job, characters. */
export const MAX_TEXT_CHARS = 20_000;
/** Sessions at a time. */
export const MAX_SESSIONS = 1_000;
/** What a session may say of itself, characters of JSON. */
export const MAX_REGISTRATION_CHARS = 32_768;
/** Speech that waits for the loudspeaker, bytes: an hour and a half. */
export const MAX_HELD_BYTES = 256 * 2 ** 20;
/** Jobs that wait in one session. */
export const MAX_SESSION_JOBS = 200;
/** Jobs that wait in all sessions together. */
export const MAX_WAITING_JOBS = 2_000;
/** Jobs that the ledger still knows. */
export const LEDGER_JOBS = 100;

/** The voice listener: uploads of recordings are its longest bodies. */
export const VOICE_LIMITS: Limits = {
  ...MAIN_LIMITS,
  maxSockets: 400,
  maxBodyBytes: 16 * 2 ** 20,
  // A client may wait in a queue for its speech.
  requestWithinS: 120,
};

/** What a request for speech can be refused for. */
export type VoiceErrorCode =
  | "blank"
  | "unpronounceable"
  | "too-long"
  | "unknown-voice"
  | "unknown-session"
  | "bad-session"
  | "full"
  | "failed"
  | "cancelled";

/** A request to the voice server that cannot be met. */
export class VoiceError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "VoiceError";
  /** What is wrong, for programs. */
  readonly code: VoiceErrorCode;

  /** Makes one with a plain sentence. */
  constructor(code: VoiceErrorCode, message: string) {
    super(message, { code });
    this.code = code;
  }
}
