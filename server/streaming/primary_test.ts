import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import {
  levelClip,
  rampClip,
  type StreamingWorld,
  streamingWorld,
  track,
} from "../../tests/support/streaming_world.ts";
import type { RawClient } from "../../tests/support/raw_client.ts";
import { encodePcm, roundTripHalf, sampleCodec, textPacket } from "../../wire/mod.ts";
import { PassThroughEngine } from "./engine/mod.ts";
import type { StemPair } from "./library.ts";
import { prepareSource } from "./source.ts";

const until = (world: StreamingWorld, client: RawClient, kind: string) => {
  for (let i = 0; i < 400 && !client.kinds.includes(kind); i++) world.run(0.05);
};
const ending = ({ closed }: RawClient) => closed && `${closed.code} ${closed.reason}`;

Deno.test("a session begins with ready and its buffer, and nothing comes before or between", () => {
  const world = streamingWorld();
  const client = world.start();
  world.run(1);
  assertEquals(client.kinds.slice(0, 4), ["ready", "buffer", "slice", "params_update"]);
});

Deno.test("ready describes the session", () => {
  const world = streamingWorld({
    loras: ["warm", "dark"],
    tracks: [track("song", () => rampClip(2))],
  });
  const client = world.start({
    lora: true,
    enabled_loras: ["warm"],
    depth: 9,
    fixture_name: "song",
  });
  const ready = client.last("ready")!;
  const { id } = world.sessions[0]!;
  assert(/^[A-Za-z0-9_-]{8}$/.test(id));
  const expected = {
    duration: 2,
    sample_rate: 48_000,
    channels: 2,
    lora_pending_enable: ["warm"],
    bpm: 120,
    key: "G minor",
    time_signature: "3",
    checkpoint: "modelled(pass-through)",
    pipeline_depth: 4,
    max_pipeline_depth: 4,
    session_id: id,
    source_epoch: 0,
    geometry: { sample_rate: 48_000, channels: 2, chunk_rate_hz: 25, duration_s: 2 },
    manual_slot_count: 0,
    manual_slot_cap: 16,
    steering_available: false,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(ready[name], value, name);
  assertEquals((ready["capabilities"] as Record<string, boolean>)["lora"], true);
  assertEquals(Object.keys(ready["capabilities"] as object).length, 12);
  assert("lora_str_warm" in (ready["knob_manifest"] as { knobs: object }).knobs);
});

Deno.test("init_ack comes first, and only for a client that asks for telemetry", () => {
  const world = streamingWorld({ settings: { maxSessions: 2 } });
  const asking = world.start({ telemetry_version: 1, client_id: "me" });
  assertEquals(asking.kinds.slice(0, 3), ["init_ack", "ready", "buffer"]);
  const { session_id, client_id } = asking.last("init_ack")!;
  assertEquals([session_id, client_id], [asking.last("ready")?.["session_id"], "me"]);
  assertEquals(world.start({ telemetry_version: 0 }).kinds[0], "ready");
});

Deno.test("the buffer is the prepared source as f16, seam fade included, and the mirror starts there", () => {
  const world = streamingWorld();
  const clip = rampClip(1.05);
  const client = world.start({ crop: 0.9 }, clip);
  const prepared = prepareSource(clip, { cropS: 0.9, seamFade: true });
  assertEquals(client.all("buffer")[0]?.audio, roundTripHalf(prepared.audio));
});

Deno.test("uploads of more than two channels keep the first two", () => {
  const world = streamingWorld();
  const client = world.start({}, rampClip(1, 4));
  assertEquals(client.last("ready")?.["channels"], 2);
});

Deno.test("a client's mirror is the server's, bit for bit, after seconds of streaming", () => {
  const world = streamingWorld();
  const client = world.start();
  world.play(client, 3);
  world.sessions[0]!.hold();
  world.run(1);
  assert(client.slices.length > 40);
  const { id } = world.sessions[0]!;
  assertEquals(client.mirror, world.world.registry.get(id)!.socket.mirror);
});

Deno.test("each slice is followed by its params_update, whatever else is going on", () => {
  const world = streamingWorld({ loras: ["warm"], network: { down: { bytesPerS: 3e5 } } });
  const client = world.start({ lora: true });
  const { registry } = world.world;
  const { id } = world.sessions[0]!;
  for (let i = 0; i < 40; i++) {
    registry.inject(id, { type: "params", raw: { i } }, null);
    client.send({ type: i % 2 === 0 ? "enable_lora" : "disable_lora", id: "warm" });
    if (i % 10 === 5) {
      client.send({ type: "swap_source" });
      client.sendAudio(rampClip(1));
    }
    world.play(client, 0.2);
  }
  world.run(10);
  const { kinds } = client;
  assert(kinds.includes("params_echo") && kinds.includes("lora_catalog"));
  kinds.forEach((kind, i) => {
    if (kind === "slice") assertEquals(kinds[i + 1], "params_update");
    if (kind === "swap_ready" || kind === "ready") assertEquals(kinds[i + 1], "buffer");
  });
});

Deno.test("nothing that a client says before its session starts is lost, and nothing is answered early", () => {
  const world = streamingWorld({ network: { down: { bytesPerS: 500_000 } } });
  const client = world.dial();
  client.send({});
  client.sendAudio(rampClip(4));
  client.send({ type: "prompt", tags: "early" });
  client.params(1.5);
  until(world, client, "prompt_applied");
  assertEquals(client.kinds.slice(0, 2), ["ready", "buffer"]);
  assertEquals(world.sessions[0]!.bank.prompt, "early");
});

Deno.test("a session is listed only after its buffer has been handed over", () => {
  const world = streamingWorld({ network: { down: { bytesPerS: 200_000 } } });
  const client = world.dial();
  client.send({});
  client.sendAudio(rampClip(10));
  until(world, client, "ready");
  assertEquals(world.world.registry.list(), []);
  until(world, client, "buffer");
  assertEquals(world.world.registry.list().length, 1);
});

Deno.test("a config that is no JSON object is refused with bad_request and 1011", () => {
  for (const text of ["{", "[]", "7", ""]) {
    const world = streamingWorld();
    const client = world.dial();
    client.sendText(text);
    world.run(1);
    assertEquals(client.kinds, ["error"]);
    assertEquals(client.last("error")?.["code"], "bad_request");
    assertEquals(ending(client), "1011 bad request");
  }
});

Deno.test("a binary where the config was due is refused", () => {
  const world = streamingWorld();
  const client = world.dial();
  client.sendAudio(rampClip(1));
  world.run(1);
  assertEquals([client.last("error")?.["code"], ending(client)], [
    "bad_request",
    "1011 bad request",
  ]);
});

Deno.test("malformed, short, or unusable audio is refused with bad_request and 1011", () => {
  const nan = encodePcm(new Float32Array(48_000).fill(NaN), 1);
  const bad: (Uint8Array | string)[] = [
    new Uint8Array(5),
    encodePcm(rampClip(1).audio, 2).subarray(0, 1000),
    encodePcm(rampClip(0.1).audio, 2),
    nan,
    "text",
  ];
  for (const audio of bad) {
    const world = streamingWorld();
    const client = world.dial();
    client.send({});
    if (typeof audio === "string") client.sendText(audio);
    else client.sendBinary(audio);
    world.run(1);
    assertEquals(client.kinds, ["error"]);
    assertEquals(ending(client), "1011 bad request");
    assertEquals(world.sessions.length, 0);
  }
});

Deno.test("a connection that says nothing, or sends no audio, is closed in the end", () => {
  const world = streamingWorld();
  const [silent, waiting] = [world.dial(), world.dial()];
  waiting.send({});
  world.run(29);
  assertEquals([silent.closed, waiting.closed], [null, null]);
  world.run(2);
  assertEquals(ending(silent), "1011 bad request");
  world.run(240);
  assertEquals(ending(waiting), "1011 bad request");
});

Deno.test("a fixture that the server has needs no audio from the client", () => {
  const world = streamingWorld({ tracks: [track("song", () => rampClip(1))] });
  const client = world.dial();
  client.send({ use_server_fixture: true, fixture_name: "song" });
  until(world, client, "buffer");
  assertEquals(client.last("ready")?.["key"], "G minor");
});

Deno.test("a fixture that is loaded later works as well", async () => {
  const world = streamingWorld({
    tracks: [track("song", () => Promise.resolve(rampClip(1)))],
  });
  const client = world.dial();
  client.send({ use_server_fixture: true, fixture_name: "song" });
  await world.clock.settle(1);
  assertEquals(client.kinds.slice(0, 2), ["ready", "buffer"]);
});

for (
  const [what, name] of [["an unknown fixture", "nobody"], ["one that cannot be loaded", "broken"]]
) {
  const broken = track("broken", () => {
    throw new Error("disk is gone");
  });

  Deno.test(`${what} is reported as fixture_unavailable after 10 s, with 1011`, () => {
    const world = streamingWorld({ tracks: [broken] });
    const client = world.dial();
    client.send({ use_server_fixture: true, fixture_name: name });
    world.run(9.9);
    assertEquals(client.kinds, []);
    world.run(1);
    assertEquals(client.last("error")?.["code"], "fixture_unavailable");
    assert(String(client.last("error")?.["message"]).includes(`"${name}"`));
    assertEquals(ending(client), "1011 fixture unavailable");
    assertAlmostEquals(client.closed!.atS, 10, 0.01);
  });

  Deno.test(`a client that sends its audio after all may play ${what}`, () => {
    const world = streamingWorld({ tracks: [broken] });
    const client = world.dial();
    client.send({ use_server_fixture: true, fixture_name: name });
    world.run(9);
    client.sendAudio(rampClip(1));
    until(world, client, "buffer");
    world.run(20);
    assertEquals([client.closed, client.kinds.includes("slice")], [null, true]);
  });
}

Deno.test("stems follow the buffer of a source that the server does not know", () => {
  const world = streamingWorld({
    tracks: [track("known", () => rampClip(1))],
    settings: { maxSessions: 9 },
    splitStems: (clip) => ({ vocals: clip, instruments: clip }),
  });
  const stems = ["ready", "buffer", "stem_assets", "stem:vocals", "stem:instruments"];
  const kinds = (config: Record<string, unknown>) => {
    const client = world.start(config, rampClip(1));
    world.run(0.5);
    return client.kinds.slice(0, 5);
  };
  assertEquals(kinds({ fixture_name: "mine" }), stems);
  assertEquals(kinds({ fixture_name: "known", stem_source_mode: " Vocals " }), stems);
  assertEquals(kinds({ fixture_name: "known" })[2], "slice");
  assertEquals(kinds({})[2], "slice");
});

Deno.test("stems that fail leave a session that does not need them", () => {
  const splitStems = () => {
    throw new Error("no model");
  };
  const world = streamingWorld({ splitStems });
  const client = world.start({ fixture_name: "mine" });
  world.run(0.5);
  assertEquals(client.kinds.slice(0, 4), ["ready", "buffer", "stem_failed", "slice"]);
  assertEquals(client.last("stem_failed"), {
    type: "stem_failed",
    fixture_name: "mine",
    error: "no model",
  });
});

Deno.test("stems that fail refuse a session that plays one of them, now or later", async () => {
  const outcomes = [
    () => {
      throw new Error("no model");
    },
    () => Promise.reject(new Error("no model")),
  ];
  for (const splitStems of outcomes) {
    const world = streamingWorld({ splitStems });
    const client = world.dial();
    client.send({ stem_source_mode: "vocals" });
    client.sendAudio(rampClip(1));
    await world.clock.settle(1);
    assertEquals(client.kinds, ["error"]);
    assertEquals(client.last("error")?.["code"], "stem_extract_failed");
    assertEquals(ending(client), "1011 stem extraction failed");
  }
});

Deno.test("a session that cannot be made is refused, now or later, and gives its slot back", async () => {
  let isBroken = true;
  for (const isLate of [false, true]) {
    isBroken = true;
    const world = streamingWorld({
      createEngine: () => {
        if (isBroken) throw new Error("no device");
        return new PassThroughEngine();
      },
      splitStems: (clip) => {
        const pair = { vocals: clip, instruments: clip };
        return isLate ? Promise.resolve(pair) : pair;
      },
    });
    const client = world.dial();
    client.send({ fixture_name: "mine" });
    client.sendAudio(rampClip(1));
    await world.clock.settle(1);
    assertEquals(client.last("error")?.["code"], "session_failed");
    assertEquals(ending(client), "1011 session failed");
    assertEquals(world.world.registry.admission.held, 0);
    isBroken = false;
    const next = world.start();
    assertEquals(next.kinds[0], "ready");
  }
});

/** Sends an upload and returns what came of it. */
function upload(
  world: StreamingWorld,
  message: Record<string, unknown>,
  audio: Uint8Array | string,
): RawClient {
  const client = world.dial();
  client.send({ type: "upload_track", ...message });
  if (typeof audio === "string") client.sendText(audio);
  else client.sendBinary(audio);
  world.run(1);
  return client;
}

Deno.test("an upload is answered with its stored name and facts, and the connection closes", () => {
  const world = streamingWorld();
  const pcm = encodePcm(rampClip(1.05).audio, 2);
  const client = upload(world, { name: "a/b.mp3", key: "D major", time_signature: "3" }, pcm);
  assertEquals(client.arrivals.map(({ message }) => message), [{
    type: "upload_ok",
    name: "b.wav",
    bpm: null,
    key: "D major",
    time_signature: "3",
    duration_s: 1,
    samples: 48_000,
    stems_pending: true,
  }]);
  assertEquals(client.closed?.code, 1000);
  const other = encodePcm(levelClip(1, 0.5).audio, 2);
  assertEquals(upload(world, {}, other).last("upload_ok")?.["name"], "upload.wav");
});

Deno.test("an upload with text in place of audio, too little or broken audio ends in upload_failed", () => {
  const bad = ["text", encodePcm(rampClip(0.1).audio, 2), new Uint8Array(3)];
  for (const audio of bad) {
    const client = upload(streamingWorld(), { name: "x" }, audio);
    assertEquals(client.kinds, ["upload_failed"]);
    assertEquals(client.closed?.code, 1000);
  }
});

Deno.test("an upload makes no session and preempts none", () => {
  const world = streamingWorld();
  const running = world.start();
  upload(world, { name: "mine" }, encodePcm(rampClip(1).audio, 2));
  world.run(1);
  assertEquals([running.closed, world.sessions.length], [null, 1]);
  assertEquals(world.world.registry.list().length, 1);
});

Deno.test("an uploaded track can be swapped in by its name", () => {
  const world = streamingWorld();
  upload(world, { name: "mine", key: "D major" }, encodePcm(levelClip(1, 0.25).audio, 2));
  const client = world.start();
  client.send({ type: "swap_source", fixture_name: "mine.wav", use_server_source: true });
  until(world, client, "swap_ready");
  assertEquals(client.last("swap_ready")?.["key"], "D major");
});

/** A world whose stems are made when the test says so, and a session that plays an upload. */
function playingUpload() {
  const splits: PromiseWithResolvers<StemPair>[] = [];
  const world = streamingWorld({
    splitStems: () => {
      splits.push(Promise.withResolvers());
      return splits.at(-1)!.promise;
    },
  });
  const clip = levelClip(1, 0.5);
  const pcm = encodePcm(clip.audio, 2);
  const sender = upload(world, { name: "mine" }, pcm);
  const client = world.start();
  const swap = { type: "swap_source", fixture_name: "mine.wav", use_server_source: true };
  client.send(swap);
  until(world, client, "swap_ready");
  const pair = { vocals: levelClip(1, 0.375), instruments: levelClip(1, 0.125) };
  return { world, splits, pair, sender, client, swap, pcm };
}

Deno.test("an upload is answered before its stems are there; they follow to whoever plays it", async () => {
  const { world, splits, pair, sender, client } = playingUpload();
  assertEquals(sender.last("upload_ok")?.["stems_pending"], true);
  world.run(1);
  assertEquals(client.all("stem_assets"), []);
  splits[0]!.resolve(pair);
  await splits[0]!.promise;
  world.run(1);
  const assets = client.last("stem_assets")!;
  assertEquals([assets["fixture_name"], assets["source_mode"]], ["mine.wav", ""]);
  const at = client.kinds.indexOf("stem_assets");
  assertEquals(client.kinds.slice(at, at + 3), ["stem_assets", "stem:vocals", "stem:instruments"]);
  assertEquals(client.arrivals[at + 1]!.audio, pair.vocals.audio);
  assert(client.kinds.slice(at + 3).includes("slice"), "the session goes on");
  assertEquals(splits.length, 1);
});

Deno.test("stems of an upload that fail are told to the session that plays it", async () => {
  const { world, splits, client } = playingUpload();
  splits[0]!.reject(new Error("no memory"));
  await splits[0]!.promise.catch(() => {});
  world.run(1);
  assertEquals(client.last("stem_failed"), {
    type: "stem_failed",
    fixture_name: "mine.wav",
    error: "no memory",
  });
  assertEquals(client.closed, null);
});

Deno.test("stems that an upload has by then come with a swap to it, and are not made again", async () => {
  const { world, splits, pair, client, swap, pcm } = playingUpload();
  splits[0]!.resolve(pair);
  await splits[0]!.promise;
  world.run(1);
  client.send(swap);
  world.run(1);
  const at = client.kinds.lastIndexOf("swap_ready");
  assertEquals(client.kinds.slice(at, at + 5), [
    "swap_ready",
    "buffer",
    "stem_assets",
    "stem:vocals",
    "stem:instruments",
  ]);
  assertEquals(client.last("stem_assets")?.["source_mode"], "full");
  const again = upload(world, { name: "mine" }, pcm).last("upload_ok");
  assertEquals([again?.["name"], again?.["stems_pending"]], ["mine.wav", false]);
  assertEquals(splits.length, 1);
});

Deno.test("the newest connection wins: the old one is closed with 4001 and its reason", () => {
  const world = streamingWorld();
  const old = world.start();
  const newer = world.start();
  world.run(1);
  assertEquals(ending(old), "4001 preempted by a newer session");
  assert(newer.slices.length > 5);
  assertEquals(world.world.registry.list().map(({ id }) => id), [world.sessions[1]!.id]);
  assert(world.sessions[0]!.hasEnded);
});

Deno.test("a newcomer disturbs nobody before its config and its audio have come", () => {
  const world = streamingWorld();
  const old = world.start();
  const newer = world.dial();
  world.run(5);
  newer.send({});
  world.run(5);
  assertEquals(old.closed, null);
  newer.sendAudio(rampClip(1));
  world.run(1);
  assertEquals([old.closed?.code, newer.kinds[0]], [4001, "ready"]);
});

Deno.test("a newcomer with unusable audio disturbs nobody at all", () => {
  for (const audio of [new Uint8Array(4), encodePcm(rampClip(0.1).audio, 2)]) {
    const world = streamingWorld();
    const old = world.start();
    const newer = world.dial();
    newer.send({});
    newer.sendBinary(audio);
    world.run(1);
    assertEquals([old.closed, newer.closed?.code], [null, 1011]);
  }
});

Deno.test("a newcomer waits until the old session is torn down, and no longer than 45 s", () => {
  for (const [teardownS, startsAtS] of [[7, 7], [300, 45]] as const) {
    const world = streamingWorld({ faults: { teardownS } });
    const old = world.start();
    const atS = world.clock.now();
    const newer = world.dial();
    newer.send({});
    newer.sendAudio(rampClip(1));
    world.run(startsAtS - 0.5);
    assertEquals([old.closed?.code, newer.kinds], [4001, []]);
    world.run(1.5);
    assertAlmostEquals(newer.all("ready")[0]!.atS - atS, startsAtS, 0.1);
  }
});

Deno.test("a session that is being torn down makes no more slices", () => {
  const world = streamingWorld({ faults: { teardownS: 20 } });
  const client = world.start();
  world.run(1);
  client.close();
  world.run(0.1);
  const [session] = world.sessions;
  const made = session!.sliceCount;
  world.run(10);
  assertEquals([session!.sliceCount, session!.hasEnded], [made, false]);
  world.run(10);
  assert(session!.hasEnded);
});

Deno.test("of many newcomers the newest has the session in the end, and each is told once", () => {
  const world = streamingWorld({ faults: { teardownS: 2 } });
  const clients = Array.from({ length: 5 }, () => {
    const client = world.dial();
    client.send({});
    client.sendAudio(rampClip(1));
    world.run(0.5);
    return client;
  });
  world.run(30);
  assertEquals(clients.map(({ closed }) => closed?.code ?? null), [4001, 4001, 4001, 4001, null]);
  assertEquals(world.world.registry.list().length, 1);
});

Deno.test("a newcomer that gives up while it waits costs the next one nothing", () => {
  const world = streamingWorld({ faults: { teardownS: 5 } });
  world.start();
  const impatient = world.dial();
  impatient.send({});
  impatient.sendAudio(rampClip(1));
  world.run(1);
  impatient.close();
  world.run(10);
  const next = world.start();
  assertEquals(next.kinds[0], "ready");
});

Deno.test("with two slots a third session preempts the oldest", () => {
  const world = streamingWorld({ settings: { maxSessions: 2 } });
  const clients = [world.start(), world.start(), world.start()];
  world.run(1);
  assertEquals(clients.map(({ closed }) => closed?.code ?? null), [4001, null, null]);
});

Deno.test("a client that leaves or vanishes ends its session and frees its slot", () => {
  for (const leave of [(c: RawClient) => c.close(), (c: RawClient) => c.terminate()]) {
    const world = streamingWorld();
    const client = world.start();
    leave(client);
    world.run(1);
    const { registry } = world.world;
    assert(world.sessions[0]!.hasEnded);
    assertEquals([registry.list(), registry.admission.held, registry.connections], [[], 0, 0]);
  }
});

Deno.test("a client that vanishes during its handshake leaves no session behind", () => {
  const world = streamingWorld({ network: { down: { bytesPerS: 100_000 } } });
  const client = world.dial();
  client.send({});
  client.sendAudio(rampClip(10));
  until(world, client, "ready");
  client.terminate();
  world.run(20); // a server that does not read hears of it when the buffer has left
  const { registry } = world.world;
  assertEquals([registry.admission.held, registry.connections], [0, 0]);
  assert(world.sessions[0]!.hasEnded);
});

Deno.test("when everybody is gone no timer is left", () => {
  const world = streamingWorld({ faults: { teardownS: 3 } });
  const client = world.start();
  client.send({ type: "swap_source" });
  world.run(1);
  client.close();
  world.run(60);
  const { fired } = world.clock;
  world.clock.run();
  assertEquals(world.clock.fired, fired);
});

Deno.test("what a client sends ahead of its session stays with it until the session reads", () => {
  const world = streamingWorld({ faults: { teardownS: 30 } });
  world.start();
  const client = world.dial();
  client.send({});
  client.sendAudio(rampClip(1));
  for (let i = 0; i < 1000; i++) client.params(i);
  world.run(40);
  assertEquals([client.closed, client.kinds.includes("slice")], [null, true]);
});

Deno.test("hundreds of frames that come although nothing is read end the connection", () => {
  const world = streamingWorld({ faults: { teardownS: 30 } });
  world.start();
  const connection = new FakeConnection();
  world.world.registry.accept(connection);
  const { onPacket } = connection.handler!;
  onPacket(textPacket("{}"));
  onPacket(sampleCodec.pcm(rampClip(1)));
  assert(connection.isReadPaused);
  for (let i = 0; i < 300; i++) onPacket(textPacket("{}"));
  assertEquals(connection.closedWith, { code: 1011, reason: "too many messages ahead" });
});

Deno.test("a fault in a session's own works ends its connection with 1011, not the server", () => {
  const world = streamingWorld({
    observer: {
      onSliceSent() {
        throw new Error("observer is broken");
      },
    },
  });
  const client = world.start();
  world.run(1);
  assertEquals(ending(client), "1011 internal error");
  assert(world.sessions[0]!.hasEnded);
  assertEquals(world.world.registry.admission.held, 0);
});

Deno.test("a reader that stops costs the server a bounded amount, and gets a true mirror afterwards", () => {
  const world = streamingWorld({ network: { windowBytes: 65_536 } });
  const client = world.start({}, rampClip(4));
  world.play(client, 1);
  client.setReadPaused(true);
  const [session] = world.sessions;
  const before = session!.sliceCount;
  world.run(15);
  assert(session!.sliceCount - before > 100, "the session does not wait for its reader");
  client.setReadPaused(false);
  world.play(client, 1);
  session!.hold();
  world.run(2);
  assertEquals(client.closed, null);
  assert(client.slices.length < before + 100, "most of what was made meanwhile was dropped");
  assertEquals(client.mirror, world.world.registry.get(session!.id)!.socket.mirror);
});

Deno.test("a reader that stops while control events pile up is dropped with a normal close", () => {
  const world = streamingWorld({ network: { windowBytes: 1024 } });
  const client = world.start();
  client.setReadPaused(true);
  const [session] = world.sessions;
  for (let i = 0; i < 3000; i++) {
    world.world.registry.inject(session!.id, { type: "prompt", tags: "x".repeat(200) }, null);
  }
  assert(session!.hasEnded);
  assert(world.log.some(({ event }) => event === "subscriber dropped"));
  client.setReadPaused(false);
  world.run(5);
  assert(client.closed !== null && [1000, 1006].includes(client.closed.code));
});

Deno.test("no log line holds a prompt", () => {
  const world = streamingWorld();
  const client = world.start({ prompt: "secret words" });
  client.send({ type: "prompt", tags: "secret words", key: 3 });
  client.sendText('{"secret words');
  client.send({ type: "params", raw: "secret words" });
  world.run(1);
  client.close();
  world.run(1);
  assert(!JSON.stringify(world.log).includes("secret"), JSON.stringify(world.log));
});
