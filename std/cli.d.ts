/** Typings for the parts of `@std/cli` that Headway's command line uses. */

/** What {@link parseArgs} is told about the flags. */
export interface ParseOptions {
  /** Flags that take no value; `--flag` is true. */
  readonly boolean?: readonly string[];
  /** Flags whose value stays text, also when it looks like a number. */
  readonly string?: readonly string[];
  /** Flags that may be given several times; their value is an array. */
  readonly collect?: readonly string[];
  /** Boolean flags that also know `--no-flag`. */
  readonly negatable?: readonly string[];
  /** Short names: `{ help: "h" }`. */
  readonly alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Values of flags that are not given. */
  readonly default?: Readonly<Record<string, unknown>>;
  /** Stop at the first argument that is no flag. */
  readonly stopEarly?: boolean;
  /** Put what follows `--` into a list of its own, under `"--"`. */
  readonly "--"?: boolean;
  /**
   * Called for each flag that is declared nowhere, and for each positional argument (`key` is then
   * undefined); returning false leaves it out of the result.
   */
  readonly unknown?: (argument: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and in `_` the positional arguments. Ones that look like numbers are numbers. */
export interface ParsedArgs {
  /** A flag's value, under its own name and each of its aliases. */
  readonly [flag: string]: unknown;
  /** The positional arguments. */
  readonly _: readonly (string | number)[];
}

/** Reads command-line arguments into flags and positionals. */
export function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArgs;
