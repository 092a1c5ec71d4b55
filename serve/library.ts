import type { HeadwayServer, ServeOptions } from "./options.ts";
import { serve as serveParts } from "./serve.ts";

/**
 * Starts a Headway server: the main listener with its WebSockets, and the control bus.
 *
 * @throws {UsageError} for options that cannot be: a taken port, a public address without a token.
 *
 * @example
 * ```ts
 * import { serve } from "./library.ts";
 *
 * await using server = await serve({ port: 0, controlPort: "off" });
 * console.log(server.url); // ws://127.0.0.1:40123
 * ```
 */
export function serve(options: ServeOptions = {}): Promise<HeadwayServer> {
  return serveParts(options);
}
