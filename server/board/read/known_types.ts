/**
 * The types of records that transcripts are known to have. Others are shown as they are.
 *
 * @module
 */

/** Records of a conversation. */
export const CONVERSATION_TYPES = [
  "user",
  "assistant",
  "system",
  "summary",
  "attachment",
  "progress",
  "queue-operation",
  "pr-link",
] as const;

/** What is said about a session, and is no part of its conversation. */
export const METADATA_TYPES = [
  "file-history-snapshot",
  "custom-title",
  "ai-title",
  "agent-name",
  "agent-setting",
  "mode",
  "permission-mode",
  "last-prompt",
  "bridge-session",
] as const;

const METADATA: ReadonlySet<string> = new Set(METADATA_TYPES);
const KNOWN: ReadonlySet<string> = new Set([...CONVERSATION_TYPES, ...METADATA_TYPES]);

/** Whether a type is one of them. */
export function isKnownType(type: unknown): type is string {
  return typeof type === "string" && KNOWN.has(type);
}

/** Whether a type says something about the session only. */
export function isMetadataType(type: unknown): boolean {
  return typeof type === "string" && METADATA.has(type);
}
