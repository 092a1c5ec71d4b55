/**
 * `session.json` and `meta.json`: what is kept of a session and of its task.
 *
 * @module
 */
import { z } from "zod";
import { type PtyId, ptyIdOf, type TaskId, taskIdOf, type TaskSessionId } from "../ids.ts";
import type { TaskPermissions } from "../run_request.ts";

/** `session.json`. Times are Unix seconds. */
const sessionRecord = z.looseObject({
  session_id: z.string(),
  email: z.string().catch(""),
  user_id: z.string().catch(""),
  label: z.string().catch(""),
  status: z.enum(["ready", "busy", "closed"]),
  current_task: z.string().nullable().catch(null),
  completed_tasks: z.array(z.string()).catch([]),
  created_at: z.number().catch(0),
  pty_session_id: z.string().optional().catch(undefined),
  /** The leader of the terminal, and when the system says it began. */
  pty_pid: z.number().int().optional().catch(undefined),
  pty_pid_start: z.string().nullable().optional().catch(undefined),
  closed_at: z.number().optional().catch(undefined),
});

/** What is kept of a session. */
export type SessionRecord = z.infer<typeof sessionRecord>;

/** `meta.json`. */
const metaRecord = z.looseObject({
  email: z.string().catch(""),
  created_at: z.number(),
  previous_session_id: z.string().catch(""),
  permissions: z.string().catch("smart"),
  timeout_s: z.number().catch(3600),
  prompt_summary: z.string().catch(""),
  agent: z.string().catch(""),
});

/** What is kept of a task for lists. */
export type TaskMeta = z.infer<typeof metaRecord>;

/** Longest record that is read, bytes. */
export const MAX_RECORD_BYTES: number = 64 * 1024;

/** A session's record from the text of its file; null for anything else. */
export function parseSession(text: string, id: TaskSessionId): SessionRecord | null {
  const record = sessionRecord.safeParse(jsonOf(text)).data ?? null;
  return record?.session_id === id ? record : null;
}

/** A task's facts from the text of their file; null for anything else. */
export function parseMeta(text: string): TaskMeta | null {
  return metaRecord.safeParse(jsonOf(text)).data ?? null;
}

/** A record as its file holds it. */
export function recordText(record: SessionRecord | TaskMeta): string {
  return JSON.stringify(record, null, 2);
}

/** A session that has no task yet. */
export function newSession(
  id: TaskSessionId,
  facts: {
    readonly email: string;
    readonly userId: string;
    readonly label: string;
    readonly createdAt: number;
  },
): SessionRecord {
  return {
    session_id: id,
    email: facts.email,
    user_id: facts.userId,
    label: facts.label,
    status: "ready",
    current_task: null,
    completed_tasks: [],
    created_at: facts.createdAt,
  };
}

/** The one task of a session; null before it has one. */
export function taskOf(record: SessionRecord): TaskId | null {
  return taskIdOf(record.current_task ?? record.completed_tasks.at(-1) ?? "");
}

/** The terminal of a session; null if it never had one. */
export function terminalOf(record: SessionRecord): PtyId | null {
  return ptyIdOf(record.pty_session_id ?? "");
}

/** The permissions that a task was started with. */
export function permissionsOf(meta: TaskMeta): TaskPermissions {
  return meta.permissions === "yolo" ? "yolo" : "smart";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
