/**
 * What holds while audio is being prepared, and nobody waits for it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { HeldPreparer } from "../../tests/support/held_preparer.ts";
import { sessionRig } from "../../tests/support/session_rig.ts";
import {
  emptyClip,
  levelClip,
  rampClip,
  streamingWorld,
  track,
} from "../../tests/support/streaming_world.ts";
import { PreparerError } from "./source_preparer.ts";

/** A world in which one session plays, and audio of the next is held. */
function playing(options: Parameters<typeof streamingWorld>[0] = {}) {
  const preparer = new HeldPreparer();
  const world = streamingWorld({ preparer, ...options });
  const first = world.dial();
  first.send({});
  first.sendAudio(rampClip(2));
  world.run(1);
  preparer.releaseAll();
  world.run(1);
  assertEquals(world.sessions.length, 1);
  return { ...world, preparer, first };
}

Deno.test("a newcomer disturbs nobody before its audio is prepared", () => {
  const { run, play, dial, first, preparer, sessions } = playing();
  const second = dial();
  second.send({});
  second.sendAudio(rampClip(2));
  run(0.5);
  assertEquals(preparer.waiting, ["play"]);
  const before = sessions[0]!.sliceCount;
  play(first, 2);
  assert(sessions[0]!.sliceCount - before > 25, "slices go on while the audio is prepared");
  assertEquals(first.closed, null);
  preparer.release();
  run(1);
  assertEquals(first.closed?.code, 4001);
  assertEquals(second.kinds.slice(0, 2), ["ready", "buffer"]);
});

Deno.test("audio that turns out to be unusable costs nobody a session", () => {
  const { run, dial, first, preparer } = playing();
  const second = dial();
  second.send({});
  second.sendAudio(rampClip(0.1));
  run(0.5);
  preparer.release();
  run(1);
  assertEquals(second.arrivals[0]?.message["code"], "bad_request");
  assertEquals([second.closed?.code, first.closed], [1011, null]);
});

Deno.test("a client that goes while its audio is prepared leaves nothing behind", () => {
  const { run, dial, first, preparer, world } = playing();
  const second = dial();
  second.send({});
  second.sendAudio(rampClip(2));
  run(0.5);
  second.terminate();
  run(1);
  assertEquals(preparer.waiting, [], "its job was given up");
  assertEquals([world.registry.connections, world.registry.admission.held], [1, 1]);
  assertEquals(first.closed, null);
});

Deno.test("a session that cannot be prepared is refused with a code that says whose fault it is", () => {
  const codes = { busy: "server_busy", crashed: "session_failed", closed: "server_closing" };
  for (const [trouble, code] of Object.entries(codes)) {
    const { run, dial, first, preparer, sessions } = playing();
    const second = dial();
    second.send({});
    second.sendAudio(rampClip(2));
    run(0.5);
    preparer.release(new PreparerError(trouble as keyof typeof codes, "no worker"));
    run(1);
    assertEquals(second.arrivals[0]?.message, { type: "error", code, message: "no worker" });
    assertEquals([second.closed?.code, first.closed], [1011, null]);
    const third = dial();
    third.send({});
    third.sendAudio(rampClip(2));
    run(0.5);
    preparer.release();
    run(1);
    assertEquals(sessions.length, 2, "the next one is served");
  }
});

Deno.test("the teardown of a preempted session is waited for after the preparation", () => {
  const { run, dial, first, preparer, sessions } = playing({ faults: { teardownS: 3 } });
  const second = dial();
  second.send({});
  second.sendAudio(rampClip(2));
  run(0.5);
  preparer.release();
  run(2);
  assertEquals([first.closed?.code, sessions.length], [4001, 1]);
  run(2);
  assertEquals(sessions.length, 2);
});

Deno.test("an upload whose client goes is not kept, one whose client stays is", () => {
  for (const stays of [true, false]) {
    const { run, dial, preparer, world } = playing();
    const client = dial();
    client.send({ type: "upload_track", name: "mine" });
    client.sendAudio(rampClip(1));
    run(0.5);
    assertEquals(preparer.waiting, ["keep"]);
    if (!stays) client.terminate();
    run(0.5);
    preparer.releaseAll();
    run(1);
    preparer.releaseAll();
    assertEquals(world.registry.options.library.uploadNames, stays ? ["mine.wav"] : []);
    assertEquals(client.kinds, stays ? ["upload_ok"] : []);
  }
});

Deno.test("a server that closes gives up what is being prepared", () => {
  const { run, dial, preparer, world } = playing();
  const second = dial();
  second.send({});
  second.sendAudio(rampClip(2));
  run(0.5);
  let isClosed = false;
  world.registry.close(() => isClosed = true);
  run(6);
  assertEquals([isClosed, preparer.waiting], [true, []]);
});

/** A session by itself whose audio is held. */
function rig(options: Parameters<typeof sessionRig>[0] = {}) {
  const preparer = new HeldPreparer();
  return { ...sessionRig({ preparer, ...options }), preparer };
}

Deno.test("a reference that is cleared while it is prepared is set, then cleared", () => {
  for (const kind of ["timbre", "structure"]) {
    const { command, preparer, session, types } = rig();
    command({ type: `set_${kind}_source`, name: "a" }, levelClip(1, 0.5));
    command({ type: `clear_${kind}_source` });
    assertEquals(types(), []);
    preparer.release();
    assertEquals(types(), [`${kind}_set`, `${kind}_cleared`]);
    assertEquals([session.bank.state.timbre, session.bank.state.structure], [null, null]);
  }
});

Deno.test("references end in the order in which they were asked for, each in one answer", () => {
  const late = Promise.withResolvers<ReturnType<typeof levelClip>>();
  const tracks = [track("slow.wav", () => late.promise)];
  const { command, preparer, session, types } = rig({ tracks });
  command({ type: "set_timbre_source", name: "bad" }, levelClip(0.1, 0.5));
  command({ type: "set_timbre_source", name: "good" }, levelClip(1, 0.5));
  command({ type: "set_structure_source", name: "other" }, levelClip(1, 0.5));
  preparer.releaseAll();
  assertEquals(types(), ["timbre_failed", "timbre_set", "structure_set"]);
  command({ type: "set_timbre_fixture", name: "slow.wav" });
  command({ type: "set_timbre_source", name: "last" }, levelClip(1, 0.25));
  preparer.releaseAll();
  assertEquals(session.bank.state.timbre?.name, "good", "the slow one comes first");
});

Deno.test("what else a client says is heard while its audio is prepared", () => {
  const { command, run, preparer, session, types } = rig();
  run(0.5);
  command({ type: "swap_source", fixture_name: "x" }, levelClip(1, 0.5));
  const before = session.sliceCount;
  command({ type: "prompt", tags: "bells" });
  command({ type: "params", raw: { denoise: 0.5 }, playback_pos: 3 });
  run(1);
  assert(session.sliceCount - before > 12);
  assertEquals([types(), session.epoch], [["prompt_applied"], 0]);
  preparer.release();
  run(0.5);
  assertEquals([types().at(-1), session.epoch], ["swap_ready", 1]);
});

Deno.test("audio is not written into a source that was swapped meanwhile", () => {
  const source = levelClip(2, 0.25);
  const { command, run, preparer, session, last } = rig({ source });
  command({ type: "swap_source" }, levelClip(1, 0.5));
  command({ type: "write_audio", at_s: 0 }, levelClip(1, 0.75));
  preparer.release();
  run(0.5);
  assertEquals(session.epoch, 1);
  preparer.release();
  assertEquals(
    last("audio_write_failed")?.["error"],
    "audio was made for source epoch 0, but epoch 1 plays",
  );
  assertEquals(session.source.clip.audio[0], 0.5);
});

Deno.test("writes that follow each other are all in the source", () => {
  const { command, preparer, session } = rig({ source: levelClip(2, 0.25) });
  command({ type: "write_audio", at_s: 0 }, levelClip(0.5, 0.75));
  command({ type: "write_audio", at_s: 1 }, levelClip(0.5, 0.5));
  preparer.releaseAll();
  const { audio } = session.source.clip;
  assertEquals([0, 0.6, 1, 1.6].map((atS) => audio[2 * Math.round(atS * 48_000)]), [
    0.75,
    0.25,
    0.5,
    0.25,
  ]);
});

Deno.test("a session that ends gives up what it has in preparation", () => {
  const { command, preparer, session, types } = rig({ source: emptyClip(2) });
  command({ type: "swap_source" }, levelClip(1, 0.5));
  command({ type: "set_timbre_source", name: "a" }, levelClip(1, 0.5));
  session.close();
  assertEquals([preparer.waiting, types()], [[], []]);
});
