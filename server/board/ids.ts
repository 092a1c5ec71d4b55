/**
 * Ids of sessions on the board.
 *
 * @module
 */
import type { Branded } from "../../runtime/mod.ts";

/** The id of a session: the stem of its transcript, or `headway:<kind>:<id>` for our own. */
export type TranscriptId = Branded<string, "TranscriptId">;

/** Longest id, characters. */
const MAX_ID_CHARS = 160;

/** A text as the id of a session; null when no session can have it. */
export function parseTranscriptId(text: string): TranscriptId | null {
  const isFit = text.length <= MAX_ID_CHARS && /^[A-Za-z0-9][A-Za-z0-9_.:@+-]*$/.test(text);
  return isFit ? text as TranscriptId : null;
}

/** The id of a card of our own. */
export function ownSessionId(kind: "stream" | "voice" | "task", id: string): TranscriptId | null {
  return parseTranscriptId(`headway:${kind}:${id}`);
}
