/**
 * Arguments and results that several tools share.
 *
 * @module
 */
import { z } from "zod";
import { mcpSessionId } from "../headless/session_id.ts";
import type { CommandAnswer } from "../server_api.ts";
import type { ToolAnswer } from "../tool.ts";

/** Which session; always the last argument. */
export const sessionId = z.string().optional().describe(
  "id of the session, as list_sessions gives it; the newest one without it",
);

/** Which headless session; always the last argument. */
export const headlessId = z.string().transform(mcpSessionId).optional().describe(
  "id of the headless session; the newest one without it",
);

/** What every command comes to. */
export const commandOutput = z.object({
  sent: z.boolean().describe("whether it was queued; session_state shows later what came of it"),
  session_id: z.string(),
  audio_bytes: z.number(),
});

/** A command that was queued, with what it was. */
export function commandAnswer(
  what: string,
  { sent, session_id, audio_bytes }: CommandAnswer,
): ToolAnswer<z.infer<typeof commandOutput>> {
  return {
    text: `${what}: queued for session ${session_id}; session_state shows whether it was applied.`,
    data: { sent, session_id, audio_bytes },
  };
}

/** The fields that were given. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Names of files or fixtures, cut to what a name is. */
export const nameField = z.string().min(1).max(256);

/** Musical key, as in `C minor`. */
export const keyField = z.string().max(64).optional().describe(
  "musical key, for example `C minor`",
);

/** Beats per bar. */
export const metreField = z.enum(["2", "3", "4", "6"]).optional().describe("beats per bar");
