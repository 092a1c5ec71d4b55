/**
 * Tasks and what they left, without a folder.
 *
 * @module
 */
import { type PtyId, type TaskId, taskIdOf, taskSessionIdOf } from "../../server/tasks/ids.ts";
import type { FileAccess, OpenFile } from "../../server/tasks/http/mod.ts";
import { MemorySinks } from "../../server/tasks/terminal/fake_backend.ts";
import type { TaskReader, TaskView } from "../../server/tasks/task_view.ts";

/** Terminals' ids for tests, by number. */
export function ptyId(number: number): PtyId {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}` as PtyId;
}

/** Tasks' ids for tests, by number. */
export function taskId(number: number): TaskId {
  return taskIdOf(`task-${number.toString(16).padStart(8, "0")}`)!;
}

/** A task with a terminal, with changes. */
export function taskView(number: number, changes: Partial<TaskView> = {}): TaskView {
  const folder = `/tasks/${taskId(number)}`;
  return {
    taskId: taskId(number),
    sessionId: taskSessionIdOf(`sess-${number.toString(16).padStart(12, "0")}`)!,
    ptyId: ptyId(number),
    status: "running",
    agent: "hermes",
    title: `Task number ${number}`,
    email: "me@example.com",
    previousSessionId: null,
    createdAt: 1000,
    endedAt: null,
    progress: null,
    summary: null,
    errors: [],
    exitCode: null,
    files: {
      folder,
      transcript: `${folder}/transcript.log`,
      recording: `${folder}/recording.cast`,
    },
    ...changes,
  };
}

/** The tasks. */
export class MemoryTasks implements TaskReader {
  readonly #tasks = new Map<TaskId, TaskView>();
  readonly #watchers = new Set<(id: TaskId) => void>();

  /** Puts one in, in place of an older one of that id. */
  put(task: TaskView): void {
    this.#tasks.set(task.taskId, task);
    for (const on of [...this.#watchers]) on(task.taskId);
  }

  list(): Promise<readonly TaskView[]> {
    return Promise.resolve([...this.#tasks.values()].sort((a, b) => b.createdAt - a.createdAt));
  }

  byTask(id: TaskId): Promise<TaskView | undefined> {
    return Promise.resolve(this.#tasks.get(id));
  }

  byPty(id: PtyId): Promise<TaskView | undefined> {
    return Promise.resolve([...this.#tasks.values()].find(({ ptyId }) => ptyId === id));
  }

  watch(on: (id: TaskId) => void): () => void {
    this.#watchers.add(on);
    return () => this.#watchers.delete(on);
  }
}

/** Files by their paths: those that a test put there, and those that terminals wrote. */
export class MemoryFileAccess implements FileAccess {
  readonly #files = new Map<string, Uint8Array>();
  readonly #sinks: MemorySinks;
  /** Files that are open. */
  openCount = 0;

  /** With those of terminals. */
  constructor(sinks = new MemorySinks()) {
    this.#sinks = sinks;
  }

  /** Puts a file there. */
  put(path: string, content: string | Uint8Array): void {
    this.#files.set(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }

  open(path: string): Promise<OpenFile | null> {
    const written = this.#sinks.files.has(path) ? this.#sinks.bytes(path) : undefined;
    const bytes = this.#files.get(path) ?? written;
    if (bytes === undefined) return Promise.resolve(null);
    this.openCount++;
    let isOpen = true;
    return Promise.resolve({
      sizeBytes: bytes.length,
      modifiedMs: 1_700_000_000_000,
      read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
      close: () => {
        if (isOpen) this.openCount--;
        isOpen = false;
      },
    });
  }
}
