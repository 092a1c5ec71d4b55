/**
 * `headway agent`: Headway as the agent of a task. The task is a command line of its own.
 *
 * @module
 */
import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { UsageError } from "../runtime/mod.ts";
import { splitWords } from "../serve/mod.ts";
import { taskOfEnvelope } from "../server/tasks/envelope/envelope.ts";
import { type Command, defineCommand, EXIT, type ExitCode } from "./command.ts";
import type { CliContext } from "./context.ts";
import { dispatch } from "./dispatch.ts";

/** Longest prompt that is read, bytes: a task and what is around it. */
const MAX_PROMPT_BYTES = 2 * 2 ** 20;
/** Commands that a task may be: those that end by themselves and serve nobody. */
const ALLOWED: readonly string[] = [
  ...["scenario", "explore", "load", "report compare", "report merge", "report history", "doctor"],
];
const MAX_LINES = 20;

/** The command, which runs one of the others. */
export const agentCommandOf = (commands: () => readonly Command[]): Command =>
  defineCommand({
    name: "agent",
    summary: "be the agent of a task, which is a command of headway",
    description:
      "For headway serve, which starts it as the agent named headway: reads the task from the prompt file, runs it as a command line such as scenario overload, and writes progress and result into the task's folder.",
    examples: ["headway agent /path/to/prompt.txt /path/to/task"],
    flags: {},
    positionals: { usage: "<prompt file> <task folder>", help: "two paths", min: 2, max: 2 },
    async run(context) {
      const [promptFile = "", folder = ""] = context.positionals;
      const words = await taskWords(promptFile);
      await say(folder, words[0]!, `headway ${words.join(" ")}`);
      const lines: string[] = [];
      const code = await dispatch(words, listening(context, lines), {
        commands: allowed(commands()),
        version: config.version,
      });
      await writeResult(folder, words, code, lines.slice(-MAX_LINES));
      return code;
    },
  });

/** The words of the task. Throws {@link UsageError} for a task that is no command of ours. */
async function taskWords(path: string): Promise<string[]> {
  const { size } = await Deno.stat(path);
  if (size > MAX_PROMPT_BYTES) {
    throw new UsageError(`${path} has ${size} bytes, too many to be read`);
  }
  const task = taskOfEnvelope(await Deno.readTextFile(path));
  if (task === null) throw new UsageError(`${path} holds no task`);
  const words = splitWords(task.trim().replace(/^headway\s+/, ""));
  if (ALLOWED.some((name) => ` ${words.join(" ")} `.startsWith(` ${name} `))) return words;
  throw new UsageError(
    `the task is ${JSON.stringify(task.slice(0, 80))}, expected a command line that begins with ` +
      ALLOWED.join(", "),
  );
}

function allowed(commands: readonly Command[]): Command[] {
  return commands.filter(({ name }) => ALLOWED.includes(name));
}

/** The same world, whose output is listened to: its end is the summary. */
function listening(context: CliContext, lines: string[]): CliContext {
  const { stdout } = context;
  let rest = "";
  return {
    ...context,
    stdout: {
      isTerminal: stdout.isTerminal,
      columns: () => stdout.columns(),
      write(text) {
        stdout.write(text);
        const parts = (rest + text).split("\n");
        rest = parts.pop()!.slice(-1000);
        lines.push(...parts.map(plain).filter((line) => line !== ""));
        lines.splice(0, lines.length - MAX_LINES);
      },
    },
  };
}

function plain(line: string): string {
  // deno-lint-ignore no-control-regex -- they are what is taken out
  return line.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "").replace(/[\x00-\x1f]/g, "").trimEnd();
}

async function say(folder: string, step: string, message: string): Promise<void> {
  const line = `${JSON.stringify({ step, message })}\n`;
  await Deno.writeTextFile(join(folder, "status.jsonl"), line, { append: true });
}

async function writeResult(
  folder: string,
  words: readonly string[],
  code: ExitCode,
  lines: readonly string[],
): Promise<void> {
  const line = `headway ${words.join(" ")}`;
  const result = {
    status: code === EXIT.passed ? "completed" : "failed",
    summary: [`${line} ended with exit code ${code}.`, ...lines].join("\n"),
    files_changed: [],
    artifacts: { command: line, exit_code: code },
    errors: code === EXIT.passed ? [] : [`exit code ${code}`],
  };
  const path = join(folder, "result.json");
  await Deno.writeTextFile(`${path}.part`, JSON.stringify(result, null, 2));
  await Deno.rename(`${path}.part`, path);
}
