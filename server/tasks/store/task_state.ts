/**
 * How a task stands, derived from what there is: result, record, and whether somebody watches it.
 * What the agent wrote last of its progress never decides that.
 *
 * @module
 */
import { type Disk, readText } from "./disk.ts";
import type { TaskStatus, TaskView } from "../task_view.ts";
import { taskSessionIdOf } from "../ids.ts";
import type { TaskPaths } from "./layout.ts";
import { lastProgress } from "./progress.ts";
import { terminalOf } from "./records.ts";
import { findResult, readResult } from "./result_file.ts";
import type { SessionEntry, TaskEntry } from "./store.ts";

/** A task as lists show it, and the agent's own word for how it ended. */
export interface TaskState extends TaskView {
  /** `running`, or what the result says; `completed` where it says nothing. */
  readonly word: string;
}

/** What is remembered of a result, so that it is read once. */
interface Digest {
  readonly stamp: string;
  readonly word: string;
  readonly summary: string | null;
  readonly errors: readonly string[];
  /** Unix seconds. */
  readonly writtenAt: number | null;
}

const MAX_WORD_CHARS = 40;
const MAX_SUMMARY_CHARS = 2000;
const MAX_ERRORS = 20;
const STATUSES: ReadonlySet<string> = new Set<TaskStatus>([
  "running",
  "completed",
  "failed",
  "timeout",
  "info_needed",
  "needs_approval",
]);
/** Words of agents that did not keep to the contract, and that can mean only one thing. */
const GOOD: ReadonlySet<string> = new Set(["done", "ok", "success", "succeeded", "complete"]);

/** Reads how tasks stand. */
export class TaskStates {
  readonly #disk: Disk;
  readonly #isWatched: (entry: SessionEntry) => boolean;
  readonly #digests = new WeakMap<TaskEntry, Digest>();

  /** `isWatched` says whether a task's agent may still be at work. */
  constructor(disk: Disk, isWatched: (entry: SessionEntry) => boolean) {
    this.#disk = disk;
    this.#isWatched = isWatched;
  }

  /** How a session's task stands; null for a session without one. */
  async of(entry: SessionEntry): Promise<TaskState | null> {
    const { task, record } = entry;
    if (task === null) return null;
    const { meta, paths } = task;
    const found = await this.#digest(entry, task);
    const isRunning = found.word === "running";
    const closedAt = record.closed_at ?? (record.status === "closed" ? found.writtenAt : null);
    return {
      taskId: task.id,
      sessionId: entry.id,
      ptyId: terminalOf(record),
      status: statusOf(found.word),
      word: found.word,
      agent: meta.agent,
      title: meta.prompt_summary,
      email: meta.email,
      previousSessionId: taskSessionIdOf(meta.previous_session_id),
      createdAt: meta.created_at,
      endedAt: isRunning ? null : closedAt ?? found.writtenAt ?? meta.created_at,
      progress: isRunning ? await lastProgress(this.#disk, paths) : null,
      summary: found.summary,
      errors: found.errors,
      exitCode: await readExitCode(this.#disk, paths),
      files: { folder: paths.folder, transcript: paths.transcript, recording: paths.recording },
    };
  }

  async #digest(entry: SessionEntry, task: TaskEntry): Promise<Digest> {
    const stamp = (await findResult(this.#disk, task.paths))?.stamp;
    const known = this.#digests.get(task);
    if (stamp !== undefined && known?.stamp === stamp) return known;
    const state = await readResult(this.#disk, task.paths);
    if (state.kind === "usable") {
      const { status, summary, errors } = state.result;
      const digest: Digest = {
        stamp: stamp ?? "",
        word: typeof status === "string" && status !== ""
          ? status.slice(0, MAX_WORD_CHARS)
          : "completed",
        summary: typeof summary === "string" && summary !== ""
          ? summary.slice(0, MAX_SUMMARY_CHARS)
          : null,
        errors: textsOf(errors),
        writtenAt: state.mtimeMs / 1000,
      };
      this.#digests.set(task, digest);
      return digest;
    }
    const none = { stamp: "", summary: null, writtenAt: null };
    if (entry.record.status === "closed") {
      const why = state.kind === "absent" ? "the session was closed without a result" : state.why;
      return { ...none, word: "failed", errors: [why] };
    }
    if (this.#isWatched(entry)) return { ...none, word: "running", errors: [] };
    return {
      ...none,
      word: "failed",
      errors: ["the task was lost when the server was restarted; run it again"],
    };
  }
}

/** The agent's exit code; null while it runs, or if it was never told. */
export async function readExitCode(
  disk: Pick<Disk, "read">,
  paths: TaskPaths,
): Promise<number | null> {
  const text = await readText(disk, paths.exit, 16);
  const digits = /^(\d{1,3})\n/.exec(text ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

function statusOf(word: string): TaskStatus {
  if (STATUSES.has(word)) return word as TaskStatus;
  return GOOD.has(word.toLowerCase()) ? "completed" : "failed";
}

/** Errors as an agent may write them: a list, or one text. */
function textsOf(errors: unknown): string[] {
  const list = Array.isArray(errors) ? errors : errors === undefined ? [] : [errors];
  return list.slice(0, MAX_ERRORS)
    .map((error) => typeof error === "string" ? error : JSON.stringify(error) ?? "")
    .filter((error) => error !== "")
    .map((error) => error.slice(0, MAX_SUMMARY_CHARS));
}
