/**
 * Tasks for agents: each runs on a terminal of its own, is watched until it has ended, and stays to
 * be looked at. This is what tools and pages talk to.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError, type Rng } from "../../runtime/mod.ts";
import type { Log } from "../log.ts";
import { agentCommand, type AgentList, typedLine } from "./agents/agent_list.ts";
import type { AgentEnvironment } from "./agents/agent_env.ts";
import { envelope } from "./envelope/envelope.ts";
import type { EnvelopeTexts } from "./envelope/texts.ts";
import { TaskError } from "./errors.ts";
import type { PtyId, TaskId, TaskSessionId } from "./ids.ts";
import { promptSummary } from "./prompt_summary.ts";
import { checkRun, line, type RunArguments, type RunRequest } from "./run_request.ts";
import type { TaskSettings } from "./settings.ts";
import { openShell } from "./shells.ts";
import type { Disk } from "./store/disk.ts";
import { sessionFolder } from "./store/layout.ts";
import { type TaskMeta, terminalOf } from "./store/records.ts";
import { readResult, type TaskResult, type Verdict, writeVerdict } from "./store/result_file.ts";
import {
  checkReady,
  noSuchSession,
  type SessionEntry,
  type TaskEntry,
  TaskStore,
} from "./store/store.ts";
import { type TaskState, TaskStates } from "./store/task_state.ts";
import type { TaskReader, TaskView } from "./task_view.ts";
import type { TerminalInfo, Terminals } from "./terminal/terminals.ts";
import { TaskWatcher, type WatchFolder } from "./watch/watcher.ts";

/** What tasks are made of. */
export interface AgentTasksOptions {
  readonly disk: Disk;
  /** Folder of the sessions. */
  readonly root: string;
  /** Folder that agents start in. */
  readonly workFolder: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  readonly settings: TaskSettings;
  readonly terminals: Terminals;
  readonly agents: AgentList;
  readonly texts: EnvelopeTexts;
  readonly environment: AgentEnvironment;
  readonly watchFolder: WatchFolder;
  /** The shell that a terminal runs; program and arguments. */
  readonly shell: readonly string[];
  /** Called before anything is made: makes sure that it may be. */
  readonly prepare?: () => Promise<void>;
}

/** A task that was started. */
export interface StartedTask {
  readonly taskId: TaskId;
  readonly sessionId: TaskSessionId;
  readonly ptyId: PtyId;
}

/** What there is to tell of one task's result. */
export interface FoundResult {
  readonly state: TaskState;
  /** Null while there is none that can be used. */
  readonly result: TaskResult | null;
}

/** Label of the terminals and sessions of tasks. */
export const TASK_LABEL = "hermes-mcp";

/** The tasks of a server. */
export class AgentTasks implements TaskReader {
  readonly store: TaskStore;
  readonly settings: TaskSettings;
  readonly agents: AgentList;
  readonly terminals: Terminals;
  readonly #options: AgentTasksOptions;
  readonly #states: TaskStates;
  readonly #watchers = new Map<SessionEntry, TaskWatcher>();
  /** Tasks whose end is being written. */
  readonly #ending = new Map<SessionEntry, Promise<void>>();
  /** Tasks that are being started. */
  readonly #isNew = new Set<SessionEntry>();
  /** Tasks that have a place and no session yet. */
  #starting = 0;
  #isClosed = false;

  /** Knows no task before the store is refreshed. */
  constructor(options: AgentTasksOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.agents = options.agents;
    this.terminals = options.terminals;
    this.store = new TaskStore(options);
    this.#states = new TaskStates(
      options.disk,
      (entry) => this.#watchers.has(entry) || this.#ending.has(entry) || this.#isNew.has(entry),
    );
  }

  /**
   * Starts a task and does not wait for it.
   *
   * @throws {TaskError} for arguments out of form, and when as many as allowed run already.
   * @throws {HeadwayError} when no terminal can be had.
   */
  async run(args: RunArguments): Promise<StartedTask> {
    const release = this.#reserve();
    let entry: SessionEntry;
    try {
      const request = checkRun(args);
      // A name that is on no list must not leave a session behind.
      this.agents.byName(request.agent);
      await this.#options.prepare?.();
      entry = await this.store.createSession({
        email: request.email,
        userId: "",
        label: TASK_LABEL,
      });
      release();
      return await this.#start(entry, request);
    } finally {
      release();
    }
  }

  /** Makes a session that waits for its task, with a terminal. */
  async createSession(
    args: { readonly email: string; readonly userId?: string; readonly label?: string },
  ): Promise<TaskSessionId> {
    const { email, userId = "", label = "" } = args;
    await this.#options.prepare?.();
    const entry = await this.store.createSession({
      email: line("email", email),
      userId: line("user_id", userId),
      label: line("label", label),
    });
    try {
      await this.#openTerminal(entry, null);
    } catch (error) {
      await this.store.close(entry);
      throw error;
    }
    return entry.id;
  }

  /**
   * Starts a task in a session that {@link AgentTasks.createSession} made.
   *
   * @throws {TaskError} for a session that is not there, is busy or closed.
   */
  async runIn(id: TaskSessionId, args: RunArguments): Promise<StartedTask> {
    const request = checkRun(args);
    this.agents.byName(request.agent);
    const entry = this.store.session(id);
    if (entry === undefined) throw noSuchSession(id);
    // A busy session is told as such also when all places are taken.
    const release = entry.record.status === "ready" ? this.#reserve() : () => {};
    try {
      release();
      return await this.#start(entry, request);
    } finally {
      release();
    }
  }

  /** Closes a session and its terminal, whatever its task does. @throws {TaskError} for no session. */
  async closeSession(id: TaskSessionId): Promise<void> {
    const entry = this.store.session(id);
    if (entry === undefined) throw noSuchSession(id);
    this.#unwatch(entry);
    const pty = terminalOf(entry.record);
    if (pty !== null) await this.terminals.close(pty);
    await this.#ending.get(entry);
    await this.store.close(entry);
  }

  /** A task's result, or how it stands; null for a task that is not there. */
  async result(session: TaskSessionId, task: TaskId): Promise<FoundResult | null> {
    if (this.store.session(session) === undefined) await this.store.refresh();
    const entry = this.store.session(session);
    if (entry?.task?.id !== task) return null;
    const state = await this.#states.of(entry);
    if (state === null) return null;
    const found = await readResult(this.#options.disk, entry.task.paths);
    return { state, result: found.kind === "usable" ? found.result : null };
  }

  /** How all tasks stand that the inbox shows, newest first. */
  async states(): Promise<readonly TaskState[]> {
    await this.store.refresh();
    const { clock, settings: { ttlS } } = this.#options;
    const since = clock.unixS() - ttlS;
    const recent = this.store.sessions.filter(({ task }) =>
      task !== null && task.meta.created_at >= since
    );
    const states = await Promise.all(recent.map((entry) => this.#states.of(entry)));
    return states.filter((state) => state !== null)
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  /** See {@link TaskReader.list}. */
  list(): Promise<readonly TaskView[]> {
    return this.states();
  }

  /** See {@link TaskReader.byTask}. */
  async byTask(id: TaskId): Promise<TaskView | undefined> {
    return await this.#view(this.store.byTask(id));
  }

  /** See {@link TaskReader.byPty}. */
  async byPty(id: PtyId): Promise<TaskView | undefined> {
    return await this.#view(this.store.byPty(id));
  }

  /** See {@link TaskReader.watch}. */
  watch(on: (id: TaskId) => void): () => void {
    return this.store.watch(on);
  }

  /** Ends the task of a session, once: with the agent's result, or with a word of our own. */
  finish(entry: SessionEntry, verdict: Verdict | null): Promise<void> {
    const known = this.#ending.get(entry);
    if (known !== undefined || entry.record.status === "closed") return known ?? Promise.resolve();
    const ending = this.#finish(entry, verdict).finally(() => this.#ending.delete(entry));
    this.#ending.set(entry, ending);
    return ending;
  }

  /** Ends what runs: a server that stops says so in the result of each. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.store.sessions.filter(({ record }) => record.status === "busy");
    await Promise.all(running.map((entry) =>
      this.finish(entry, {
        status: "failed",
        summary: "The server was stopped while the task ran.",
        errors: ["the server was stopped while the task ran; run it again"],
      })
    ));
    await Promise.all(this.#ending.values());
    await Promise.all(this.terminals.list().map(({ id }) => this.terminals.close(id)));
    await Promise.all(this.store.sessions.map(({ saved }) => saved.catch(() => {})));
  }

  /** Takes a place for a task, all at once or not at all. @returns Gives it back; once. */
  #reserve(): () => void {
    const { maxConcurrent } = this.settings;
    if (this.#isClosed) throw new TaskError("the server is stopping; run the task again later");
    if (this.store.busyCount + this.#starting >= maxConcurrent) {
      throw new TaskError(
        `concurrency limit reached: ${maxConcurrent} tasks run already; wait for one to end`,
        { maxConcurrent },
      );
    }
    this.#starting++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#starting--;
      isHeld = false;
    };
  }

  /** The session is busy from the call on. Whatever fails ends it, so that its place is free again. */
  async #start(entry: SessionEntry, request: RunRequest): Promise<StartedTask> {
    checkReady(entry);
    this.#isNew.add(entry);
    try {
      return await this.#begin(entry, request);
    } catch (error) {
      await this.#abandon(entry, error);
      throw error;
    } finally {
      this.#isNew.delete(entry);
    }
  }

  async #begin(entry: SessionEntry, request: RunRequest): Promise<StartedTask> {
    const { settings, texts, clock } = this.#options;
    const agent = this.agents.byName(request.agent);
    const { previousSessionId: previous } = request;
    const meta: TaskMeta = {
      email: request.email,
      created_at: clock.unixS(),
      previous_session_id: previous ?? "",
      permissions: request.permissions,
      timeout_s: request.timeoutS,
      prompt_summary: promptSummary(request.prompt, this.#options.environment.secrets),
      agent: agent.name,
    };
    const task = await this.store.createTask(entry, {
      meta,
      prompt: (taskId, paths) =>
        envelope({
          ...{ taskId, sessionId: entry.id, paths, texts },
          email: request.email,
          contextHint: request.contextHint,
          prior: previous === null
            ? null
            : { id: previous, folder: sessionFolder(this.store.root, previous) },
          context: request.context,
          prompt: request.prompt,
          hasWorkflow: settings.hasWorkflow && (request.hasWorkflow ?? true),
        }),
    });
    const typed = typedLine(agentCommand(agent, task.paths, request.permissions), task.paths);
    const ptyId = terminalOf(entry.record) ?? (await this.#openTerminal(entry, task)).id;
    this.terminals.mark(ptyId, "running");
    await this.terminals.input(ptyId, new TextEncoder().encode(typed));
    this.#watchTask(entry, task, ptyId);
    return { taskId: task.id, sessionId: entry.id, ptyId };
  }

  async #openTerminal(entry: SessionEntry, task: TaskEntry | null): Promise<TerminalInfo> {
    const { workFolder, settings, disk } = this.#options;
    await disk.makeFolder(workFolder);
    const info = await openShell(this.#options, {
      label: TASK_LABEL,
      cwd: workFolder,
      files: task === null ? null : {
        transcriptPath: task.paths.transcript,
        recordingPath: task.paths.recording,
        transcriptCapBytes: settings.transcriptCapBytes,
        title: task.meta.prompt_summary,
        command: task.meta.agent,
      },
    });
    await this.store.setTerminal(entry, info);
    return info;
  }

  #watchTask(entry: SessionEntry, task: TaskEntry, ptyId: PtyId): void {
    const watcher = new TaskWatcher({
      ...this.#options,
      task,
      ptyId,
      onProgress: (said) => {
        for (const { step, message } of said) {
          this.terminals.mark(ptyId, step === "" ? message : step);
        }
        this.store.changed(entry);
      },
      onEnd: (verdict) => void this.finish(entry, verdict),
    });
    this.#watchers.set(entry, watcher);
    watcher.start();
  }

  #unwatch(entry: SessionEntry): void {
    this.#watchers.get(entry)?.stop();
    this.#watchers.delete(entry);
  }

  async #finish(entry: SessionEntry, verdict: Verdict | null): Promise<void> {
    const { disk, log, settings } = this.#options;
    const { task, id } = entry;
    try {
      if (verdict !== null && task !== null) await writeVerdict(disk, task.paths, verdict);
    } catch (error) {
      // The session ends all the same: a task without a result counts as failed.
      log.error("result not written", { session: id, reason: errorMessage(error) });
    }
    const word = (await this.#states.of(entry).catch(() => null))?.word ?? "failed";
    const pty = terminalOf(entry.record);
    if (pty !== null) {
      this.terminals.mark(pty, word);
      // The place on the list of terminals is free before that among the tasks is.
      if (!settings.isReplayOnly) this.terminals.beginGrace(pty, settings.graceS);
    }
    this.#unwatch(entry);
    try {
      await this.store.complete(entry);
    } catch (error) {
      log.error("end of a task not written", { session: id, reason: errorMessage(error) });
    }
    log.info("task ended", { task: task?.id ?? null, session: id, status: word });
    if (pty !== null && settings.isReplayOnly) await this.#closeTerminal(pty);
  }

  /** Of a task that could not be started nothing stays but what became of it. */
  async #abandon(entry: SessionEntry, error: unknown): Promise<void> {
    const pty = terminalOf(entry.record);
    const why = error instanceof HeadwayError ? error.message : errorMessage(error);
    await this.finish(entry, {
      status: "failed",
      summary: "The task could not be started.",
      errors: [why],
    });
    if (pty !== null) await this.#closeTerminal(pty);
  }

  async #closeTerminal(pty: PtyId): Promise<void> {
    try {
      await this.terminals.close(pty);
    } catch (error) {
      this.#options.log.warn("terminal not closed", { pty, reason: errorMessage(error) });
    }
  }

  async #view(entry: SessionEntry | undefined): Promise<TaskView | undefined> {
    return entry === undefined ? undefined : await this.#states.of(entry) ?? undefined;
  }
}
