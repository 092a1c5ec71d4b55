/**
 * `headway hooks print`: settings by which an agent tells the board what it does. Nothing of an agent's
 * is written; whoever wants them puts them in.
 *
 * @module
 */
import { UsageError } from "../runtime/errors.ts";
import { isLoopbackName } from "../server/auth.ts";
import { PANE_HEADER } from "../server/board/hook_routes.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "../serve/mod.ts";
import { defineCommand, EXIT } from "./command.ts";

/** What an agent tells of: enough to know whether it works, waits or has stopped. */
const EVENTS = ["SessionStart", "UserPromptSubmit", "Stop", "Notification", "SessionEnd"] as const;
/** The agent waits for the answer no longer than that, seconds. */
const TIMEOUT_S = 2;
const PATH = "/api/hooks/claude";

/** How an agent tells: by a request of its own, or by a command, which knows its pane of tmux. */
const KINDS = ["http", "command"] as const;

/** The settings, as JSON for an agent's file of settings. */
export function hookSettings(url: string, kind: typeof KINDS[number] = "http"): string {
  const hook = kind === "http" ? httpHook(url) : commandHook(url);
  const hooks = Object.fromEntries(EVENTS.map((event) => [event, [{ hooks: [hook] }]]));
  return `${JSON.stringify({ hooks }, null, 2)}\n`;
}

function httpHook(url: string): object {
  const { href, hostname } = new URL(PATH, url);
  return {
    type: "http",
    url: href,
    timeout: TIMEOUT_S,
    // The agent puts the variable in; the token itself does not stand in its settings.
    ...(!isLoopbackName(hostname) && {
      headers: { Authorization: "Bearer $HEADWAY_TOKEN" },
      allowedEnvVars: ["HEADWAY_TOKEN"],
    }),
  };
}

function commandHook(url: string): object {
  const { origin, hostname } = new URL(url);
  // A token would stand in the list of processes, and panes are those of the server's machine.
  if (!isLoopbackName(hostname)) {
    throw new UsageError(
      `--type command is for a server on this machine, and --url is ${JSON.stringify(url)}; ` +
        "use --type http",
      { url },
    );
  }
  // Whatever it prints the agent would read, and an exit code of 2 would hold it up.
  const command = [
    ...["curl", "-q", "-s", "-o", "/dev/null", "-m", String(TIMEOUT_S), "--noproxy", "'*'"],
    ...["-H", "'Content-Type: application/json'", "-H", `"${PANE_HEADER}: $TMUX_PANE"`],
    ...["--data-binary", "@-", `'${origin}${PATH}'`, "||", "true"],
  ].join(" ");
  return { type: "command", command, timeout: 2 * TIMEOUT_S };
}

/** The command. */
export const hooksPrintCommand = defineCommand({
  name: "hooks print",
  summary: "print settings by which a coding agent tells the board what it does",
  description:
    "Prints JSON to put into the agent's settings, such as ~/.claude/settings.json. The board is right without it; with it an agent that waits for a permission says so at once. For a server elsewhere the agent sends HEADWAY_TOKEN from its environment. --type command prints hooks that also tell in which pane of tmux the agent runs; they need curl. Nothing is written.",
  examples: [
    "headway hooks print",
    "headway hooks print --type command",
    "headway hooks print --url http://127.0.0.1:1400",
  ],
  flags: {
    url: {
      type: "string",
      placeholder: "URL",
      default: `http://${DEFAULT_HOST}:${DEFAULT_PORT}`,
      help: "where the server is",
    },
    type: {
      type: "enum",
      values: KINDS,
      default: "http",
      help: "whether the agent sends requests itself, or by a command that adds TMUX_PANE",
    },
  },
  run({ flags: { type, url }, stdout }) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new UsageError(`--url is ${JSON.stringify(url)}, expected http://host:port`, { url });
    }
    stdout.write(hookSettings(url, type === "command" ? "command" : "http"));
    return EXIT.passed;
  },
});
