/**
 * Ids of voice sessions and of speech jobs.
 *
 * @module
 */
import type { Branded, Rng } from "../../runtime/mod.ts";

/** The id of a voice session: chosen by its client, or minted by the channel forwarder. */
export type VoiceSessionId = Branded<string, "VoiceSessionId">;
/** The id of one speech job: eight hex digits. */
export type JobId = Branded<string, "JobId">;

/** Longest id of a session, characters. */
const MAX_ID_CHARS = 128;
/** The session that jobs without one of their own belong to. */
export const DEFAULT_SESSION: VoiceSessionId = "default" as VoiceSessionId;

/** Why a text cannot be the id of a voice session; null when it can. Headers and paths carry ids. */
export function sessionIdProblem(text: string): string | null {
  if (text === "") return "session_id is empty";
  if (text.length > MAX_ID_CHARS) {
    return `session_id has ${text.length} characters, at most ${MAX_ID_CHARS} are accepted`;
  }
  if (text === "." || text === "..") {
    return "session_id is a relative path, which URLs cannot carry";
  }
  if (text.includes("/")) return "session_id contains /, which paths cannot carry";
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f-\x9f]/.test(text)) return "session_id contains a control character";
  if (/[\u0100-\uffff]/.test(text)) return "session_id contains characters beyond Latin-1";
  return text.trim() === text ? null : "session_id begins or ends with a blank";
}

/** A text as the id of a voice session; null when it cannot be one. */
export function parseVoiceSessionId(text: string): VoiceSessionId | null {
  return sessionIdProblem(text) === null ? text as VoiceSessionId : null;
}

/** A new id of a job. */
export function mintJobId(rng: Rng): JobId {
  return hexDigits(rng, 8) as JobId;
}

/** A text as the id of a job; null when no job can have it. */
export function parseJobId(text: string): JobId | null {
  return /^[0-9a-f]{8}$/.test(text) ? text as JobId : null;
}

/** `count` random hex digits. */
export function hexDigits(rng: Rng, count: number): string {
  let digits = "";
  while (digits.length < count) digits += rng.uint32().toString(16).padStart(8, "0");
  return digits.slice(0, count);
}
