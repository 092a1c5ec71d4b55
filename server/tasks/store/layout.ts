/**
 * Where the files of tasks are. Paths are made of ids that were looked at before, never of texts.
 *
 * @module
 */
import { join } from "node:path";
import type { TaskId, TaskSessionId } from "../ids.ts";

/** The files of one task. */
export interface TaskPaths {
  readonly folder: string;
  /** What the agent is told. */
  readonly prompt: string;
  /** Facts for lists. */
  readonly meta: string;
  /** Progress, a JSON object a line; written by the agent as well. */
  readonly status: string;
  /** The result, where the agent is told to write it. */
  readonly result: string;
  /** A folder in which the agent may put it as well. */
  readonly results: string;
  /** Raw output of the terminal. */
  readonly transcript: string;
  /** The same with times. */
  readonly recording: string;
  /** The agent's exit code. */
  readonly exit: string;
}

/** The folder of a session. */
export function sessionFolder(root: string, id: TaskSessionId): string {
  return join(root, id);
}

/** The record of a session. */
export function sessionFile(root: string, id: TaskSessionId): string {
  return join(root, id, "session.json");
}

/** The files of a task. */
export function taskPaths(root: string, session: TaskSessionId, task: TaskId): TaskPaths {
  const folder = join(root, session, "tasks", task);
  return {
    folder,
    prompt: join(folder, "prompt.txt"),
    meta: join(folder, "meta.json"),
    status: join(folder, "status.jsonl"),
    result: join(folder, "result.json"),
    results: join(folder, "results"),
    transcript: join(folder, "transcript.log"),
    recording: join(folder, "recording.cast"),
    exit: join(folder, "agent.exit"),
  };
}
