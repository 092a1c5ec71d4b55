/**
 * The server that the tools work on, and how it is reached.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";

/** A streaming server: its addresses, and a way to ask it. */
export interface Target {
  /** Where sessions connect, `ws://…`. */
  readonly url: string;
  /** Where its GET routes are, `http://…`, without a slash at the end. */
  readonly mainUrl: string;
  /** Where its control bus is, likewise; null for a server without one. */
  readonly controlUrl: string | null;
  /**
   * Where the tools send commands to: the control bus. Tools that live in the server itself reach
   * its sessions also without one.
   */
  readonly commandsUrl: string | null;
  /** Its bearer token; null if it needs none. */
  readonly token: string | null;
  /**
   * Whether a session of it is a process that it starts on this machine, as far as we know; default
   * false. Who lets it start one must be allowed to start processes.
   */
  readonly sessionsStartProcesses?: boolean;
  /** Asks it. Where the tools live in the server itself, no socket is needed. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/** The control bus's port where none is named. */
const CONTROL_PORT = 1319;

/** How a target is named from outside. */
export interface TargetNames {
  /** `ws://host:port` or `wss://…`. */
  readonly url: string;
  /** Its control bus, `http://host:port`; port 1319 of the same host unless named. */
  readonly control?: string | undefined;
  /** Its bearer token. */
  readonly token?: string | undefined;
}

/**
 * A target by its addresses.
 *
 * @throws {UsageError} for addresses of another form.
 *
 * @example
 * ```ts
 * import { targetAt } from "./target.ts";
 *
 * const target = targetAt({ url: "ws://192.168.1.5:1318" });
 * console.log(target.controlUrl); // http://192.168.1.5:1319
 * ```
 */
export function targetAt({ url, control, token }: TargetNames): Target {
  const socket = addressOf(url, ["ws:", "wss:"], "HEADWAY_TARGET", "ws://host:port");
  const scheme = socket.protocol === "wss:" ? "https:" : "http:";
  const bus = control === undefined
    ? new URL(`${scheme}//${socket.hostname}:${CONTROL_PORT}`)
    : addressOf(control, ["http:", "https:"], "HEADWAY_CONTROL", "http://host:port");
  return {
    url: socket.href,
    mainUrl: withoutSlash(`${scheme}//${socket.host}${socket.pathname}`),
    controlUrl: withoutSlash(bus.href),
    commandsUrl: withoutSlash(bus.href),
    token: token ?? null,
    fetch: (request) => fetch(request),
  };
}

function addressOf(text: string, schemes: readonly string[], name: string, form: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (schemes.includes(url.protocol)) return url;
  }
  throw new UsageError(`${name} is ${JSON.stringify(text)}, expected ${form}`, { [name]: text });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
