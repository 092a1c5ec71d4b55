/**
 * `headway serve`: the session server.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import { errorMessage, UsageError } from "../runtime/mod.ts";
import { findHome } from "../serve/home.ts";
import { LogFile } from "../serve/log_file.ts";
import { serve } from "../serve/mod.ts";
import { defaultRoots } from "./board_options.ts";
import { readyText } from "./background/ready.ts";
import { defineCommand, EXIT } from "./command.ts";
import { keptToken } from "./kept_token.ts";
import { serveOptions } from "./serve_options.ts";
import { taskFolders } from "./task_options.ts";
import { aliasesInUse, SETTINGS } from "./settings.ts";

/** The command. */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "run the session server",
  description:
    "Serves streaming sessions over WebSocket, their GET routes, and the control bus. Binds loopback unless told otherwise; anywhere else it needs a token, and makes one if there is none. Every setting can also come from a variable or from config.json: docs/settings.md.",
  examples: [
    "headway serve",
    "headway serve --port 0 --control-port off --log json",
    'headway serve --engine-command "python3 examples/engines/tremolo.py"',
  ],
  flags: SETTINGS,
  async run(invocation) {
    const { env, flags, stderr, stopSignal } = invocation;
    const file = openLogFile(flags["log-file"]);
    if (file !== null) tellCrashes(file);
    const write = file === null ? (text: string) => stderr.write(text) : file.write;
    try {
      const options = serveOptions(invocation);
      const home = findHome(env);
      const token = await keptToken(invocation, { ...options, home });
      const server = await serve({
        transcriptRoots: defaultRoots(env),
        ...options,
        ...(token !== null && { token }),
        ...(home !== null && { voiceFolder: join(home, "voice"), boardFolder: home }),
        ...(home !== null && flags["voice-signal"] === undefined && {
          voiceSignal: join(home, "voice", "barge-in.json"),
        }),
        ...taskFolders(invocation.flags, home),
        write,
        aliases: aliasesInUse(env).map(({ name, alias }) => `${alias} for ${name}`),
        signal: stopSignal(),
      });
      // Who started us with a log file looks at stderr only until this is said.
      if (file !== null) stderr.write(readyText(server, flags["log-file"]!));
      await server.closed;
      return EXIT.passed;
    } catch (error) {
      file?.write(`headway: ${errorMessage(error)}\n`);
      throw error;
    } finally {
      file?.close();
    }
  },
});

/** Nobody reads the stderr of a server in the background: what ends it is told in its log. */
function tellCrashes(file: LogFile): void {
  for (const name of ["error", "unhandledrejection"]) {
    globalThis.addEventListener(name, (event) => {
      const error = (event as Partial<ErrorEvent>).error ?? (event as { reason?: unknown }).reason;
      const text = error instanceof Error ? error.stack ?? error.message : String(error);
      file.write(`headway: a defect ended this server: ${text}\n`);
    });
  }
}

function openLogFile(path: string | undefined): LogFile | null {
  if (path === undefined) return null;
  if (!isAbsolute(path)) {
    throw new UsageError(`--log-file is ${JSON.stringify(path)}, expected an absolute path`);
  }
  return new LogFile(path);
}
