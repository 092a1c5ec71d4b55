import { assert, assertEquals } from "@std/assert";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import {
  rampClip,
  SteppingEngine,
  type StreamingWorld,
  streamingWorld,
} from "../../tests/support/streaming_world.ts";
import { encodePcm } from "../../wire/mod.ts";
import type { StemPair } from "./library.ts";
import { streamId } from "../../tests/support/stream_id.ts";

const MANY = { settings: { maxSessions: 9 } };

/** Sends a command on the control bus to the newest session. */
const inject = (world: StreamingWorld, json: Record<string, unknown>, audio?: Uint8Array) =>
  world.world.registry.inject(world.sessions.at(-1)!.id, json, audio ?? null);

Deno.test("sessions are listed newest first, and found by their id", () => {
  const world = streamingWorld(MANY);
  for (let i = 0; i < 3; i++) {
    world.start();
    world.run(1);
  }
  const { registry } = world.world;
  const ids = world.sessions.map(({ id }) => id).toReversed();
  assertEquals(registry.list().map(({ id }) => id), ids);
  assertEquals(registry.find(ids[1]!)?.id, ids[1]);
  assertEquals([registry.find(streamId("nobody")), registry.get(streamId("nobody"))], [null, null]);
  const started = registry.list().map(({ started_at }) => started_at);
  assertEquals(started, started.toSorted((a, b) => b - a));
});

Deno.test("sessions of one instant are listed newest first too", () => {
  const world = streamingWorld(MANY);
  for (let i = 0; i < 4; i++) {
    const client = world.dial();
    client.send({});
    client.sendAudio(rampClip(0.2));
  }
  world.run(1);
  const ids = world.sessions.map(({ id }) => id).toReversed();
  assertEquals(world.world.registry.list().map(({ id }) => id), ids);
});

Deno.test("a session that cannot be shown does not hide the others", () => {
  const world = streamingWorld(MANY);
  for (let i = 0; i < 2; i++) {
    world.start();
    world.run(1);
  }
  const { registry } = world.world;
  const [good, bad] = world.sessions;
  Object.defineProperty(bad!, "geometry", {
    get() {
      throw new Error("geometry is gone");
    },
  });
  const { id, startedAtS } = bad!;
  const told = { id, started_at: startedAtS, snapshot_error: "geometry is gone" };
  assertEquals(registry.find(id), told);
  assertEquals([registry.list()[0], registry.list()[1]?.id], [told, good!.id]);
});

Deno.test("ids are eight characters of the URL-safe alphabet, and not used twice", () => {
  const { registry } = streamingWorld().world;
  const ids = Array.from({ length: 500 }, () => registry.newId());
  assert(ids.every((id) => /^[A-Za-z0-9_-]{8}$/.test(id)));
  assertEquals(new Set(ids).size, 500);
});

Deno.test("a command from outside goes the client's own way, and is answered to the client", () => {
  const world = streamingWorld();
  const client = world.start();
  assertEquals(inject(world, { type: "prompt", tags: "drums" }), true);
  assertEquals(
    inject(world, { type: "set_timbre_source" }, encodePcm(rampClip(1).audio, 2)),
    true,
  );
  inject(world, { type: "set_structure_source" });
  world.run(0.5);
  assertEquals(client.last("prompt_applied")?.["tags"], "drums");
  assertEquals(client.last("timbre_set")?.["name"], "timbre");
  assertEquals(client.kinds.filter((kind) => kind === "structure_failed").length, 1);
});

Deno.test("a command for nobody is not taken, one that means nothing is logged and dropped", () => {
  const world = streamingWorld();
  world.start();
  assertEquals(world.world.registry.inject(streamId("nobody"), { type: "prompt" }, null), false);
  assertEquals(inject(world, { type: "fly" }), true);
  assert(world.log.some(({ event }) => event === "command ignored"));
});

Deno.test("a client that floods its socket does not keep commands from outside waiting", () => {
  const world = streamingWorld({ faults: { receiveMs: 5 } });
  const client = world.start();
  for (let i = 0; i < 1000; i++) {
    client.params(world.clock.now());
    if (i === 500) inject(world, { type: "prompt", tags: "drums" });
    world.run(0.001);
    if (i === 540) assertEquals(client.last("prompt_applied")?.["tags"], "drums");
  }
});

Deno.test("a server that takes one params at a time falls behind a fast client, and ends the flood", () => {
  const world = streamingWorld({ faults: { receiveMs: 50, coalesceParams: false } });
  const client = world.start();
  for (let i = 0; i < 500; i++) {
    client.params(world.clock.now() % 2, { seed: i });
    world.run(0.008);
  }
  const reached = Number(world.sessions[0]!.bank.value("seed"));
  assert(reached > 50 && reached < 100, `${reached}`);
  for (let i = 0; i < 5000; i++) client.params(0);
  world.run(1);
  assertEquals(client.closed, {
    code: 1011,
    reason: "too many messages ahead",
    atS: client.closed!.atS,
  });
});

Deno.test("while an announced binary is missing, slices go on and others are served", () => {
  const world = streamingWorld();
  const client = world.start();
  client.send({ type: "swap_source" });
  world.run(9);
  const before = client.slices.length;
  inject(world, { type: "prompt", tags: "drums" });
  world.run(0.5);
  assert(before > 100 && client.slices.length > before);
  assertEquals(client.kinds.includes("prompt_applied"), true);
  assertEquals(client.kinds.includes("swap_failed"), false);
  world.run(1);
  assertEquals(client.kinds.filter((kind) => kind === "swap_failed").length, 1);
  world.play(client, 1);
  assertEquals(client.closed, null);
});

Deno.test("a missing binary is told by each command in its own words", () => {
  const commands = {
    set_timbre_source: "timbre_failed",
    set_structure_source: "structure_failed",
    swap_source: "swap_failed",
    write_audio: "audio_write_failed",
  };
  for (const [type, failure] of Object.entries(commands)) {
    const world = streamingWorld();
    const client = world.start();
    client.send({ type });
    world.run(10.5);
    assertEquals(client.kinds.filter((kind) => kind.endsWith("_failed")), [failure]);
  }
});

Deno.test("a refused command still takes the binary that it announced", () => {
  const world = streamingWorld();
  const client = world.start();
  const { capabilities } = world.sessions[0]!;
  Object.assign(capabilities, { timbre: false });
  client.send({ type: "set_timbre_source" });
  client.sendAudio(rampClip(1));
  client.send({ type: "prompt", tags: "x" });
  world.run(0.5);
  const answers = client.kinds.filter((kind) => !["slice", "params_update"].includes(kind));
  assertEquals(answers, ["ready", "buffer", "command_failed", "prompt_applied"]);
  assert(!world.log.some(({ event }) => event === "message ignored"));
});

Deno.test("slices that the client has not acknowledged are dropped over the window, mirrors stay equal", () => {
  const world = streamingWorld({
    network: { down: { bytesPerS: 60_000, freeBurstBytes: 500_000 } },
    settings: { flow: { enabled: true, windowBytes: 65_536, emitTrim: false } },
  });
  const client = world.start();
  world.play(client, 20);
  const [session] = world.sessions;
  assert(client.slices.length < session!.sliceCount, "some were dropped");
  session!.hold();
  world.run(20);
  assertEquals(client.mirror, world.world.registry.get(session!.id)!.socket.mirror);
});

Deno.test("closing ends every connection with 1001, takes no new ones, and tells when all are gone", () => {
  const world = streamingWorld({ settings: { maxSessions: 2 } });
  const clients = [world.start(), world.start(), world.dial()];
  world.run(0.5);
  let isDone = false;
  world.world.registry.close(() => isDone = true);
  assertEquals(isDone, false);
  const late = new FakeConnection();
  world.world.registry.accept(late);
  assertEquals(late.closedWith?.code, 1001);
  world.run(1);
  assertEquals(clients.map(({ closed }) => closed?.code), [1001, 1001, 1001]);
  assertEquals([isDone, world.world.registry.list()], [true, []]);
  assert(world.sessions.every(({ hasEnded }) => hasEnded));
});

Deno.test("closing gives up stems that are still being made", () => {
  const signals: AbortSignal[] = [];
  const world = streamingWorld({
    splitStems: (_clip, signal) => {
      signals.push(signal!);
      return Promise.withResolvers<StemPair>().promise;
    },
  });
  const client = world.dial();
  client.send({ type: "upload_track", name: "mine" });
  client.sendAudio(rampClip(1));
  world.run(1);
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  world.world.registry.close(() => {});
  assertEquals(signals.map(({ aborted }) => aborted), [true]);
});

Deno.test("closing an empty registry is done at once", () => {
  let isDone = false;
  streamingWorld().world.registry.close(() => isDone = true);
  assert(isDone);
});

Deno.test("terminate drops what is left, unsent bytes included", () => {
  const world = streamingWorld({ network: { down: { bytesPerS: 1000 } } });
  const client = world.dial();
  client.send({});
  client.sendAudio(rampClip(4));
  world.run(1);
  world.world.registry.terminate();
  world.run(1);
  assertEquals(client.closed?.code, 1006);
  assertEquals([world.world.registry.connections, world.world.registry.admission.held], [0, 0]);
});

Deno.test("an engine that dies is told as pipeline_error, then the connection closes normally", () => {
  let left = 5;
  const world = streamingWorld({
    createEngine: () =>
      new class extends SteppingEngine {
        override render(...args: Parameters<SteppingEngine["render"]>): void {
          if (--left === 0) throw new Error("device is lost");
          super.render(...args);
        }
      }(),
  });
  const client = world.start();
  world.run(2);
  assertEquals([client.kinds.at(-1), client.last("error")?.["code"]], ["error", "pipeline_error"]);
  assertEquals([client.closed?.code, client.closed?.reason], [1000, "session ended"]);
  assertEquals([world.world.registry.admission.held, world.world.registry.list()], [0, []]);
  assert(world.log.some(({ event }) => event === "session failed"));
});
