/**
 * Who holds a port, as the system tells it: what the process of its own that looks says.
 *
 * @module
 */

import { UsageError } from "../../runtime/mod.ts";

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

const MAX_CHARS = 200;
/** A topic of ntfy is known by its name alone. */
const SECRET = /^(--?[\w-]*(?:token|secret|passw(?:or)?d|key|ntfy-url))(=.*)?$/is;
/** Who a URL logs in as, and with what; either may be the secret. */
const LOGIN = /:\/\/[^\s/?#]*@/g;

/** A command to show; of its program, the name. */
export function commandText(args: readonly string[]): string {
  const shown = args.map((arg, at) => {
    if (at === 0) return arg.slice(arg.lastIndexOf("/") + 1);
    const [, name, value] = SECRET.exec(arg) ?? [];
    if (name !== undefined && value !== undefined) return `${name}=…`;
    const before = SECRET.exec(args[at - 1] ?? "");
    return before !== null && before[2] === undefined && !arg.startsWith("-")
      ? "…"
      : arg.replace(LOGIN, "://…@");
  });
  return shownText(shown.join(" "));
}

/** Why nobody can be named, of a look that failed. The first line that it left is its reason. */
export function unseenError(host: string, port: number, stderr: string): UsageError {
  const reason = shownText(stderr.trim().split("\n", 1)[0]!) ||
    "the process that looks said nothing";
  return new UsageError(
    `who holds port ${port} of ${host} could not be found out: ${reason}; ` +
      "stop what listens there, or choose another port with --port",
    { host, port, reason },
  );
}

/** What others wrote, for a terminal: without control characters, and not all of a long one. */
function shownText(raw: string): string {
  // deno-lint-ignore no-control-regex -- what a program calls itself must not reach the terminal so
  const text = raw.trim().replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd");
  const chars = [...text];
  return chars.length <= MAX_CHARS ? text : `${chars.slice(0, MAX_CHARS).join("")}…`;
}

/** Whether a command runs `headway serve`. */
export function isServeCommand(args: readonly string[]): boolean {
  const main = args.findIndex((arg) => /(^|\/)cli\/main\.ts$/.test(arg));
  return main !== -1 && args[main + 1] === "serve";
}
