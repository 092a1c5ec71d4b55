/**
 * Agent tasks as a server has them: real terminals, bash, files, and an agent that plays scenarios.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { WallClock } from "../../runtime/mod.ts";
import { Access } from "../../serve/access.ts";
import type { ServerParts } from "../../serve/options.ts";
import { TasksPart } from "../../serve/tasks/tasks_part.ts";
import type { StartedTask } from "../../server/tasks/agent_tasks.ts";
import type { RunArguments } from "../../server/tasks/run_request.ts";
import type { TaskView } from "../../server/tasks/task_view.ts";
import { MemoryLog } from "./memory_log.ts";
import { tempFolder } from "./temp_folder.ts";

const STUB = fileURLToPath(new URL("./stub_agent.sh", import.meta.url));

/** The command of the agent that plays scenarios. */
export const STUB_AGENT = `sh '${STUB}' {prompt_file} {task_dir}`;

/** How long anything may take before a test gives up on it, seconds. */
const PATIENCE_S = 60;

/** Tasks that run. */
export interface LiveTasks extends AsyncDisposable {
  readonly part: TasksPart;
  readonly log: MemoryLog;
  /** Folder of the sessions. */
  readonly folder: string;
  /** Starts a task; its scenario is one step a line. */
  run(scenario: readonly string[], args?: Partial<RunArguments>): Promise<StartedTask>;
  /** Waits until something holds of a task. */
  until(task: StartedTask, holds: (view: TaskView) => boolean): Promise<TaskView>;
  /** Waits until it has ended. */
  ended(task: StartedTask): Promise<TaskView>;
  /** A file of a task, as text; empty while there is none. */
  file(task: StartedTask, name: string): Promise<string>;
  /** Makes a file that a task awaits. */
  signal(task: StartedTask, name: string): Promise<void>;
}

/** Starts them in a folder of their own, or in one that is there. */
export async function liveTasks(
  options: ServerParts = {},
  home?: string,
): Promise<LiveTasks> {
  const temp = home === undefined ? await tempFolder() : null;
  const folder = `${home ?? temp!.path}/tasks/sessions`;
  const clock = new WallClock();
  const log = new MemoryLog();
  const part = await TasksPart.open({
    options: {
      ...{ tasksFolder: folder, agentCommand: STUB_AGENT },
      environment: environmentAt(home ?? temp!.path),
      ...options,
    },
    clock,
    log,
    access: new Access(options),
  });
  if (part === null) throw new Error(`there are no tasks: ${JSON.stringify(log.lines)}`);
  const { tasks } = part;
  const pathOf = ({ sessionId, taskId }: StartedTask, name: string) =>
    `${folder}/${sessionId}/tasks/${taskId}/${name}`;
  const until: LiveTasks["until"] = async (task, holds) => {
    const done = Promise.withResolvers<TaskView>();
    const look = async () => {
      const view = await tasks.byTask(task.taskId);
      if (view !== undefined && holds(view)) done.resolve(view);
    };
    const unwatch = tasks.watch((id) => void (id === task.taskId && look()));
    const late = clock.after(PATIENCE_S, () => done.reject(new Error("nothing came of it")));
    try {
      await look();
      return await done.promise;
    } finally {
      unwatch();
      late.cancel();
    }
  };
  return {
    ...{ part, log, folder, until },
    run: (scenario, args = {}) =>
      tasks.run({ prompt: scenario.join("\n"), email: "me@example.org", ...args }),
    // The result is seen before its event has closed the session.
    ended: (task) =>
      until(task, () => tasks.store.session(task.sessionId)?.record.status === "closed"),
    async file(task, name) {
      try {
        return await Deno.readTextFile(pathOf(task, name));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return "";
        throw error;
      }
    },
    signal: (task, name) => Deno.writeTextFile(pathOf(task, name), ""),
    async [Symbol.asyncDispose]() {
      await part.close();
      await temp?.[Symbol.asyncDispose]();
    },
  };
}

/** This process's environment with another home: what its user's shell reads at its start is not tested. */
function environmentAt(home: string): Record<string, string> {
  const own = Deno.env.toObject();
  return { ...own, DENO_DIR: own["DENO_DIR"] ?? `${own["HOME"]}/.cache/deno`, HOME: home };
}

/** Which of these processes are there, asked of the system. */
export async function alive(pids: readonly number[]): Promise<number[]> {
  const code = `
    const there = ${JSON.stringify(pids)}.filter((pid) => {
      try {
        const stat = Deno.readTextFileSync("/proc/" + pid + "/stat");
        return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
      } catch {
        return false;
      }
    });
    console.log(JSON.stringify(there));`;
  const { stdout } = await new Deno.Command("deno", { args: ["eval", code], stderr: "inherit" })
    .output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
