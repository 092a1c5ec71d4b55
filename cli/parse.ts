/**
 * From command-line arguments to typed values, by a command's declared flags.
 *
 * @module
 */
import { parseArgs, type ParseOptions } from "@std/cli";
import { closestString, levenshteinDistance } from "@std/text";
import { UsageError } from "../runtime/errors.ts";
import { acceptedForm, type Flag, type Flags, type FlagValues } from "./flags.ts";

/** What {@link parseFlags} makes of the arguments. */
export interface Parsed<F extends Flags> {
  /** Every flag's value, defaults filled in. */
  readonly flags: FlagValues<F>;
  /** Names of the flags that the caller set, by flag or by environment. */
  readonly given: ReadonlySet<string>;
  /** Those of them that stood on the command line. */
  readonly typed: ReadonlySet<string>;
  /** What is no flag, in order. */
  readonly positionals: readonly string[];
}

/** Reads one environment variable; undefined when it is not set. */
export type ReadEnv = (name: string) => string | undefined;

/** Reads one key of `config.json`; undefined when it is not there. */
export type ReadConfig = (key: string) => unknown;

/**
 * Reads `args` by the declared flags. A flag beats its environment variable, that beats its key of
 * `config.json`, and that beats the default.
 *
 * @throws {UsageError} for an unknown flag (naming a known one that is near), a flag without its
 * value, or a value out of form.
 */
export function parseFlags<F extends Flags>(
  args: readonly string[],
  flags: F,
  env: ReadEnv = () => undefined,
  config: ReadConfig = () => undefined,
): Parsed<F> {
  const names = Object.keys(flags);
  const parsed = parseArgs(prepare(args, flags), {
    ...parseOptions(flags),
    unknown: (argument, key) => {
      if (key === undefined) return true;
      throw unknownFlag(argument, flags);
    },
  });
  const given = new Set<string>();
  const typed = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const flag = flags[name]!;
    const raw = parsed[name];
    if (isGiven(flag, raw)) {
      given.add(name);
      typed.add(name);
      values[name] = readFlag(name, flag, raw);
      continue;
    }
    const elsewhere = fromEnv(flag, env) ?? fromConfig(flag, config);
    if (elsewhere === null) {
      values[name] = defaultValue(flag);
      continue;
    }
    given.add(name);
    values[name] = readText(elsewhere.source, flag, elsewhere.text);
  }
  return {
    flags: values as FlagValues<F>,
    given,
    typed,
    positionals: parsed._.map(String),
  };
}

/**
 * The error for a word that is none of the known ones. It names the nearest, if that is near: two
 * letters or a third of them may differ, but no more than half. Else it says what lists them, `list`.
 */
export function unknownWord(
  what: string,
  word: string,
  known: readonly string[],
  list: string,
): UsageError {
  const isEmpty = /^-*$/.test(word);
  const closest = isEmpty || known.length === 0 ? null : closestString(word, known);
  const nearest = closest !== null && isNear(word, closest) ? closest : null;
  const hint = nearest === null ? `${list} shows what there is` : `did you mean ${nearest}?`;
  return new UsageError(`unknown ${what} ${word === "" ? '""' : word}: ${hint}`, { word, nearest });
}

function isNear(word: string, known: string): boolean {
  const [a, b] = [word, known].map((it) => it.replace(/^-+/, ""));
  const letters = Math.max(a!.length, b!.length);
  return levenshteinDistance(a!, b!) <= Math.min(letters / 2, Math.max(2, letters / 3));
}

function unknownFlag(argument: string, flags: Flags): UsageError {
  const written = argument.split("=", 1)[0]!;
  const known = Object.entries(flags).map(([name, flag]) =>
    flag.type === "boolean" && flag.default === true ? `--no-${name}` : `--${name}`
  );
  return unknownWord("flag", written, [...known, "--help"], "--help");
}

function parseOptions(flags: Flags): ParseOptions {
  const entries = Object.entries(flags);
  const named = (keep: (flag: Flag) => boolean) =>
    entries.filter(([, flag]) => keep(flag)).map(([name]) => name);
  const switches = named((flag) => flag.type === "boolean");
  return {
    boolean: switches,
    // Of a switch that is called no-x, --no-x is the name and no negation.
    negatable: switches.filter((name) => !name.startsWith("no-")),
    string: ["_", ...named((flag) => flag.type !== "boolean")],
    collect: named((flag) => flag.type === "list"),
    alias: Object.fromEntries(
      entries.flatMap(([name, flag]) => flag.short === undefined ? [] : [[name, flag.short]]),
    ),
    // The parser says false for a switch that was not given; null tells the two apart.
    default: Object.fromEntries(switches.map((name) => [name, null])),
  };
}

/**
 * Mends what the parser would misread: it takes `-5` after `--seed` for a flag, `true` after a
 * switch for its value, and `--json=maybe` for true.
 */
function prepare(args: readonly string[], flags: Flags): string[] {
  const end = args.indexOf("--");
  const limit = end === -1 ? args.length : end;
  const prepared: string[] = [];
  for (let i = 0; i < limit; i++) {
    const argument = args[i]!;
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const flag = name !== undefined && Object.hasOwn(flags, name) ? flags[name]! : null;
    // The parser keeps positionals under this name, and would put a value in their place.
    if (name === "_" || name?.startsWith("_.") || name === "no-_") {
      throw unknownFlag(argument, flags);
    }
    const next = i + 1 < limit ? args[i + 1]! : "";
    if (flag?.type === "boolean") {
      if (value !== undefined && value !== "true" && value !== "false") {
        throw new UsageError(`--${name} takes no value, got ${JSON.stringify(value)}`, {
          flag: name!,
          value,
        });
      }
      // The parser takes the no- off a name that has a value.
      if (!name!.startsWith("no-")) prepared.push(`--${name}=${value ?? "true"}`);
      else if (value !== "false") prepared.push(`--${name}`);
    } else if (flag?.type === "number" && value === undefined && /^-[\d.]/.test(next)) {
      prepared.push(`${argument}=${next}`);
      i++;
    } else {
      prepared.push(argument);
    }
  }
  return [...prepared, ...args.slice(limit)];
}

/** A value that was not given as a flag, and where it comes from. */
interface Elsewhere {
  readonly source: string;
  readonly text: string;
}

function fromEnv(flag: Flag, env: ReadEnv): Elsewhere | null {
  if (flag.env === undefined) return null;
  for (const source of [flag.env, ...(flag.aliases ?? [])]) {
    const text = env(source);
    if (text !== undefined && text !== "") return { source, text };
  }
  return null;
}

/** JSON's own types are taken for what they say; the rest is read as if it were typed. */
function fromConfig(flag: Flag, config: ReadConfig): Elsewhere | null {
  const value = flag.config === undefined ? undefined : config(flag.config);
  if (value === undefined || value === null) return null;
  const source = `${flag.config} in config.json`;
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  if (isPlain) return { source, text: String(value) };
  const isList = flag.type === "list" && Array.isArray(value) &&
    value.every((item) => typeof item === "string" && !item.includes(","));
  if (isList) return { source, text: value.join(",") };
  throw new UsageError(
    `${source} is ${JSON.stringify(value)}, expected ${
      flag.type === "list" ? "a list of texts" : acceptedForm(flag)
    }`,
    { source },
  );
}

function isGiven(flag: Flag, raw: unknown): boolean {
  if (flag.type === "list") return Array.isArray(raw) && raw.length > 0;
  return raw !== undefined && raw !== null;
}

function readFlag(name: string, flag: Flag, raw: unknown): unknown {
  if (flag.type === "boolean") return raw === true;
  const texts: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (texts.includes("")) {
    throw new UsageError(`--${name} has no value, expected ${acceptedForm(flag)}`, { flag: name });
  }
  return readText(`--${name}`, flag, texts.join(","));
}

/** Reads a value from text; `source` is the flag or variable that holds it. */
function readText(source: string, flag: Flag, text: string): unknown {
  const refuse = () =>
    new UsageError(`${source} is ${JSON.stringify(text)}, expected ${acceptedForm(flag)}`, {
      source,
      value: text,
    });
  switch (flag.type) {
    case "string":
      return text;
    case "list":
      return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
    case "boolean":
      if (text === "1" || text === "true") return true;
      if (text === "0" || text === "false") return false;
      throw refuse();
    case "enum":
      if (flag.values.includes(text)) return text;
      throw refuse();
    case "port": {
      if (text === "off" && flag.required !== true) return text;
      const port = decimal(text);
      if (!Number.isInteger(port) || port < 0 || port > 65535) throw refuse();
      return port;
    }
    case "number": {
      const value = decimal(text);
      if (!Number.isFinite(value)) throw refuse();
      if (flag.integer === true && !Number.isSafeInteger(value)) throw refuse();
      if (value < (flag.min ?? -Infinity) || value > (flag.max ?? Infinity)) throw refuse();
      return value;
    }
  }
}

/** A number in decimal notation; NaN for anything else, also for what `Number()` would let pass. */
function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function defaultValue(flag: Flag): unknown {
  if (flag.type === "list") return [];
  return flag.type === "boolean" ? flag.default ?? false : flag.default;
}
