/**
 * Agent tasks without processes and without a disk, in virtual time.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { AgentTasks } from "../../server/tasks/agent_tasks.ts";
import type { AgentEnvironment } from "../../server/tasks/agents/agent_env.ts";
import { type Agent, AgentList } from "../../server/tasks/agents/agent_list.ts";
import { type EnvelopeTexts, readTexts } from "../../server/tasks/envelope/texts.ts";
import type { TaskSessionId } from "../../server/tasks/ids.ts";
import type { RunArguments } from "../../server/tasks/run_request.ts";
import { DEFAULT_TASK_SETTINGS, type TaskSettings } from "../../server/tasks/settings.ts";
import type { TaskPaths } from "../../server/tasks/store/layout.ts";
import type { WatchFolder } from "../../server/tasks/watch/watcher.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { MemoryLog } from "./memory_log.ts";
import { MemoryTerminals } from "./memory_terminals.ts";

/** Where sessions are in these worlds. */
export const ROOT = "/home/me/tasks/sessions";
/** Unix time at which they begin: a moment in 2026. */
const START_S = 1_790_000_000;

const SHIPPED = new URL("../../server/tasks/envelope/", import.meta.url);

/** The texts that ship. */
export function shippedTexts(): Promise<EnvelopeTexts> {
  return readTexts((file) => Deno.readTextFile(new URL(file, SHIPPED)));
}

/** What may differ. */
export interface TaskWorldOptions {
  readonly settings?: Partial<TaskSettings>;
  readonly maxTerminals?: number;
  readonly agent?: string;
  readonly agents?: readonly Agent[];
  readonly environment?: AgentEnvironment;
  /** The disk and the clock of a world before: the server was started again. */
  readonly after?: Pick<TaskWorld, "disk" | "clock">;
  /** Tells of changes, in place of the disk. */
  readonly watchFolder?: WatchFolder;
  readonly texts?: EnvelopeTexts;
}

/** The world. */
export interface TaskWorld {
  readonly clock: VirtualClock;
  readonly disk: MemoryDisk;
  readonly terminals: MemoryTerminals;
  readonly log: MemoryLog;
  readonly tasks: AgentTasks;
  /** Starts a task. */
  run(args?: Partial<RunArguments>): ReturnType<AgentTasks["run"]>;
  /** Files of the task of a session. */
  paths(session: TaskSessionId): TaskPaths;
  /** The task writes its result. */
  result(session: TaskSessionId, result: unknown): void;
  /** The record of a session as the disk has it. */
  record(session: TaskSessionId): Record<string, unknown>;
  /** Time goes on. */
  pass(seconds: number): Promise<void>;
}

/** Makes one. */
export async function taskWorld(options: TaskWorldOptions = {}): Promise<TaskWorld> {
  const clock = options.after?.clock ?? new VirtualClock(START_S);
  const disk = options.after?.disk ?? new MemoryDisk(clock);
  const terminals = new MemoryTerminals(clock, options.maxTerminals);
  const log = new MemoryLog();
  const tasks = new AgentTasks({
    disk,
    root: ROOT,
    workFolder: "/home/me/tasks/projects",
    clock,
    rng: new Rng(options.after === undefined ? 1 : 2),
    log,
    settings: { ...DEFAULT_TASK_SETTINGS, ...options.settings },
    terminals,
    agents: new AgentList(options.agent ?? "hermes", options.agents),
    texts: options.texts ?? await shippedTexts(),
    environment: options.environment ?? { env: { PATH: "/bin" }, secrets: [] },
    watchFolder: options.watchFolder ?? disk.watchFolder,
    shell: ["/bin/bash"],
  });
  const paths = (session: TaskSessionId) => tasks.store.session(session)!.task!.paths;
  return {
    ...{ clock, disk, terminals, log, tasks, paths },
    run: (args = {}) => tasks.run({ prompt: "make it so", email: "me@example.org", ...args }),
    result: (session, result) => disk.put(paths(session).result, JSON.stringify(result)),
    record: (session) => JSON.parse(disk.text(`${ROOT}/${session}/session.json`)!),
    pass: (seconds) => clock.settle(clock.now() + seconds),
  };
}
