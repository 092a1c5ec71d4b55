/**
 * The bundler as a process of its own: prints the scripts as one JSON object. The server that asks for
 * it needs no right to run anything but `deno`, and goes on serving meanwhile.
 *
 * @module
 */
import { bundleScripts } from "./bundle.ts";

if (import.meta.main) {
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(await bundleScripts())));
}
