/**
 * Has a server in another process, sends Ctrl-C to its own group as a terminal does, ends the server
 * in order, and says how that ended.
 *
 * @module
 */
import { HarnessProcess } from "../../scenarios/harness_process.ts";
import { defineScenario } from "../../scenarios/define.ts";

const { server, engine } = defineScenario({
  name: "interrupted",
  description: "Is the server there after a Ctrl-C?",
  durationS: 1,
  expectations: [{ metric: "lag.freshShare", min: 0 }],
});
Deno.addSignalListener("SIGINT", () => {});
const process = new HarnessProcess({ do: "start", server, engine }, () => {});
await process.listening;
Deno.kill(0, "SIGINT");
await process.close();
const { success, signal } = await process.ended;
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ success, signal })));
Deno.exit(0);
