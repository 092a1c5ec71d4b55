/**
 * The tools for agent tasks.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { AgentTasks } from "../../server/tasks/agent_tasks.ts";
import { taskIdOf, taskSessionIdOf } from "../../server/tasks/ids.ts";
import {
  INTERACTIVE_AGENTS,
  type InteractiveSessions,
} from "../../server/tasks/interactive/interactive.ts";
import type { TaskState } from "../../server/tasks/store/task_state.ts";
import { GET_RESULT, INBOX, interactiveDefinition, runDefinition } from "./definitions.ts";
import { failed, type Payload, type TaskCall, type TaskTool, taskTool } from "./task_tool.ts";

/** What the tools work on. */
export interface TaskToolsOptions {
  readonly tasks: AgentTasks;
  readonly clock: Pick<Clock, "unixS">;
  /** Null where `coda_interactive` is not there. */
  readonly interactive: InteractiveSessions | null;
  /** Whether the inbox counts three statuses only, as older clients compare it. */
  readonly hasThreeCounts: boolean;
}

/** Entries of an inbox at most; its counts are of all. */
const MAX_ENTRIES = 1000;

/** Makes them. */
export function taskTools(options: TaskToolsOptions): readonly TaskTool[] {
  const { tasks, interactive } = options;
  const { names } = tasks.agents;
  const run = runDefinition({ agents: names, hasWorkflow: tasks.settings.hasWorkflow });
  return [
    taskTool(run, async (args, call) => {
      const started = await tasks.run({
        prompt: args.prompt,
        email: args.email,
        context: args.context,
        previousSessionId: args.previous_session_id,
        permissions: args.permissions,
        timeoutS: args.timeout_s,
        agent: args.agent,
        hasWorkflow: (args as { workflow_protocol?: boolean }).workflow_protocol,
      });
      return {
        task_id: started.taskId,
        session_id: started.sessionId,
        status: "running",
        viewer_url: call.viewerUrl(started.ptyId),
      };
    }),
    taskTool(INBOX, async (args, call) => inbox(await tasks.states(), args, call, options)),
    taskTool(GET_RESULT, async ({ task_id, session_id }, call) => {
      try {
        return await resultOf(tasks, task_id, session_id, call);
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error), { task_id });
      }
    }),
    ...(interactive === null ? [] : [
      taskTool(interactiveDefinition(INTERACTIVE_AGENTS), async (args, call) => {
        const { agent, prompt, workspace_path } = args;
        const opened = await interactive.open(
          { agent, prompt, workspacePath: workspace_path },
          call.signal,
        );
        return {
          status: "launched",
          viewer_url: call.viewerUrl(opened.ptyId),
          agent,
          project_dir: opened.folder,
          workspace_path,
          instructions:
            "The agent runs in a terminal of its own. Open viewer_url to watch it and to type; the copied folder goes when the terminal is closed.",
        };
      }),
    ]),
  ];
}

function inbox(
  states: readonly TaskState[],
  { email, status }: { readonly email: string; readonly status: string },
  call: TaskCall,
  { clock, hasThreeCounts }: TaskToolsOptions,
): Payload {
  const shown = states.filter((state) =>
    (email === "" || state.email === email) && (status === "" || state.word === status)
  );
  const count = (...words: string[]) => shown.filter(({ word }) => words.includes(word)).length;
  return {
    tasks: shown.slice(0, MAX_ENTRIES).map((state) => entryOf(state, clock.unixS(), call)),
    counts: {
      running: count("running"),
      completed: count("completed", "done"),
      failed: count("failed", "timeout"),
      ...(!hasThreeCounts && {
        info_needed: count("info_needed"),
        needs_approval: count("needs_approval"),
      }),
    },
  };
}

function entryOf(state: TaskState, nowS: number, { viewerUrl }: TaskCall): Payload {
  const { createdAt, endedAt, progress, summary } = state;
  const url = viewerUrl(state.ptyId);
  const said = progress === null ? "" : progress.message || progress.step;
  return {
    task_id: state.taskId,
    session_id: state.sessionId,
    status: state.word,
    elapsed_s: Math.round(10 * Math.max(0, (endedAt ?? nowS) - createdAt)) / 10,
    prompt_summary: state.title,
    previous_session_id: state.previousSessionId ?? "",
    created_at: createdAt,
    ...(summary !== null && { summary }),
    ...(said !== "" && { progress: said }),
    ...(url !== null && { viewer_url: url }),
  };
}

async function resultOf(
  tasks: AgentTasks,
  taskText: string,
  sessionText: string,
  { viewerUrl }: TaskCall,
): Promise<Payload> {
  const ids = { task_id: taskText, session_id: sessionText };
  const [task, session] = [taskIdOf(taskText), taskSessionIdOf(sessionText)];
  if (task === null || session === null) {
    const [name, text, form] = task === null
      ? ["task_id", taskText, "task- and eight"]
      : ["session_id", sessionText, "sess- and twelve"];
    const said = JSON.stringify(text.slice(0, 80));
    return failed(`${name} is ${said}, expected ${form} hexadecimal digits`, {
      task_id: taskText.slice(0, 80),
    });
  }
  const found = await tasks.result(session, task);
  if (found === null) {
    const message =
      `there is no task ${task} in session ${session}; coda_inbox lists those there are`;
    return { ...ids, status: "not_found", message };
  }
  const { state, result } = found;
  const url = viewerUrl(state.ptyId);
  const viewer = url === null ? {} : { viewer_url: url };
  if (result !== null) {
    const defaults = { status: "done", summary: "", files_changed: [], artifacts: [], errors: [] };
    return { ...defaults, ...result, ...ids, ...viewer };
  }
  const message = state.word === "running"
    ? "the result is not yet available: the task still runs"
    : `a result is not yet available, and none will come: ${state.errors.join("; ")}`;
  return { ...ids, status: state.word, message, ...viewer };
}
