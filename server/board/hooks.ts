/**
 * What agents tell of themselves by their hooks, as requests with JSON.
 *
 * @module
 */
import { isAbsolute, normalize } from "node:path/posix";
import { parseTranscriptId, type TranscriptId } from "./ids.ts";
import { asObject, asText, firstChars } from "./read/fields.ts";
import type { HookEvent } from "./state/live.ts";

/** Longest word of a hook, bytes. */
export const MAX_HOOK_BYTES = 65_536;
const MAX_NAME_CHARS = 60;
const MAX_PATH_CHARS = 4096;

/** A hook's word. */
export interface HookNews {
  readonly session: TranscriptId;
  readonly event: HookEvent;
  /** Its transcript; null when it does not say. */
  readonly path: string | null;
  /** The pane of tmux that it runs in, such as `%3`; null when it does not say. */
  readonly pane: string | null;
}

/**
 * A hook's word from the body of its request; null for anything that is none.
 *
 * @param pane What the request says beside its body of the pane; null for nothing.
 */
export function parseHook(
  bytes: Uint8Array,
  nowMs: number,
  pane: string | null = null,
): HookNews | null {
  let told: ReturnType<typeof asObject>;
  try {
    told = asObject(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return null;
  }
  const session = parseTranscriptId(asText(told?.["session_id"]) ?? "");
  const name = asText(told?.["hook_event_name"]);
  if (session === null || name === null) return null;
  // Older agents only say in a sentence what they tell a person.
  const notification = asText(told?.["notification_type"]) ?? asText(told?.["message"]);
  const path = asText(told?.["transcript_path"]) ?? "";
  const isPath = isAbsolute(path) && normalize(path) === path && path.length <= MAX_PATH_CHARS;
  return {
    session,
    event: {
      name: firstChars(name, MAX_NAME_CHARS),
      notification: notification === null ? null : firstChars(notification, MAX_NAME_CHARS),
      ms: nowMs,
    },
    path: isPath ? path : null,
    pane: pane !== null && /^%\d{1,9}$/.test(pane) ? pane : null,
  };
}
