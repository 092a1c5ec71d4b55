/**
 * Our server as the tools for agents start it when they are given none: free ports on loopback, no
 * log, and no longer than the process that started it. Not for people: `headway serve` is.
 *
 * @module
 */
import { settingsFrom } from "../cli/command.ts";
import { processContext } from "../cli/context.ts";
import { SETTINGS } from "../cli/settings.ts";
import { taskFolders, taskOptions } from "../cli/task_options.ts";
import { errorMessage } from "../runtime/mod.ts";
import { silentLog } from "../server/log.ts";
import { findHome } from "./home.ts";
import type { TaskOptions } from "./tasks/options.ts";
import { serve } from "./serve.ts";

/** Sessions at a time: as many as the tools may start. */
const MAX_SESSIONS = 4;

/** Tasks as the settings of a server have them; none where those cannot be used. */
function tasks(): TaskOptions {
  const context = processContext();
  try {
    const { flags } = settingsFrom([], SETTINGS, context);
    return { ...taskOptions(flags), ...taskFolders(flags, findHome(context.env)) };
  } catch (error) {
    context.stderr.write(`headway: there are no agent tasks: ${errorMessage(error)}\n`);
    return {};
  }
}

if (import.meta.main) {
  // Whoever started us starts tasks here: the token says that it is them, on any system.
  const token = crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url" });
  const server = await serve({
    ...tasks(),
    token,
    port: 0,
    controlPort: 0,
    maxSessions: MAX_SESSIONS,
    log: silentLog,
  });
  const { url, controlUrl } = server;
  await Deno.stdout.write(
    new TextEncoder().encode(`${JSON.stringify({ url, controlUrl, token })}\n`),
  );
  // Whoever started us says nothing; it holds our stdin open for as long as it lives.
  for await (const _ of Deno.stdin.readable);
  await server.close();
  Deno.exit(0);
}
