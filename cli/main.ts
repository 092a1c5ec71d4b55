/**
 * The `headway` executable.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { commands } from "./commands.ts";
import { processContext } from "./context.ts";
import { dispatch } from "./dispatch.ts";

if (import.meta.main) {
  const code = await dispatch(Deno.args, processContext(), { commands, version: config.version });
  // Not `Deno.exitCode`: a socket that lingers must not keep a finished command alive.
  Deno.exit(code);
}
