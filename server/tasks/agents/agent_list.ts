/**
 * The agents of a server: names, each with the command line that runs it. Who starts a task chooses
 * a name, never a command line.
 *
 * @module
 */
import { UsageError } from "../../../runtime/mod.ts";
import { TaskError } from "../errors.ts";
import type { TaskPermissions } from "../run_request.ts";
import type { TaskPaths } from "../store/layout.ts";
import { isTypeable, shellQuote } from "./shell_quote.ts";

/** An agent. */
export interface Agent {
  readonly name: string;
  /**
   * A shell's command line with `{prompt_file}` and `{task_dir}`, which become quoted paths,
   * `{yolo_flag}` or `{yolo_flag:TEXT}`, which is there for `yolo` only, and `{smart_flag:TEXT}`,
   * which is there otherwise.
   */
  readonly command: string;
}

/** Agents that every server knows. */
export const KNOWN_AGENTS: readonly Agent[] = [
  { name: "hermes", command: "hermes -z {prompt_file} {yolo_flag}" },
  {
    name: "claude",
    command: "claude -p --add-dir {task_dir} {smart_flag:--permission-mode acceptEdits} " +
      "{yolo_flag:--dangerously-skip-permissions} < {prompt_file}",
  },
  {
    name: "codex",
    command: "codex exec --skip-git-repo-check --add-dir {task_dir} {smart_flag:--full-auto} " +
      "{yolo_flag:--dangerously-bypass-approvals-and-sandbox} - < {prompt_file}",
  },
];

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const FIELD = /\{(prompt_file|task_dir|yolo_flag|smart_flag)(?::([^{}]*))?\}/g;
const YOLO = "--yolo";
/** What a terminal takes as one line before its shell is there. */
const MAX_LINE_CHARS = 4000;

/** The name of an agent that was given as a command line. */
export const OWN_AGENT = "agent";

/** The list of a server. */
export class AgentList {
  /** The one that runs when nobody names another. */
  readonly defaultName: string;
  readonly #agents: ReadonlyMap<string, Agent>;

  /**
   * Puts the list together.
   *
   * @param choice Name of an agent, or a command line of one's own.
   * @param more Further agents; one of a known name takes its place.
   * @throws {UsageError} for a name that is none, or a command line that can tell its agent nothing.
   */
  constructor(choice: string, more: readonly Agent[] = []) {
    const isCommand = /[\s{}/]/.test(choice.trim());
    const own = isCommand ? [{ name: OWN_AGENT, command: choice }] : [];
    const agents = [...KNOWN_AGENTS, ...more, ...own];
    for (const agent of [...more, ...own]) checkAgent(agent);
    this.#agents = new Map(agents.map((agent) => [agent.name, agent]));
    this.defaultName = isCommand ? OWN_AGENT : choice;
    if (this.#agents.has(this.defaultName)) return;
    throw new UsageError(
      `there is no agent ${JSON.stringify(choice)}; name one of ${this.names.join(", ")}, ` +
        "or give a command line with {prompt_file}",
      { agent: choice },
    );
  }

  /** Their names. */
  get names(): readonly string[] {
    return [...this.#agents.keys()];
  }

  /**
   * An agent by its name; the server's choice for an empty one.
   *
   * @throws {TaskError} for a name that is not on the list.
   */
  byName(name: string): Agent {
    const agent = this.#agents.get(name === "" ? this.defaultName : name);
    if (agent !== undefined) return agent;
    throw new TaskError(
      `there is no agent ${JSON.stringify(name.slice(0, 80))}; this server has ${
        this.names.join(", ")
      }`,
    );
  }
}

function checkAgent({ name, command }: Agent): void {
  if (!NAME.test(name)) {
    throw new UsageError(
      `agent name ${JSON.stringify(name)} is not 1 to 32 of a-z, 0-9, - and _`,
      { name },
    );
  }
  const names = [...command.matchAll(FIELD)].map(([, field]) => field);
  if (!names.includes("prompt_file") && !names.includes("task_dir")) {
    throw new UsageError(
      `the command of agent ${name} has no {prompt_file}: ${JSON.stringify(command)}; ` +
        "it stands for the path of the file that says what is to be done",
      { name },
    );
  }
  if (!isTypeable(command)) {
    throw new UsageError(`the command of agent ${name} has control characters in it`, { name });
  }
}

/** `name=command` as a setting has it. @throws {UsageError} for anything else. */
export function parseAgent(text: string): Agent {
  const at = text.indexOf("=");
  if (at > 0) return { name: text.slice(0, at).trim(), command: text.slice(at + 1).trim() };
  throw new UsageError(
    `agent ${JSON.stringify(text)} is not NAME=COMMAND, such as mine=my-agent {prompt_file}`,
    { agent: text },
  );
}

/** The agent's command line for a task. */
export function agentCommand(
  { command }: Agent,
  paths: Pick<TaskPaths, "prompt" | "folder">,
  permissions: TaskPermissions,
): string {
  return command.replace(FIELD, (_, field: string, text?: string) => {
    if (field === "prompt_file") return shellQuote(paths.prompt);
    if (field === "task_dir") return shellQuote(paths.folder);
    if (field === "yolo_flag") return permissions === "yolo" ? text ?? YOLO : "";
    return permissions === "smart" ? text ?? "" : "";
  }).replace(/ {2,}/g, " ").trim();
}

/** How the line that is typed ends, by which it is known in what a terminal showed. */
export function typedEnd(paths: Pick<TaskPaths, "exit">): string {
  return `echo $? > ${shellQuote(paths.exit)})`;
}

/**
 * The line that is typed: runs the agent, notes its exit code, and leaves the shell to whoever looks
 * on. The inner shell stays when the agent is interrupted by a key, so that its end is noted then, too.
 *
 * @throws {TaskError} for one that a terminal would not take.
 */
export function typedLine(command: string, paths: Pick<TaskPaths, "exit">): string {
  const line = `(trap : INT; ${command}; ${typedEnd(paths)}`;
  if (line.length <= MAX_LINE_CHARS && isTypeable(line)) return `${line}\n`;
  throw new TaskError(
    `the agent's command has ${line.length} characters, a terminal takes ${MAX_LINE_CHARS} without control characters`,
  );
}
