/**
 * Who holds a port, as the system tells it: what the process of its own that looks says.
 *
 * @module
 */

/** A process that listens at the port. */
export interface Holder {
  /** The process. */
  readonly pid: number;
  /** When it began, as the system tells it. */
  readonly began: string;
  /** Its command, without secrets and control characters, and not all of a long one. */
  readonly command: string;
  /** Whether that is the command of a Headway server. */
  readonly isServe: boolean;
  /** Why it is never ended; null when it may be. */
  readonly spared: "another-user" | "above-us" | null;
}

/** All that is known. */
export interface Holders {
  /** Those that the system names. */
  readonly named: readonly Holder[];
  /** Users of sockets whose processes it does not show. */
  readonly hiddenUids: readonly number[];
}

const MAX_COMMAND_CHARS = 200;
const SECRET = /^(--?[\w-]*(?:token|secret|passw(?:or)?d|key))(=.*)?$/i;

/** A command to show; of its program, the name. */
export function commandText(args: readonly string[]): string {
  const shown = args.map((arg, at) => {
    if (at === 0) return arg.slice(arg.lastIndexOf("/") + 1);
    const [, name, value] = SECRET.exec(arg) ?? [];
    if (name !== undefined && value !== undefined) return `${name}=…`;
    const before = SECRET.exec(args[at - 1] ?? "");
    return before !== null && before[2] === undefined && !arg.startsWith("-") ? "…" : arg;
  });
  // deno-lint-ignore no-control-regex -- what a program calls itself must not reach the terminal so
  const text = shown.join(" ").trim().replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd");
  const chars = [...text];
  return chars.length <= MAX_COMMAND_CHARS
    ? text
    : `${chars.slice(0, MAX_COMMAND_CHARS).join("")}…`;
}

/** Whether a command runs `headway serve`. */
export function isServeCommand(args: readonly string[]): boolean {
  const main = args.findIndex((arg) => /(^|\/)cli\/main\.ts$/.test(arg));
  return main !== -1 && args[main + 1] === "serve";
}
