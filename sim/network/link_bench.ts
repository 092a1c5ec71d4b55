/**
 * What the simulated network adds to each message: on a perfect road, the hot path of timing-only
 * runs, and in weather.
 *
 * @module
 */
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import type { NetworkProfileInput } from "./profile.ts";
import { SimNetwork } from "./sim_network.ts";

const MESSAGES = 1000;

/** Sends a thousand messages of 300 bytes, one each millisecond. */
function road(profile: NetworkProfileInput): () => void {
  const clock = new VirtualClock();
  const network = new SimNetwork({ clock, rng: new Rng(1), profile });
  network.listen((server) => server.attach({ onPacket() {}, onClose() {} }));
  const client = network.dial({ onPacket() {}, onClose() {} });
  clock.runUntil(10);
  const packet = { kind: "text", text: "", bytes: 300 } as const;
  return () => {
    for (let i = 0; i < MESSAGES; i++) {
      client.send(packet);
      clock.runUntil(clock.now() + 0.001);
    }
  };
}

Deno.bench("1000 messages on a perfect road", road({}));
Deno.bench(
  "1000 messages with latency, jitter, bandwidth and random stalls",
  road({
    up: {
      latencyMs: 30,
      jitterMs: 5,
      bytesPerS: 1e6,
      randomStalls: { everyS: 5, durationS: 0.2 },
    },
  }),
);
