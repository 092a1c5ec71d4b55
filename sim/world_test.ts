import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  rampClip,
  type StreamingWorld,
  streamingWorld,
  type StreamingWorldOptions,
} from "../tests/support/streaming_world.ts";

const rateOver = (world: StreamingWorld, seconds: number) => {
  const count = () => world.sessions.reduce((sum, session) => sum + session.sliceCount, 0);
  const before = count();
  world.run(seconds);
  return (count() - before) / seconds;
};

Deno.test("a world carries a session from dial to close", () => {
  const world = streamingWorld();
  const client = world.start();
  world.play(client, 1);
  client.close();
  world.run(1);
  assert(client.slices.length > 10);
  assertEquals([client.closed?.code, world.world.registry.connections], [1000, 0]);
});

Deno.test("another engine profile holds for the sessions that run and for those that come", () => {
  const world = streamingWorld({ settings: { maxSessions: 2 } });
  world.start();
  assertAlmostEquals(rateOver(world, 3), 1 / 0.06, 1);
  world.world.setEngineProfile({ type: "overload", renderMs: 500 });
  world.start();
  world.run(1);
  assertAlmostEquals(rateOver(world, 4), 2 * 2, 0.5);
  world.world.setEngineProfile({ type: "constant", renderMs: 10 });
  world.run(1);
  assertAlmostEquals(rateOver(world, 3), 2 / 0.06, 2);
});

Deno.test("the same seed gives the same run, arrival by arrival, on a network that jitters", () => {
  const run = () => {
    const options: StreamingWorldOptions = {
      engine: { type: "jittered", renderMs: 30, jitterMs: 10 },
      network: { up: { latencyMs: 20, jitterMs: 5 }, down: { latencyMs: 20, jitterMs: 9 } },
    };
    const world = streamingWorld(options);
    const client = world.start();
    world.play(client, 2);
    client.send({ type: "swap_source" });
    client.sendAudio(rampClip(1));
    world.play(client, 2);
    return { arrivals: client.arrivals, log: world.log, mirror: client.mirror };
  };
  assertEquals(run(), run());
});
