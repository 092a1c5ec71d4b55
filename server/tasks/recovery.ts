/**
 * What a start does about tasks of a server that is gone, and what is done about old ones.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../log.ts";
import type { AgentTasks } from "./agent_tasks.ts";
import type { PtyId } from "./ids.ts";
import type { Disk } from "./store/disk.ts";
import { terminalOf } from "./store/records.ts";
import { readResult, type Verdict } from "./store/result_file.ts";
import type { SessionEntry } from "./store/store.ts";
import { readExitCode } from "./store/task_state.ts";
import { lastOutput } from "./watch/last_output.ts";

/** What a terminal left behind: its id, its leader, and when that began. */
export interface LeftTerminal {
  readonly id: PtyId;
  readonly pid: number;
  readonly pidStart: string | null;
}

/**
 * Ends what is left of a terminal: its leader, if it is still the one that began then, its process
 * session, and what began one of its own.
 *
 * @returns Whether there was anything to end.
 */
export type SweepTerminal = (left: LeftTerminal) => Promise<boolean>;

/** What a recovery works with. */
export interface RecoveryOptions {
  readonly disk: Disk;
  readonly clock: Pick<Clock, "unixS">;
  readonly log: Log;
  readonly sweep: SweepTerminal;
}

/**
 * Ends the tasks that a server left busy: what its terminals still ran is swept, results that are
 * there count, and the others are told as failed.
 */
export async function recoverTasks(
  tasks: AgentTasks,
  options: RecoveryOptions,
): Promise<void> {
  await tasks.store.refresh();
  const nowS = options.clock.unixS();
  for (const entry of tasks.store.sessions) {
    const { status, closed_at: closedS = -Infinity } = entry.record;
    // One whose task had ended may have been in its grace.
    const mayRun = status !== "closed" || closedS + tasks.settings.graceS > nowS;
    const wasThere = mayRun && await sweepOne(entry, options);
    if (status === "ready") await tasks.store.close(entry);
    if (status === "busy") {
      await tasks.finish(entry, await restartVerdict(entry, options.disk));
      options.log.info("task recovered", { session: entry.id, swept: wasThere });
    }
  }
}

async function sweepOne(
  { id: session, record }: SessionEntry,
  { sweep, log }: RecoveryOptions,
): Promise<boolean> {
  const { pty_pid: pid, pty_pid_start: pidStart = null } = record;
  const id = terminalOf(record);
  try {
    return pid !== undefined && id !== null && await sweep({ id, pid, pidStart });
  } catch (error) {
    log.warn("processes not swept", { session, reason: errorMessage(error) });
    return false;
  }
}

/** Null for a task whose result is there. */
async function restartVerdict({ task }: SessionEntry, disk: Disk): Promise<Verdict | null> {
  if (task === null) return null;
  const result = await readResult(disk, task.paths);
  if (result.kind === "usable") return null;
  const code = await readExitCode(disk, task.paths);
  const output = await lastOutput(disk, task.paths);
  return {
    status: "failed",
    summary: "The server was restarted while the task ran.",
    errors: [
      "the server was restarted while the task ran; run it again",
      ...(code === null ? [] : [`its agent had ended with exit code ${code}`]),
      ...("why" in result ? [result.why] : []),
      ...(output === "" ? [] : [`its last output:\n${output}`]),
    ],
  };
}

/** Removes sessions that are closed for longer than they are kept, now and then. */
export class TaskCleanup {
  readonly #tasks: AgentTasks;
  readonly #uploads: { clean(): Promise<void> };
  readonly #clock: Clock;
  readonly #log: Log;
  #timer: Timer | null = null;
  #isClosed = false;

  /** Removes nothing before {@link TaskCleanup.run}. */
  constructor(
    tasks: AgentTasks,
    { uploads, clock, log }: {
      /** Files that people handed in; they stay as long. */
      readonly uploads: { clean(): Promise<void> };
      readonly clock: Clock;
      readonly log: Log;
    },
  ) {
    this.#tasks = tasks;
    this.#uploads = uploads;
    this.#clock = clock;
    this.#log = log;
  }

  /** Removes what is too old, and comes again. */
  async run(): Promise<void> {
    const { store, terminals, settings } = this.#tasks;
    const before = this.#clock.unixS() - settings.ttlS;
    let count = 0;
    for (const entry of store.sessions) {
      const { record } = entry;
      const pty = terminalOf(record);
      const isOld = record.status === "closed" && (record.closed_at ?? record.created_at) < before;
      if (!isOld || pty !== null && terminals.get(pty) !== undefined) continue;
      try {
        await store.remove(entry);
        count++;
      } catch (error) {
        this.#log.warn("session not removed", { session: entry.id, reason: errorMessage(error) });
      }
    }
    if (count > 0) this.#log.info("old sessions removed", { count });
    try {
      await this.#uploads.clean();
    } catch (error) {
      this.#log.warn("old uploads not removed", { reason: errorMessage(error) });
    }
    if (this.#isClosed) return;
    this.#timer = this.#clock.after(settings.cleanupEveryS, () => void this.run());
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }
}
