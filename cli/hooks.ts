/**
 * `headway hooks print`: settings by which an agent tells the board what it does. Nothing of an agent's
 * is written; whoever wants them puts them in.
 *
 * @module
 */
import { UsageError } from "../runtime/errors.ts";
import { isLoopbackName } from "../server/auth.ts";
import { DEFAULT_HOST, DEFAULT_PORT } from "../serve/mod.ts";
import { defineCommand, EXIT } from "./command.ts";

/** What an agent tells of: enough to know whether it works, waits or has stopped. */
const EVENTS = ["SessionStart", "UserPromptSubmit", "Stop", "Notification", "SessionEnd"] as const;
/** The agent waits for the answer no longer than that, seconds. */
const TIMEOUT_S = 2;

/** The settings, as JSON for an agent's file of settings. */
export function hookSettings(url: string): string {
  const { href, hostname } = new URL("/api/hooks/claude", url);
  const hook = {
    type: "http",
    url: href,
    timeout: TIMEOUT_S,
    // The agent puts the variable in; the token itself does not stand in its settings.
    ...(!isLoopbackName(hostname) && {
      headers: { Authorization: "Bearer $HEADWAY_TOKEN" },
      allowedEnvVars: ["HEADWAY_TOKEN"],
    }),
  };
  const hooks = Object.fromEntries(EVENTS.map((event) => [event, [{ hooks: [hook] }]]));
  return `${JSON.stringify({ hooks }, null, 2)}\n`;
}

/** The command. */
export const hooksPrintCommand = defineCommand({
  name: "hooks print",
  summary: "print settings by which a coding agent tells the board what it does",
  description:
    "Prints JSON to put into the agent's settings, such as ~/.claude/settings.json. The board is right without it; with it an agent that waits for a permission says so at once. For a server elsewhere the agent sends HEADWAY_TOKEN from its environment. Nothing is written.",
  examples: ["headway hooks print", "headway hooks print --url http://127.0.0.1:1400"],
  flags: {
    url: {
      type: "string",
      placeholder: "URL",
      default: `http://${DEFAULT_HOST}:${DEFAULT_PORT}`,
      help: "where the server is",
    },
  },
  run({ flags: { url }, stdout }) {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      throw new UsageError(`--url is ${JSON.stringify(url)}, expected http://host:port`, { url });
    }
    stdout.write(hookSettings(url));
    return EXIT.passed;
  },
});
