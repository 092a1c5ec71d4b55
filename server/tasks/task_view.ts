/**
 * Tasks as pages, the board and other readers see them: what there is, and where its files are. Reading
 * changes nothing.
 *
 * @module
 */
import type { PtyId, TaskId, TaskSessionId } from "./ids.ts";

/** What is said of a task; all but `running` stand in its result. */
export type TaskStatus =
  | "running"
  | "completed"
  | "failed"
  | "timeout"
  | "info_needed"
  | "needs_approval";

/** One task. */
export interface TaskView {
  readonly taskId: TaskId;
  readonly sessionId: TaskSessionId;
  /** Its terminal, there or gone; null if it never had one. */
  readonly ptyId: PtyId | null;
  readonly status: TaskStatus;
  /** Name of the agent command, from the server's list. */
  readonly agent: string;
  /** The first 100 characters of the prompt. */
  readonly title: string;
  /** Who asked; not authenticated. */
  readonly email: string;
  readonly previousSessionId: TaskSessionId | null;
  /** Unix time, seconds. */
  readonly createdAt: number;
  /** Unix time, seconds; null while it runs. */
  readonly endedAt: number | null;
  /** What the agent last said of its progress. */
  readonly progress: { readonly step: string; readonly message: string } | null;
  /** The result's own words; null while there is none. */
  readonly summary: string | null;
  readonly errors: readonly string[];
  readonly exitCode: number | null;
  readonly files: {
    /** The task's folder. */
    readonly folder: string;
    readonly transcript: string;
    readonly recording: string;
  };
}

/** All tasks of a server. */
export interface TaskReader {
  /** Those within the inbox window, newest first. */
  list(): Promise<readonly TaskView[]>;
  /** One of them, or undefined. */
  byTask(id: TaskId): Promise<TaskView | undefined>;
  /** The task of a terminal, there or gone; from an index, without walking folders. */
  byPty(id: PtyId): Promise<TaskView | undefined>;
  /** Calls when something about a task changed. @returns Ends it. */
  watch(on: (id: TaskId) => void): () => void;
}
