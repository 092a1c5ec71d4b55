/**
 * A client that is there to be killed: it streams through an address, comes back whenever it is thrown
 * out, and says on stdout how it is.
 *
 * @module
 */
import { Rng, WallClock } from "../../runtime/mod.ts";
import { dialWebSocket, HeadlessClient } from "../../sim/mod.ts";

const SAY_EVERY_S = 0.1;

const clock = new WallClock();
const client = new HeadlessClient({
  dial: dialWebSocket(Deno.args[0]!),
  clock,
  rng: new Rng(Deno.args[1] ?? "listener"),
  config: { prompt: "pads", client_id: "chaos" },
  source: { kind: "fixture", name: "low_fi_Gm_loop_60s_gnm.wav" },
  recordPlaybackS: 0,
  reconnect: { attempts: 1e6, firstDelayS: 0.1, maxDelayS: 0.5 },
});
// The first session may not be had either: the server may just be dead. Whoever started us tries again.
try {
  await client.start();
} catch {
  Deno.exit(4);
}
const say = () => {
  const { state, sliceCount, reconnects, decodeErrors } = client.status();
  client.setKnobs({ denoise: 0.5 + (sliceCount % 10) / 100 });
  console.log(JSON.stringify({ state, sliceCount, reconnects, decodeErrors }));
  clock.after(SAY_EVERY_S, say);
};
say();
