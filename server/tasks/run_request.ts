/**
 * What a caller asks a task to be, checked before anything is made of it.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { TaskError } from "./errors.ts";
import { type TaskSessionId, taskSessionIdOf } from "./ids.ts";

/** `yolo` starts the agent so that it asks nobody. */
export type TaskPermissions = "smart" | "yolo";

/** What a caller says. */
export interface RunArguments {
  readonly prompt: string;
  /** Who asks; kept, never believed. */
  readonly email: string;
  /** JSON text for the prompt; an empty text or `{}` adds nothing. */
  readonly context?: string | undefined;
  /** One line more for the agent. */
  readonly contextHint?: string | undefined;
  /** A session whose results the agent may read; empty for none. */
  readonly previousSessionId?: string | undefined;
  readonly permissions?: string | undefined;
  readonly timeoutS?: number | undefined;
  /** Name of an agent of the server's list; empty for the server's own choice. */
  readonly agent?: string | undefined;
  readonly hasWorkflow?: boolean | undefined;
}

/** The same, checked. */
export interface RunRequest {
  readonly prompt: string;
  readonly email: string;
  /** Undefined for none. */
  readonly context: unknown;
  readonly contextHint: string;
  readonly previousSessionId: TaskSessionId | null;
  readonly permissions: TaskPermissions;
  readonly timeoutS: number;
  readonly agent: string;
  readonly hasWorkflow: boolean | null;
}

const MAX_PROMPT_BYTES = 2 ** 20;
const MAX_LINE_CHARS = 320;
const MAX_QUOTE_CHARS = 200;
/** Seconds that a task may take unless told. */
export const DEFAULT_TIMEOUT_S = 3600;
const MAX_TIMEOUT_S = 86_400;

/**
 * Checks them.
 *
 * @throws {TaskError} for the first that is out of form; it names the argument.
 */
export function checkRun(args: RunArguments): RunRequest {
  const { prompt, permissions = "smart", timeoutS = DEFAULT_TIMEOUT_S } = args;
  if (prompt.trim() === "") throw new TaskError("prompt is empty; say what is to be done");
  const bytes = new TextEncoder().encode(prompt).length;
  if (bytes > MAX_PROMPT_BYTES) {
    throw new TaskError(`prompt has ${bytes} bytes, at most ${MAX_PROMPT_BYTES} are taken`);
  }
  if (permissions !== "smart" && permissions !== "yolo") {
    throw new TaskError(
      `permissions is ${
        JSON.stringify(permissions.slice(0, MAX_QUOTE_CHARS))
      }, expected smart or yolo`,
    );
  }
  if (!Number.isInteger(timeoutS) || timeoutS < 1 || timeoutS > MAX_TIMEOUT_S) {
    throw new TaskError(
      `timeout_s is ${timeoutS}, expected a whole number of seconds from 1 to ${MAX_TIMEOUT_S}`,
    );
  }
  return {
    prompt,
    email: line("email", args.email),
    context: contextOf(args.context ?? ""),
    contextHint: line("context_hint", args.contextHint ?? ""),
    previousSessionId: previousOf(args.previousSessionId ?? ""),
    permissions,
    timeoutS,
    agent: args.agent ?? "",
    hasWorkflow: args.hasWorkflow ?? null,
  };
}

/** It stands in a line of the prompt: a line end would let it say more than its own. */
export function line(name: string, text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  if (text.length <= MAX_LINE_CHARS && !/[\x00-\x1f\x7f\u2028\u2029]/.test(text)) return text;
  throw new TaskError(`${name} must be one line of at most ${MAX_LINE_CHARS} characters`);
}

function contextOf(text: string): unknown {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const quote = text.slice(0, MAX_QUOTE_CHARS);
    throw new TaskError(
      `the context parameter is not JSON (${errorMessage(error)}): ${quote}`,
    );
  }
  const isEmpty = value === null ||
    typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0;
  return isEmpty ? undefined : value;
}

function previousOf(text: string): TaskSessionId | null {
  if (text === "") return null;
  const id = taskSessionIdOf(text);
  if (id !== null) return id;
  throw new TaskError(
    `previous_session_id is ${
      JSON.stringify(text.slice(0, MAX_QUOTE_CHARS))
    }, expected sess- and twelve hexadecimal digits, or nothing`,
  );
}
