/**
 * The frame of a command: declare it as data, get parsing and help.
 *
 * @module
 */
import { UsageError } from "../runtime/errors.ts";
import type { CliContext } from "./context.ts";
import type { Flags, FlagValues } from "./flags.ts";
import { type Parsed, parseFlags, unknownWord } from "./parse.ts";

/** What the process says when it ends. When several apply, the order is 70, 2, 1, 3, 0. */
export const EXIT = {
  /** Everything that was asked for holds. */
  passed: 0,
  /** An expectation failed. */
  failed: 1,
  /** The input cannot be used: a flag, a file, a value. */
  usage: 2,
  /** No judgement: the target cannot be reached, or the harness was too late. */
  inconclusive: 3,
  /** A defect in Headway itself; deliberately none of the four that judge a run. */
  internal: 70,
} as const;

/** An exit code. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** What stands beside the flags. */
export interface Positionals {
  /** How help writes them, e.g. `[names or files…]`. */
  readonly usage: string;
  /** What they are: a phrase, without a full stop. */
  readonly help: string;
  /** The fewest that are accepted; 0 unless said otherwise. */
  readonly min?: number;
  /** The most that are accepted; no limit unless said otherwise. */
  readonly max?: number;
}

/** What a running command is given. */
export interface Invocation<F extends Flags> extends CliContext {
  /** Every flag's value, defaults filled in. */
  readonly flags: FlagValues<F>;
  /** Names of the flags that the caller set, by flag or by environment. */
  readonly given: ReadonlySet<string>;
  /** Those of them that stood on the command line. */
  readonly typed: ReadonlySet<string>;
  /** What is no flag, in order. */
  readonly positionals: readonly string[];
}

/** A command as it is declared. */
export interface CommandDefinition<F extends Flags> {
  /** The word after `headway`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** More of it, in a paragraph or two. */
  readonly description?: string;
  /** Whole command lines that are worth showing. */
  readonly examples?: readonly string[];
  /** Its flags. */
  readonly flags: F;
  /** What it takes beside flags; nothing when absent. */
  readonly positionals?: Positionals;
  /** Does it; resolves to the exit code. Errors are thrown, and reported by the dispatcher. */
  readonly run: (invocation: Invocation<F>) => ExitCode | Promise<ExitCode>;
}

/** A command, ready to be called by the dispatcher. */
export interface Command extends Omit<CommandDefinition<Flags>, "run"> {
  /** Parses the arguments and does it. */
  execute(args: readonly string[], context: CliContext): Promise<ExitCode>;
}

/**
 * Makes a command from its declaration.
 *
 * @throws {UsageError} from `execute`, when the arguments do not fit the declaration.
 * @example
 * ```ts
 * import { defineCommand } from "./command.ts";
 *
 * export const greet = defineCommand({
 *   name: "greet",
 *   summary: "says hello",
 *   flags: { times: { type: "number", placeholder: "N", default: 1, help: "how often" } },
 *   run({ flags, stdout }) {
 *     stdout.write("hello\n".repeat(flags.times));
 *     return 0;
 *   },
 * });
 * ```
 */
export function defineCommand<const F extends Flags>(definition: CommandDefinition<F>): Command {
  const { run, ...data } = definition;
  return {
    ...data,
    async execute(args, context) {
      const parsed = settingsFrom(args, definition.flags, context);
      checkCount(definition, parsed.positionals);
      return await run({ ...context, ...parsed });
    },
  };
}

/**
 * Reads arguments by the declared flags, and what they leave open from variables and `config.json`,
 * which is read only for flags that may stand in it.
 *
 * @throws {UsageError} for arguments, variables or keys that do not fit the declaration.
 */
export function settingsFrom<F extends Flags>(
  args: readonly string[],
  flags: F,
  context: Pick<CliContext, "env" | "config">,
): Parsed<F> {
  const keys = Object.values(flags).flatMap(({ config }) => config ?? []);
  const config = keys.length > 0 ? context.config() : {};
  for (const key of Object.keys(config)) {
    if (!keys.includes(key)) {
      throw unknownWord("setting in config.json:", key, keys, "docs/settings.md");
    }
  }
  return parseFlags(
    args,
    flags,
    context.env,
    (key) => Object.hasOwn(config, key) ? config[key] : undefined,
  );
}

function checkCount(
  { name, positionals }: Pick<Command, "name" | "positionals">,
  given: readonly string[],
): void {
  const max = positionals?.max ?? (positionals === undefined ? 0 : Infinity);
  const min = positionals?.min ?? 0;
  if (given.length > max) {
    throw new UsageError(
      `headway ${name} does not know what to do with ${JSON.stringify(given[max])}` +
        `: it takes ${max === 0 ? "flags only" : positionals!.usage}`,
      { argument: given[max]! },
    );
  }
  if (given.length < min) {
    throw new UsageError(`headway ${name} needs ${positionals!.usage}: ${positionals!.help}`, {
      given: given.length,
      min,
    });
  }
}
