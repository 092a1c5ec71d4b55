import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { rampSource, ScriptedPeer } from "../../tests/support/scripted_server.ts";
import type { NetworkProfileInput } from "../network/profile.ts";
import { SimNetwork } from "../network/sim_network.ts";
import { HeadlessClient } from "./headless_client.ts";

const FRAMES = 48000;

const anyWeather: fc.Arbitrary<NetworkProfileInput> = fc.record({
  up: fc.record({ latencyMs: fc.integer({ min: 0, max: 200 }) }),
  down: fc.record({
    latencyMs: fc.integer({ min: 0, max: 200 }),
    jitterMs: fc.integer({ min: 0, max: 50 }),
    bytesPerS: fc.option(fc.integer({ min: 50_000, max: 1_000_000 }), { nil: null }),
  }),
});

const anyAct = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant("slice" as const), at: fc.nat(FRAMES) }) },
  fc.record({ act: fc.constant("swap" as const), at: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ act: fc.constant("wait" as const), at: fc.nat(40) }),
  fc.record({ act: fc.constant("seek" as const), at: fc.nat(20) }),
  fc.record({ act: fc.constant("stall" as const), at: fc.nat(10) }),
);

Deno.test("HeadlessClient ends with the server's mirror after any slices and swaps in any weather", () => {
  fc.assert(
    fc.property(anyWeather, fc.array(anyAct, { maxLength: 40 }), (profile, acts) => {
      const clock = new VirtualClock();
      const network = new SimNetwork({ clock, rng: new Rng(1), profile });
      let peer!: ScriptedPeer;
      network.listen((connection) => peer = new ScriptedPeer(connection));
      const errors: Error[] = [];
      const client = new HeadlessClient({
        dial: network.dial,
        clock,
        rng: new Rng(2),
        config: {},
        source: { kind: "fixture", name: "loop.wav" },
        recordPlaybackS: 1,
        observer: { onDecodeError: (error) => errors.push(error) },
      });
      client.open();
      clock.runUntil(5);
      peer.welcome(rampSource(FRAMES));
      let swaps = 0;
      for (const { act, at } of acts) {
        if (act === "slice") peer.saySlice(at, 17280, at / FRAMES - 0.5);
        else if (act === "wait") clock.runUntil(clock.now() + at / 100);
        else if (act === "seek") client.seek(at / 10);
        else if (act === "stall") network.stall(at / 10);
        else {
          swaps++;
          const facts = { bpm: null, key: null, time_signature: null, fixture_name: null };
          const shape = { duration: at / 5, sample_rate: 48000, channels: 2 };
          peer.say({ type: "swap_ready", ...shape, ...facts });
          peer.sayBuffer(rampSource(at * 9600));
        }
      }
      clock.runUntil(clock.now() + 100);
      assertEquals(errors, []);
      assertEquals(client.epoch, swaps);
      assertEquals(client.mirror, peer.mirror);
    }),
    { numRuns: 60 },
  );
});
