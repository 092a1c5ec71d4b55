/**
 * The ids of agent tasks. Three things are called session elsewhere; here each has a type of its own.
 *
 * @module
 */
import type { Branded, Rng } from "../../runtime/mod.ts";

/** An agent session: `sess-` and 12 hexadecimal digits. A folder on disk. */
export type TaskSessionId = Branded<string, "TaskSessionId">;
/** A task in an agent session: `task-` and 8 hexadecimal digits. */
export type TaskId = Branded<string, "TaskId">;
/** A process on a pseudo-terminal: a UUID, version 4. It stands in the address of the viewer. */
export type PtyId = Branded<string, "PtyId">;

const TASK_SESSION = /^sess-[0-9a-f]{12}$/;
const TASK = /^task-[0-9a-f]{8}$/;
const PTY = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The text as the id of an agent session, or null. */
export function taskSessionIdOf(text: string): TaskSessionId | null {
  return TASK_SESSION.test(text) ? text as TaskSessionId : null;
}

/** The text as the id of a task, or null. */
export function taskIdOf(text: string): TaskId | null {
  return TASK.test(text) ? text as TaskId : null;
}

/** The text as the id of a terminal, or null. */
export function ptyIdOf(text: string): PtyId | null {
  return PTY.test(text) ? text as PtyId : null;
}

/** A new id of an agent session. */
export function newTaskSessionId(rng: Rng): TaskSessionId {
  return `sess-${hexDigits(rng, 12)}` as TaskSessionId;
}

/** A new id of a task. */
export function newTaskId(rng: Rng): TaskId {
  return `task-${hexDigits(rng, 8)}` as TaskId;
}

/** A new id of a terminal. */
export function newPtyId(rng: Rng): PtyId {
  const digits = hexDigits(rng, 32);
  const variant = (8 + rng.int(4)).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join("-") as PtyId;
}

/** So many hexadecimal digits. */
export function hexDigits(rng: Rng, digits: number): string {
  return Array.from({ length: digits }, () => rng.int(16).toString(16)).join("");
}
