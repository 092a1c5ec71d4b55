/**
 * The tools for agent tasks as callers see them: names, arguments, what they are for.
 *
 * @module
 */
import { z } from "zod";
import { DEFAULT_TIMEOUT_S } from "../../server/tasks/run_request.ts";
import type { TaskToolDefinition } from "./task_tool.ts";

/** What differs between servers. */
export interface DefinitionOptions {
  /** Names of the server's agents; null where they are not known. */
  readonly agents: readonly string[] | null;
  /** Whether `coda_run` takes `workflow_protocol`. */
  readonly hasWorkflow: boolean;
}

function define<In extends z.ZodObject>(definition: TaskToolDefinition<In>) {
  return definition;
}

function agentArgument(agents: readonly string[] | null) {
  const what = "which of the server's agents; its own choice without one";
  if (agents === null || agents.length === 0) return z.string().optional().describe(what);
  return z.enum(agents as [string, ...string[]]).optional().describe(what);
}

/** Starts a task. */
export function runDefinition({ agents, hasWorkflow }: DefinitionOptions) {
  return define({
    name: "coda_run",
    title: "Start a background task",
    description:
      "Hands a task to a coding agent that works in a terminal of its own, and returns at once. Do not wait for it and do not call again to see how it goes: tell the user that it was submitted, with viewer_url in plain text, and go on.",
    input: z.object({
      prompt: z.string().describe("the task, complete in itself: the agent knows nothing else"),
      email: z.string().describe("who asks; kept with the task, for filtering"),
      context: z.string().default("{}").describe("JSON text with further facts for the agent"),
      previous_session_id: z.string().default("")
        .describe("session_id of an earlier task whose results this one builds on"),
      permissions: z.enum(["smart", "yolo"]).default("smart")
        .describe("yolo lets the agent approve its own steps"),
      timeout_s: z.number().int().min(1).max(86_400).default(DEFAULT_TIMEOUT_S)
        .describe("seconds after which a task is ended that writes no progress any more"),
      agent: agentArgument(agents),
      ...(hasWorkflow && {
        workflow_protocol: z.boolean().default(true)
          .describe("whether the agent is told to plan, execute and synthesize with critique"),
      }),
    }),
  });
}

/** Lists tasks. */
export const INBOX = define({
  name: "coda_inbox",
  title: "List background tasks",
  description:
    "Lists background tasks of the last day, newest first, with status, age and summary. Call it only when the user asks about background work.",
  isReadOnly: true,
  input: z.object({
    email: z.string().default("").describe("only tasks of this asker; all without one"),
    status: z.string().default("")
      .describe("only tasks of this status, such as running, completed or failed"),
  }),
});

/** Reads a result. */
export const GET_RESULT = define({
  name: "coda_get_result",
  title: "Read a task's result",
  description:
    "Reads the result of a background task: summary, files changed, artifacts, errors. The ids come from coda_run or coda_inbox.",
  isReadOnly: true,
  input: z.object({
    task_id: z.string().describe("task-…"),
    session_id: z.string().describe("sess-…"),
  }),
});

/** Starts an agent that a person goes on with. */
export function interactiveDefinition(agents: readonly string[]) {
  return define({
    name: "coda_interactive",
    title: "Open an interactive agent",
    description:
      "Copies a folder, starts a coding agent in it with a first prompt, and returns the address of its terminal, where the user goes on by hand. Give viewer_url to the user in plain text.",
    input: z.object({
      prompt: z.string().describe("what the agent begins with"),
      workspace_path: z.string().describe("the folder to copy, an absolute path on the server"),
      agent: z.string().default("claude").describe(`one of ${agents.join(", ")}`),
      email: z.string().default("").describe("accepted, and means nothing"),
    }),
  });
}

/** What a calling model is told of these tools. */
export const TASK_INSTRUCTIONS: string =
  "coda_run hands work to an agent in the background and returns at once. Submit, tell the user, go on: no waiting, no loops, no calls to see how far it is. " +
  "Call coda_inbox only when the user asks about background work, then coda_get_result for the task in question; the order is run, inbox, result. " +
  "To build on an earlier task, pass its session_id as previous_session_id. " +
  "Whenever viewer_url is not null, give it to the user in plain text when you first mention the task, and whenever they ask where it is: it is a page of the server that they use already, live while the task runs and shortly after, a recording later. " +
  "A result with status info_needed says in feedback what the agent has to know: add that to the context and submit again with previous_session_id. " +
  "A result with status needs_approval describes a step that would destroy or change something for good: show it, and submit again only after the user has said yes.";
