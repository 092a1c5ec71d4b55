/**
 * Ids of the sessions that tools have started.
 *
 * @module
 */
import type { Branded } from "../../runtime/mod.ts";

/**
 * Names a headless session of the tools. It is the text that its server calls the stream by, so that
 * one id does for all tools; but not every stream has one: the tools can measure, record and stop only
 * what they have started themselves.
 */
export type McpSessionId = Branded<string, "McpSessionId">;

/** The id of a headless session, from what its server or a caller calls it. */
export function mcpSessionId(text: string): McpSessionId {
  return text as McpSessionId;
}
