/**
 * A server in a process of its own, for tests: prints its addresses as one JSON line on stdout,
 * and closes when its stdin ends.
 *
 * @module
 */
import { serve } from "../../serve/mod.ts";

if (import.meta.main) {
  const server = await serve({ port: 0, controlPort: 0 });
  const { url, controlUrl } = server;
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ url, controlUrl })}\n`));
  for await (const _ of Deno.stdin.readable);
  await server.close();
}
