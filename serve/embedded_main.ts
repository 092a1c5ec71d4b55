/**
 * Our server as the tools for agents start it when they are given none: free ports on loopback, no
 * log, and no longer than the process that started it. Not for people: `headway serve` is.
 *
 * @module
 */
import { silentLog } from "../server/log.ts";
import { serve } from "./serve.ts";

/** Sessions at a time: as many as the tools may start. */
const MAX_SESSIONS = 4;

if (import.meta.main) {
  const server = await serve({
    port: 0,
    controlPort: 0,
    maxSessions: MAX_SESSIONS,
    log: silentLog,
  });
  const { url, controlUrl } = server;
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ url, controlUrl })}\n`));
  // Whoever started us says nothing; it holds our stdin open for as long as it lives.
  for await (const _ of Deno.stdin.readable);
  await server.close();
  Deno.exit(0);
}
