/**
 * `headway <command>`: finds the command, runs it, and turns what it throws into one line and an
 * exit code.
 *
 * @module
 */
import { errorMessage, HeadwayError, TargetError, UsageError } from "../runtime/errors.ts";
import { type Command, EXIT, type ExitCode } from "./command.ts";
import type { CliContext } from "./context.ts";
import { commandHelp, groupHelp, programHelp } from "./help.ts";
import { unknownWord } from "./parse.ts";
import { lineWidth } from "./wrap.ts";

/** Runs one command line (without the program's own name) and resolves to its exit code. */
export async function dispatch(
  args: readonly string[],
  context: CliContext,
  options: { readonly commands: readonly Command[]; readonly version: string },
): Promise<ExitCode> {
  try {
    return await runCommand(args, context, options);
  } catch (error) {
    context.stderr.write(`headway: ${oneLine(errorMessage(error))}\n`);
    if (context.env("HEADWAY_DEBUG") === "1" && error instanceof Error) {
      context.stderr.write(`${error.stack ?? ""}\n`);
    } else if (exitCodeOf(error) === EXIT.internal) {
      context.stderr.write("headway: this is a defect; HEADWAY_DEBUG=1 shows where\n");
    }
    return exitCodeOf(error);
  }
}

/** The exit code that tells what kind of error this is. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof TargetError) return EXIT.inconclusive;
  if (error instanceof HeadwayError || isFileError(error)) return EXIT.usage;
  return EXIT.internal;
}

async function runCommand(
  args: readonly string[],
  context: CliContext,
  { commands, version }: { readonly commands: readonly Command[]; readonly version: string },
): Promise<ExitCode> {
  const [word, ...rest] = args;
  if (word === "--version" || word === "-V") {
    context.stdout.write(`headway ${version}\n`);
    return EXIT.passed;
  }
  if (word === undefined || word === "help" || word === "--help" || word === "-h") {
    const topic = word === "help" ? rest : [];
    const output = word === undefined ? context.stderr : context.stdout;
    const width = lineWidth(output);
    output.write(
      topic.length === 0 ? programHelp(commands, version, width) : helpOn(topic, commands, width),
    );
    return word === undefined ? EXIT.usage : EXIT.passed;
  }
  if (asksForHelp(rest)) {
    context.stdout.write(helpOn(args, commands, lineWidth(context.stdout)));
    return EXIT.passed;
  }
  const command = find(args, commands);
  return await command.execute(args.slice(command.name.split(" ").length), context);
}

/** Help for the command that these words name, or for all whose first word it is. */
function helpOn(words: readonly string[], commands: readonly Command[], width: number): string {
  const [first = "", second] = words;
  const group = groupOf(first, commands);
  if (group.length === 0 || (second !== undefined && !second.startsWith("-"))) {
    return commandHelp(find(words, commands), width);
  }
  return groupHelp(first, group, width);
}

/** The command that the words name: by its one word, or by its two. */
function find([word = "", second]: readonly string[], commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === word || name === `${word} ${second}`);
  if (command !== undefined) return command;
  const group = groupOf(word, commands);
  if (group.length > 0) {
    const names = group.map(({ name }) => name.slice(word.length + 1));
    if (second !== undefined && !second.startsWith("-")) {
      throw unknownWord(`${word} command`, second, names, `headway ${word} --help`);
    }
    throw new UsageError(`headway ${word} needs one of ${names.join(", ")} after it`);
  }
  throw unknownWord(
    word.startsWith("-") ? "flag" : "command",
    word,
    word.startsWith("-") ? ["--help", "--version"] : commands.map(({ name }) => name),
    "headway --help",
  );
}

/** Commands of two words of which this is the first. */
function groupOf(word: string, commands: readonly Command[]): Command[] {
  return commands.filter(({ name }) => name.startsWith(`${word} `));
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).some((it) => it === "--help" || it === "-h");
}

/** Errors of the file system that the caller can mend: their messages name the path. */
function isFileError(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.IsADirectory || error instanceof Deno.errors.AlreadyExists ||
    error instanceof Deno.errors.AddrInUse;
}

/** Control characters of hostile names must not reach the terminal. */
function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return text.trim().replace(/\s*\n\s*/g, "; ").replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd");
}
