/**
 * `headway bridge`: the tools of a server elsewhere, on stdin and stdout.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import type { RunCommand, TokenOrigin } from "../mcp/bridge/token_source.ts";
import { splitWords } from "../serve/mod.ts";
import { defineCommand, EXIT } from "./command.ts";

/** The command. */
export const bridgeCommand = defineCommand({
  name: "bridge",
  summary: "pass tools of a server elsewhere on to stdin and stdout",
  description:
    "For clients of the Model Context Protocol that speak over stdin and stdout only: posts each message to a server and writes what it answers. The token comes from --token, or from a command that prints one and is asked again when it is refused.",
  examples: [
    "headway bridge --url http://127.0.0.1:1318/mcp/tasks",
    "headway bridge --url https://apps.example/mcp --profile work",
  ],
  flags: {
    url: {
      type: "string",
      placeholder: "URL",
      env: "HEADWAY_TASKS_MCP_URL",
      aliases: ["CODA_MCP_URL"],
      help: "where messages are posted, http(s)://…/mcp",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      aliases: ["CODA_TOKEN"],
      help: "the bearer token; no command is asked for one then",
    },
    "token-command": {
      type: "string",
      placeholder: "COMMAND",
      env: "HEADWAY_TASKS_TOKEN_COMMAND",
      aliases: ["CODA_TOKEN_CMD"],
      help: "program that prints a token, or JSON with access_token",
    },
    profile: {
      type: "string",
      placeholder: "NAME",
      env: "DATABRICKS_PROFILE",
      help: "profile of the databricks program, which prints the token; DEFAULT without a name",
    },
  },
  async run({ flags, given, clock, stderr, stopSignal }) {
    const { url } = flags;
    if (url === undefined) {
      stderr.write(
        "headway: there is no address to pass messages on to; set HEADWAY_TASKS_MCP_URL or --url\n",
      );
      return EXIT.failed;
    }
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
      throw new UsageError(`--url is ${JSON.stringify(url)}, expected http(s)://host/mcp`, { url });
    }
    const { Bridge } = await import("../mcp/bridge/bridge.ts");
    const { TokenSource } = await import("../mcp/bridge/token_source.ts");
    const bridge = new Bridge({
      url,
      tokens: new TokenSource(originOf(url, flags, given), runProgram, clock),
      clock,
      fetch,
      say: (line) => stderr.write(`headway: ${line}\n`),
    });
    await bridge.serve(Deno.stdin.readable, Deno.stdout.writable, stopSignal());
    return EXIT.passed;
  },
});

/** A token that is given, or a command's, or that of the databricks program; none for a local server. */
function originOf(
  url: string,
  flags: {
    readonly token: string | undefined;
    readonly "token-command": string | undefined;
    readonly profile: string | undefined;
  },
  given: ReadonlySet<string>,
): TokenOrigin {
  const { token, "token-command": line, profile = "DEFAULT" } = flags;
  if (token !== undefined) return { kind: "literal", token };
  if (line !== undefined) {
    const command = splitWords(line);
    if (command.length > 0) return { kind: "command", command };
    throw new UsageError("--token-command is empty, expected a program and its arguments");
  }
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
  if (isLocal && !given.has("profile")) return { kind: "none" };
  return { kind: "command", command: ["databricks", "auth", "token", "-p", profile] };
}

/** Runs a program without a shell. */
const runProgram: RunCommand = async ([program = "", ...args], signal) => {
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      stdin: "null",
      signal,
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(
        `there is no program ${program} that could print a token; install it, or use --token-command`,
      );
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new UsageError(
        `${program} may not be run for a token; use deno task bridge, or --allow-run=${program}`,
      );
    }
    throw error;
  }
};
