import { assert, assertEquals } from "@std/assert";
import { Rng } from "../../runtime/mod.ts";
import { SimNetwork } from "../../sim/network/mod.ts";
import type { NetworkProfileInput } from "../../sim/network/mod.ts";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import { RawClient } from "../../tests/support/raw_client.ts";
import {
  levelClip,
  rampClip,
  SteppingEngine,
  type StreamingWorld,
  streamingWorld,
} from "../../tests/support/streaming_world.ts";
import { MAX_SPECTATORS, Spectators } from "./spectator.ts";

/** A world in which one may watch, over a network of one's own. */
function watchable(world: StreamingWorld, profile: NetworkProfileInput = {}) {
  const { clock } = world;
  const { codec, log, settings } = world.world.registry.options;
  const spectators = new Spectators({
    find: (id) => world.world.registry.get(id)?.session ?? null,
    clock,
    codec,
    flow: settings.flow,
    log,
  });
  const network = new SimNetwork({ clock, rng: new Rng(2), profile });
  const watch = (id = world.sessions.at(-1)!.id) => {
    const take = spectators.open(id);
    assert(typeof take === "function");
    network.listen(take);
    const client = new RawClient(network.dial, () => clock.now());
    world.run(0.2);
    return client;
  };
  return { spectators, watch };
}

function maxDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

Deno.test("a spectator gets the session as it sounds by now, then what the client gets", () => {
  const world = streamingWorld();
  const { watch } = watchable(world);
  const primary = world.start();
  world.play(primary, 3);
  const heard = primary.mirror.slice();
  const spectator = watch();
  const first = spectator.all("buffer")[0]!.audio!;
  assert(maxDifference(first, primary.all("buffer")[0]!.audio!) > 0.05, "no more as it was");
  // A few windows came while it was on its way.
  const changed = first.reduce(
    (sum, value, i) => sum + Number(Math.abs(value - heard[i]!) > 2e-3),
    0,
  );
  assert(changed / first.length < 0.5, `${changed} of ${first.length}`);
  world.play(primary, 3);
  const { session_id, source_epoch } = spectator.last("ready")!;
  assertEquals([session_id, source_epoch], [world.sessions[0]!.id, 0]);
  assertEquals(spectator.kinds.slice(0, 4), ["ready", "buffer", "slice", "params_update"]);
  const seen = (client: RawClient, fromS: number) =>
    client.all("slice").filter(({ atS }) => atS > fromS).map(({ header }) => header!.startSample);
  const fromS = spectator.all("slice")[0]!.atS + 0.5;
  assertEquals(seen(spectator, fromS), seen(primary, fromS));
  // Each was rounded to 16 bits on a way of its own, so they differ by that and no more.
  assert(maxDifference(spectator.mirror, primary.mirror) < 2e-3);
});

Deno.test("a spectator that comes before the first slice has the client's buffer to the bit", () => {
  const world = streamingWorld({ engine: { type: "constant", renderMs: 1000 } });
  const { watch } = watchable(world);
  const primary = world.start();
  const spectator = watch();
  assertEquals(primary.slices, []);
  world.play(primary, 5);
  assert(primary.slices.length > 2);
  assertEquals(spectator.slices, primary.slices);
  assertEquals(maxDifference(spectator.mirror, primary.mirror), 0);
});

Deno.test("a spectator follows swaps and echoes", () => {
  const world = streamingWorld();
  const { watch } = watchable(world);
  const primary = world.start();
  const spectator = watch();
  primary.send({ type: "swap_source", tags: "brass" });
  primary.sendAudio(levelClip(1, 0.25));
  world.world.registry.inject(
    world.sessions[0]!.id,
    { type: "params", raw: { denoise: 0.5 } },
    null,
  );
  world.play(primary, 2);
  assertEquals(spectator.last("params_echo")?.["raw"], { denoise: 0.5 });
  assertEquals(spectator.last("swap_ready")?.["source_epoch"], 1);
  assertEquals(spectator.mirror.length, 96_000);
  assert(maxDifference(spectator.mirror, primary.mirror) < 2e-3);
});

Deno.test("a spectator moves nothing, whatever it sends", () => {
  const world = streamingWorld();
  const { watch } = watchable(world);
  const primary = world.start();
  const spectator = watch();
  const before = JSON.stringify(world.world.registry.list());
  spectator.send({ prompt: "I am the client" });
  spectator.sendAudio(rampClip(1));
  spectator.send({ type: "prompt", tags: "noise" });
  spectator.send({ type: "params", raw: { denoise: 0.1 }, playback_pos: 1 });
  spectator.send({ type: "swap_source", tags: "noise" });
  spectator.sendText("{".repeat(3000));
  spectator.sendText(`[${"[".repeat(4000)}`);
  spectator.sendText("x".repeat(100_000));
  world.run(2);
  assertEquals(JSON.stringify(world.world.registry.list()), before);
  assertEquals([spectator.closed, primary.closed], [null, null]);
  assertEquals(primary.all("params_echo"), []);
});

Deno.test("a spectator ends with its session", () => {
  const world = streamingWorld();
  const { spectators, watch } = watchable(world);
  const primary = world.start();
  const spectator = watch();
  primary.close();
  world.run(1);
  assertEquals([spectator.closed?.code, spectator.closed?.reason], [1000, "session ended"]);
  assertEquals(spectators.count, 0);
});

Deno.test("a spectator leaves without a trace", () => {
  const world = streamingWorld();
  const { spectators, watch } = watchable(world);
  const primary = world.start();
  const [session] = world.sessions;
  const subscribers = session!.bus.subscribers;
  const spectator = watch();
  assertEquals([session!.bus.subscribers, spectators.count], [subscribers + 1, 1]);
  spectator.close();
  world.run(1);
  assertEquals([session!.bus.subscribers, spectators.count], [subscribers, 0]);
  assertEquals(primary.closed, null);
});

Deno.test("a spectator that does not read costs neither session nor server anything", () => {
  const world = streamingWorld();
  const { spectators } = watchable(world);
  const primary = world.start();
  const connection = new FakeConnection();
  const take = spectators.open(world.sessions[0]!.id);
  assert(typeof take === "function");
  take(connection);
  world.play(primary, 5);
  const count = primary.slices.length;
  world.play(primary, 5);
  assert(primary.slices.length - count > 50);
  assert(connection.maxBufferedBytes < 2 * 2 ** 20, `${connection.maxBufferedBytes}`);
});

for (const acknowledges of [false, true]) {
  const how = acknowledges ? "that acknowledges" : "that never acknowledges";
  Deno.test(`a spectator ${how} and stalls for 5 s ends up with the session's buffer`, () => {
    const world = streamingWorld({ createEngine: () => new SteppingEngine() });
    const { watch } = watchable(world);
    const primary = world.start({}, rampClip(30));
    const spectator = watch();
    const play = (durationS: number) => {
      for (let leftS = durationS; leftS > 0; leftS -= 0.25) {
        world.play(primary, 0.25);
        if (acknowledges) spectator.params(0, {}, { slice_bytes_rx: spectator.sliceBytes });
      }
    };
    const difference = () => maxDifference(spectator.mirror, world.sessions[0]!.buffer.audio);
    play(3);
    spectator.setReadPaused(true);
    play(5);
    assert(difference() > 0.05, `${difference()} while it stalls`);
    spectator.setReadPaused(false);
    play(3);
    world.sessions[0]!.hold();
    play(1);
    assert(difference() < 2 ** -11, `${difference()} in the end`);
  });
}

Deno.test("a spectator that stalls over a swap catches up with the new source only", () => {
  const world = streamingWorld({ createEngine: () => new SteppingEngine() });
  const { watch } = watchable(world);
  const primary = world.start({}, rampClip(30));
  const spectator = watch();
  world.play(primary, 1);
  spectator.setReadPaused(true);
  world.play(primary, 3);
  primary.send({ type: "swap_source", tags: "brass" });
  primary.sendAudio(levelClip(20, 0.25));
  world.play(primary, 5);
  spectator.setReadPaused(false);
  world.play(primary, 3);
  const [session] = world.sessions;
  session!.hold();
  world.run(1);
  assertEquals(spectator.mirror.length, session!.buffer.audio.length);
  assert(maxDifference(spectator.mirror, session!.buffer.audio) < 2 ** -11);
});

Deno.test("slices wait for a spectator's acknowledgement once it gives one", () => {
  const world = streamingWorld();
  const { watch } = watchable(world);
  const primary = world.start();
  const [silent, strict] = [watch(), watch()];
  strict.params(0, {}, { slice_bytes_rx: 0 });
  world.play(primary, 8);
  assert(strict.sliceBytes < 1.5 * 256 * 1024, `${strict.sliceBytes}`);
  assert(silent.sliceBytes > 2 * strict.sliceBytes, `${silent.sliceBytes}`);
});

Deno.test("nobody watches an unknown session, one that has ended, or one that has enough spectators", () => {
  const world = streamingWorld();
  const { spectators, watch } = watchable(world);
  const statusOf = (id: string) => {
    const take = spectators.open(id);
    return typeof take === "function" ? "open" : take.status;
  };
  assertEquals(statusOf("nobody"), 404);
  const primary = world.start();
  const { id } = world.sessions[0]!;
  const watching = Array.from({ length: MAX_SPECTATORS }, () => watch());
  assertEquals(statusOf(id), 503);
  watching[0]!.close();
  world.run(1);
  const late = spectators.open(id);
  assert(typeof late === "function");
  primary.close();
  world.run(1);
  assertEquals(statusOf(id), 404);
  const connection = new FakeConnection();
  late(connection);
  assertEquals(connection.closedWith, { code: 1000, reason: "session ended" });
});

Deno.test("spectators are told when the server closes", () => {
  const world = streamingWorld();
  const { spectators, watch } = watchable(world);
  world.start();
  const spectator = watch();
  spectators.close();
  world.run(1);
  assertEquals([spectator.closed?.code, spectator.closed?.reason], [
    1001,
    "server is shutting down",
  ]);
});
