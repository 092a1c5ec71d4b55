/**
 * Sessions and their tasks, on the disk and in memory. The disk survives a restart; memory is the
 * index of it, and the judge where two callers want the same.
 *
 * @module
 */
import { join } from "node:path";
import type { Clock, Rng } from "../../../runtime/mod.ts";
import { NoSuchTaskError, SessionBusyError } from "../errors.ts";
import {
  newTaskId,
  newTaskSessionId,
  type PtyId,
  type TaskId,
  taskIdOf,
  type TaskSessionId,
  taskSessionIdOf,
} from "../ids.ts";
import { type Disk, readText } from "./disk.ts";
import { sessionFile, sessionFolder, type TaskPaths, taskPaths } from "./layout.ts";
import {
  MAX_RECORD_BYTES,
  newSession,
  parseMeta,
  parseSession,
  recordText,
  type SessionRecord,
  type TaskMeta,
  taskOf,
  terminalOf,
} from "./records.ts";

/** A session, and its task if it has one. */
export interface SessionEntry {
  readonly id: TaskSessionId;
  /** As it is now; replaced when it changes. */
  record: SessionRecord;
  /** Null before it has one, and when its facts cannot be read. */
  task: TaskEntry | null;
  /** The last write of its record; each waits for the one before. */
  saved: Promise<void>;
}

/** A task. */
export interface TaskEntry {
  readonly id: TaskId;
  readonly meta: TaskMeta;
  readonly paths: TaskPaths;
}

/** What the store is made of. */
export interface TaskStoreOptions {
  readonly disk: Disk;
  /** Folder of the sessions. */
  readonly root: string;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** What a new task has. */
export interface NewTask {
  readonly meta: TaskMeta;
  /** Makes the text of `prompt.txt`. */
  readonly prompt: (id: TaskId, paths: TaskPaths) => string;
}

/** How many folders are read at a time. */
const READERS = 16;

/** The sessions of a server. */
export class TaskStore {
  readonly #options: TaskStoreOptions;
  readonly #sessions = new Map<TaskSessionId, SessionEntry>();
  readonly #byTask = new Map<TaskId, SessionEntry>();
  readonly #byPty = new Map<PtyId, SessionEntry>();
  readonly #watchers = new Set<(id: TaskId) => void>();

  /** Knows nothing before {@link TaskStore.refresh}. */
  constructor(options: TaskStoreOptions) {
    this.#options = options;
  }

  /** Folder of the sessions. */
  get root(): string {
    return this.#options.root;
  }

  /** All of them. */
  get sessions(): readonly SessionEntry[] {
    return [...this.#sessions.values()];
  }

  /** Sessions whose task has not ended. */
  get busyCount(): number {
    return this.sessions.filter(({ record }) => record.status === "busy").length;
  }

  /** The session of that id. */
  session(id: TaskSessionId): SessionEntry | undefined {
    return this.#sessions.get(id);
  }

  /** The session of a task. */
  byTask(id: TaskId): SessionEntry | undefined {
    return this.#byTask.get(id);
  }

  /** The session of a terminal. */
  byPty(id: PtyId): SessionEntry | undefined {
    return this.#byPty.get(id);
  }

  /** Looks which sessions the disk has: takes in those that are new, forgets those that are gone. */
  async refresh(): Promise<void> {
    const { disk, root } = this.#options;
    const before = new Set(this.#sessions.keys());
    const names = await disk.list(root);
    const found = new Set(names.map(taskSessionIdOf).filter((id) => id !== null));
    for (const id of before) {
      const entry = this.#sessions.get(id);
      // What is being made may not be there yet.
      if (!found.has(id) && entry?.record.status === "closed") this.#forget(entry);
    }
    const unknown = [...found].filter((id) => !this.#sessions.has(id));
    for (let i = 0; i < unknown.length; i += READERS) {
      await Promise.all(unknown.slice(i, i + READERS).map((id) => this.#load(id)));
    }
  }

  /** Makes a session. */
  async createSession(
    facts: { readonly email: string; readonly userId: string; readonly label: string },
  ): Promise<SessionEntry> {
    const { disk, root, clock, rng } = this.#options;
    let id = newTaskSessionId(rng);
    while (this.#sessions.has(id)) id = newTaskSessionId(rng);
    const record = newSession(id, { ...facts, createdAt: clock.unixS() });
    const entry: SessionEntry = { id, record, task: null, saved: Promise.resolve() };
    this.#sessions.set(id, entry);
    try {
      await disk.makeFolder(join(sessionFolder(root, id), "tasks"));
      await this.#save(entry);
    } catch (error) {
      this.#forget(entry);
      throw error;
    }
    return entry;
  }

  /**
   * Gives a session its task. It is busy from the call on, whatever becomes of the files.
   *
   * @throws {SessionBusyError} for a session that has one.
   * @throws {NoSuchTaskError} for one that is closed.
   */
  async createTask(entry: SessionEntry, { meta, prompt }: NewTask): Promise<TaskEntry> {
    const { disk, root, rng, clock } = this.#options;
    checkReady(entry);
    const { record } = entry;
    let id = newTaskId(rng);
    while (this.#byTask.has(id)) id = newTaskId(rng);
    const paths = taskPaths(root, entry.id, id);
    const task: TaskEntry = { id, meta, paths };
    entry.record = { ...record, status: "busy", current_task: id };
    entry.task = task;
    this.#byTask.set(id, entry);
    await disk.makeFolder(paths.results);
    await disk.write(paths.meta, recordText(meta));
    await disk.append(paths.status, statusLine("running", clock.unixS()));
    await disk.write(paths.prompt, prompt(id, paths));
    await this.#save(entry);
    this.changed(entry);
    return task;
  }

  /** Notes which terminal a session has. */
  async setTerminal(
    entry: SessionEntry,
    terminal: { readonly id: PtyId; readonly pid: number; readonly pidStart: string | null },
  ): Promise<void> {
    entry.record = {
      ...entry.record,
      pty_session_id: terminal.id,
      pty_pid: terminal.pid,
      pty_pid_start: terminal.pidStart,
    };
    this.#byPty.set(terminal.id, entry);
    await this.#save(entry);
    this.changed(entry);
  }

  /**
   * Ends the task of a session, and with it the session. In memory that is so from the call on.
   *
   * @returns False when it had ended already.
   */
  async complete(entry: SessionEntry): Promise<boolean> {
    const { disk, clock } = this.#options;
    const { record, task } = entry;
    if (record.status === "closed") return false;
    const done = task === null || record.completed_tasks.includes(task.id) ? [] : [task.id];
    entry.record = {
      ...record,
      status: "closed",
      current_task: null,
      completed_tasks: [...record.completed_tasks, ...done],
      closed_at: clock.unixS(),
    };
    this.changed(entry);
    if (task !== null) await disk.append(task.paths.status, statusLine("done", clock.unixS()));
    await this.#save(entry);
    return true;
  }

  /** Closes a session, whatever its task does. False when it was closed already. */
  async close(entry: SessionEntry): Promise<boolean> {
    if (entry.record.status === "closed") return false;
    entry.record = { ...entry.record, status: "closed" };
    this.changed(entry);
    await this.#save(entry);
    return true;
  }

  /** Removes a session and its files. */
  async remove(entry: SessionEntry): Promise<void> {
    this.#forget(entry);
    await this.#options.disk.remove(sessionFolder(this.root, entry.id));
  }

  /** Calls when something about a task changed. @returns Ends it. */
  watch(on: (id: TaskId) => void): () => void {
    this.#watchers.add(on);
    return () => void this.#watchers.delete(on);
  }

  /** Says that something about the task of a session changed. */
  changed({ task }: SessionEntry): void {
    if (task === null) return;
    for (const on of [...this.#watchers]) on(task.id);
  }

  #forget(entry: SessionEntry): void {
    this.#sessions.delete(entry.id);
    if (entry.task !== null) this.#byTask.delete(entry.task.id);
    const pty = terminalOf(entry.record);
    if (pty !== null) this.#byPty.delete(pty);
  }

  async #load(id: TaskSessionId): Promise<void> {
    const { disk, root } = this.#options;
    const text = await readText(disk, sessionFile(root, id), MAX_RECORD_BYTES);
    const record = text === null ? null : parseSession(text, id);
    // Made by ourselves in the meantime.
    if (record === null || this.#sessions.has(id)) return;
    const task = await this.#loadTask(id, taskOf(record) ?? await this.#soleTask(id));
    if (this.#sessions.has(id)) return;
    const entry: SessionEntry = { id, record, task, saved: Promise.resolve() };
    this.#sessions.set(id, entry);
    if (task !== null) this.#byTask.set(task.id, entry);
    const pty = terminalOf(record);
    if (pty !== null) this.#byPty.set(pty, entry);
  }

  async #loadTask(session: TaskSessionId, id: TaskId | null): Promise<TaskEntry | null> {
    if (id === null) return null;
    const { disk, root } = this.#options;
    const paths = taskPaths(root, session, id);
    const text = await readText(disk, paths.meta, MAX_RECORD_BYTES);
    const meta = text === null ? null : parseMeta(text);
    return meta === null ? null : { id, meta, paths };
  }

  /** A session that was closed by hand names no task, but has its folder. */
  async #soleTask(session: TaskSessionId): Promise<TaskId | null> {
    const { disk, root } = this.#options;
    const names = await disk.list(join(sessionFolder(root, session), "tasks"));
    return names.map(taskIdOf).find((id) => id !== null) ?? null;
  }

  #save(entry: SessionEntry): Promise<void> {
    const { disk, root } = this.#options;
    const write = () => disk.write(sessionFile(root, entry.id), recordText(entry.record));
    // What went wrong before was told to whoever asked for it.
    return entry.saved = entry.saved.then(write, write);
  }
}

/**
 * Refuses a session that takes no task.
 *
 * @throws {SessionBusyError} for one that has a task that runs.
 * @throws {NoSuchTaskError} for one that is closed.
 */
export function checkReady({ id, record }: SessionEntry): void {
  if (record.status === "closed") throw noSuchSession(id);
  if (record.status === "ready") return;
  throw new SessionBusyError(`session ${id} already has a running task, ${record.current_task}`);
}

/** The error of a session that is not there, or takes nothing any more. */
export function noSuchSession(id: string): NoSuchTaskError {
  return new NoSuchTaskError(`session ${id} not found, or closed; coda_run makes a new one`);
}

function statusLine(status: "running" | "done", ts: number): string {
  return `${JSON.stringify({ status, ts })}\n`;
}
