/**
 * The `headway` executable.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { processContext } from "./context.ts";
import { dispatch } from "./dispatch.ts";

if (import.meta.main) {
  // A server is to be there soon, and the other commands take longer to load than it does.
  const commands = Deno.args[0] === "serve"
    ? [(await import("./serve.ts")).serveCommand]
    : (await import("./commands.ts")).commands;
  const code = await dispatch(Deno.args, processContext(), { commands, version: config.version });
  // Not `Deno.exitCode`: a socket that lingers must not keep a finished command alive.
  Deno.exit(code);
}
