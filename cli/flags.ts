/**
 * Flags as data: a command declares each flag once, and parsing, help, errors and documentation
 * all come from that declaration.
 *
 * @module
 */

/** What every flag has. */
export interface FlagBase {
  /** What it does: a phrase, without a full stop. */
  readonly help: string;
  /** A one-letter short form, without the hyphen. */
  readonly short?: string;
  /** An environment variable that sets it when the flag is not given. */
  readonly env?: string;
  /** Other names of that variable, read in this order when it is not set. */
  readonly aliases?: readonly string[];
  /** A key of `config.json` that sets it when no variable does. */
  readonly config?: string;
}

/** On or off; takes no value. With a default of true it is turned off by `--no-NAME`. */
export interface BooleanFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "boolean";
  /** False unless said otherwise. */
  readonly default?: boolean;
}

/** Text, e.g. a path or an address. */
export interface StringFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "string";
  /** What stands for the value in help, e.g. `DIR`. */
  readonly placeholder: string;
  /** The value when it is not given; undefined when absent. */
  readonly default?: string;
}

/** A number with optional bounds, both inclusive. */
export interface NumberFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "number";
  /** What stands for the value in help, e.g. `MS`. */
  readonly placeholder: string;
  /** The value when it is not given; undefined when absent. */
  readonly default?: number;
  /** The least value that is accepted. */
  readonly min?: number;
  /** The greatest value that is accepted. */
  readonly max?: number;
  /** True when fractions are refused. */
  readonly integer?: boolean;
}

/** One of a few words. */
export interface EnumFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "enum";
  /** The words. */
  readonly values: readonly string[];
  /** The value when it is not given; undefined when absent. */
  readonly default?: string;
}

/** A TCP port: 0 takes a free one, `off` leaves the listener out. */
export interface PortFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "port";
  /** True for a listener that cannot be left out: `off` is refused. */
  readonly required?: true;
  /** The value when it is not given. */
  readonly default: number | "off";
}

/** Text that may be given several times, and holds several values between commas. */
export interface ListFlag extends FlagBase {
  /** Tells the kinds apart. */
  readonly type: "list";
  /** What stands for one value in help, e.g. `NAME`. */
  readonly placeholder: string;
}

/** A flag. */
export type Flag = BooleanFlag | StringFlag | NumberFlag | EnumFlag | PortFlag | ListFlag;

/** Flags by name, in kebab-case and without hyphens in front. */
export type Flags = Readonly<Record<string, Flag>>;

/** `T`, or undefined as well when the flag has no default. */
export type OrAbsent<F, T> = F extends { readonly default: unknown } ? T : T | undefined;

/** The type of a flag's value. */
export type FlagValue<F extends Flag> = F extends BooleanFlag ? boolean
  : F extends StringFlag ? OrAbsent<F, string>
  : F extends NumberFlag ? OrAbsent<F, number>
  : F extends EnumFlag ? OrAbsent<F, F["values"][number]>
  : F extends PortFlag ? F extends { readonly required: true } ? number : number | "off"
  : readonly string[];

/** The values of a command's flags, by name. */
export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: FlagValue<F[Name]> };

/** How the flag is written, with its value: `--seed N`. */
export function flagUsage(name: string, flag: Flag): string {
  switch (flag.type) {
    case "boolean":
      return flag.default === true ? `--no-${name}` : `--${name}`;
    case "enum":
      return `--${name} ${flag.values.join("|")}`;
    case "port":
      return `--${name} PORT`;
    case "list":
      return `--${name} ${flag.placeholder},…`;
    case "string":
    case "number":
      return `--${name} ${flag.placeholder}`;
  }
}

/** What the flag accepts, in words, for errors: `a whole number from 0 to 65535`. */
export function acceptedForm(flag: Flag): string {
  switch (flag.type) {
    case "boolean":
      return "true or false";
    case "string":
    case "list":
      return `a value (${flag.placeholder})`;
    case "enum":
      return flag.values.length === 1 ? flag.values[0]! : `one of ${flag.values.join(", ")}`;
    case "port":
      return `a port from 0 (any free one) to 65535${flag.required ? "" : ", or off"}`;
    case "number": {
      const kind = flag.integer === true ? "a whole number" : "a number";
      if (flag.min !== undefined && flag.max !== undefined) {
        return `${kind} from ${flag.min} to ${flag.max}`;
      }
      if (flag.min !== undefined) return `${kind} of at least ${flag.min}`;
      if (flag.max !== undefined) return `${kind} of at most ${flag.max}`;
      return kind;
    }
  }
}

/** The flag's default in words, or the empty string when it has none worth a word. */
export function defaultText(flag: Flag): string {
  if (flag.type === "boolean") return flag.default === true ? "on" : "";
  if (flag.type === "list" || flag.default === undefined) return "";
  return String(flag.default);
}
