/**
 * Clients of the tools over real stdio and real HTTP.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { LineTransport } from "../../mcp/stdio.ts";
import { WallClock } from "../../runtime/mod.ts";
import { NO_HOME } from "./headway.ts";
import type { Road } from "./mcp_client.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** The permissions that `deno task mcp` gives, and the words of the command. */
export const MCP_ARGS: readonly string[] = [
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run=deno",
  MAIN,
  "mcp",
];

/** The environment of a `headway mcp`. */
function environment(env: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = "", HOME = "" } = Deno.env.toObject();
  return { PATH, HOME, NO_COLOR: "1", HEADWAY_HOME: NO_HOME, ...env };
}

/** A `headway mcp` as the official client starts it. */
export function officialStdioRoad(env: Readonly<Record<string, string>> = {}): Road {
  return new StdioClientTransport({
    command: "deno",
    args: [...MCP_ARGS],
    env: environment(env),
    stderr: "inherit",
  }) as Road;
}

/** A `headway mcp` in a process of its own, with its end in our hands. */
export class McpProcess implements AsyncDisposable {
  /** For an official client. */
  readonly road: Road;
  readonly #child: Deno.ChildProcess;
  readonly #stderr: Promise<string>;

  /** Starts `headway mcp ...args`. */
  constructor(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    this.#child = new Deno.Command("deno", {
      args: [...MCP_ARGS, ...args],
      clearEnv: true,
      env: environment(env),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stderr = new Response(this.#child.stderr).text();
    const { stdout: input, stdin: output } = this.#child;
    this.road = new LineTransport({ input, output, clock: new WallClock() }) as Road;
  }

  /** Its process. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** How it ended, and what it said on stderr. */
  async finished(): Promise<{ readonly code: number; readonly stderr: string }> {
    const { code } = await this.#child.status;
    return { code, stderr: await this.#stderr };
  }

  /** Closes its stdin and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.road.close();
    await this.finished();
  }
}

/** `/mcp` of a running server. */
export function httpRoad(httpUrl: string, token?: string): Road {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new StreamableHTTPClientTransport(new URL(`${httpUrl}/mcp`), {
    requestInit: { headers },
  }) as Road;
}
