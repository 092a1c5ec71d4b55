import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { TargetError, UsageError } from "../../runtime/errors.ts";
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { rampSource, ScriptedPeer } from "../../tests/support/scripted_server.ts";
import { encodeHalfBuffer } from "../../wire/half_buffer.ts";
import { decodePcm } from "../../wire/pcm.ts";
import type { NetworkProfileInput } from "../network/profile.ts";
import { SimNetwork } from "../network/sim_network.ts";
import { LAG_TAGS } from "../tags.ts";
import { HeadlessClient } from "./headless_client.ts";
import type { AppliedSlice, ClientObserver, TakenBuffer } from "./observer.ts";
import type { HeadlessClientOptions } from "./options.ts";
import { BROWSER_RECONNECT } from "./reconnect.ts";

const SECOND = 48000;
const SOURCE = rampSource(4 * SECOND);

/** What an observer was told, in words, and the records it was given. */
class Diary implements ClientObserver {
  readonly lines: string[] = [];
  readonly slices: AppliedSlice[] = [];
  readonly errors: Error[] = [];
  readonly gapsS: number[] = [];
  onState(state: string) {
    this.lines.push(state);
  }
  onBuffer({ kind, epoch, frames }: TakenBuffer) {
    this.lines.push(`${kind} buffer, epoch ${epoch}, ${frames} frames`);
  }
  onSlice(slice: AppliedSlice) {
    this.slices.push(slice);
  }
  onEvent(message: { readonly type: string }) {
    this.lines.push(message.type);
  }
  onDecodeError(error: Error) {
    this.errors.push(error);
  }
  onFailure(error: Error) {
    this.errors.push(error);
  }
  onClose(code: number, reason: string, willReconnect: boolean) {
    this.lines.push(`close ${code} ${reason}${willReconnect ? ", will reconnect" : ""}`);
  }
  onResumed(gapS: number) {
    this.gapsS.push(gapS);
  }
}

function setUp(options: Partial<HeadlessClientOptions> = {}, profile: NetworkProfileInput = {}) {
  const clock = new VirtualClock();
  const network = new SimNetwork({ clock, rng: new Rng(1), profile });
  const peers: ScriptedPeer[] = [];
  network.listen((connection) => peers.push(new ScriptedPeer(connection)));
  const diary = new Diary();
  const client = new HeadlessClient({
    dial: network.dial,
    clock,
    rng: new Rng(2),
    config: { prompt: "pads" },
    source: { kind: "fixture", name: "loop.wav" },
    observer: diary,
    ...options,
  });
  const wait = (seconds: number) => clock.runUntil(clock.now() + seconds);
  return { clock, network, peers, diary, client, wait };
}

/** A client whose session has begun. */
function streaming(
  options: Partial<HeadlessClientOptions> = {},
  profile: NetworkProfileInput = {},
) {
  const world = setUp(options, profile);
  world.client.open();
  world.wait(1);
  const peer = world.peers[0]!;
  peer.welcome(SOURCE);
  world.wait(1);
  assertEquals(world.client.state, "streaming");
  return { ...world, peer };
}

Deno.test("HeadlessClient asks for a fixture and uploads nothing", () => {
  const { client, peers, wait } = setUp();
  client.open();
  wait(1);
  assertEquals(peers[0]?.heard, [
    { prompt: "pads", fixture_name: "loop.wav", use_server_fixture: true },
  ]);
  assertEquals(peers[0]?.binaries, []);
});

Deno.test("HeadlessClient uploads its clip right after the config", () => {
  const audio = Float32Array.of(0.5, -0.5, 1, -1);
  const source = { kind: "clip", audio, channels: 2, frames: 2 } as const;
  const { client, peers, wait } = setUp({ source });
  client.open();
  wait(1);
  assertEquals(peers[0]?.heard, [{ prompt: "pads", use_server_fixture: false }]);
  assertEquals(decodePcm(peers[0]!.binaries[0]!).audio, audio);
});

Deno.test("HeadlessClient takes the buffer of an old server and of a new one", async () => {
  for (
    const fields of [{}, {
      source_epoch: 3,
      geometry: { sample_rate: 48000, channels: 2, chunk_rate_hz: 25, duration_s: 4 },
      future_field: { deep: [1] },
    }]
  ) {
    const { client, peers, wait } = setUp();
    const started = client.start();
    wait(1);
    const peer = peers[0]!;
    peer.say({ type: "init_ack", session_id: "x", client_id: null });
    peer.say({ type: "prompt_applied", tags: "ignored before ready" });
    peer.sayReady(SOURCE, fields);
    peer.say({ type: "lora_catalog", catalog: [] });
    peer.sayBuffer(SOURCE);
    wait(0);
    const info = await started;
    assertEquals([info.sessionId, info.frames, info.channels], ["scripted", 4 * SECOND, 2]);
    assertEquals(info.epoch, "source_epoch" in fields ? 3 : 0);
    assertEquals(client.mirror, peer.mirror);
    assertEquals(client.can("swap"), true);
  }
});

Deno.test("HeadlessClient refuses a server of another sample rate", async () => {
  const { client, peers, wait, diary } = setUp();
  const started = client.start();
  wait(1);
  peers[0]!.sayReady(SOURCE, { sample_rate: 44100 });
  wait(1);
  await assertRejects(() => started, TargetError, "44100 Hz, expected 48000 Hz");
  assertEquals(client.state, "closed");
  assertEquals(diary.errors.length, 1);
  assertEquals(peers[0]!.closes.length, 1);
});

Deno.test("HeadlessClient reports a refusal with its code and build command", async () => {
  const { client, peers, wait, diary } = setUp();
  const started = client.start();
  wait(1);
  const message = "no engine for 60 s";
  peers[0]!.say({ type: "error", code: "engine_not_built", message, build_command: "make it" });
  peers[0]!.connection.close(1011, "TRT engine not built");
  wait(1);
  const error = await assertRejects(() => started, TargetError, "engine_not_built: no engine");
  assertEquals(error.fields, { code: "engine_not_built", message, build_command: "make it" });
  assertEquals(diary.lines.slice(-2), ["close 1011 TRT engine not built", "closed"]);
  assertEquals(client.status().closeCode, 1011);

  const slow = setUp();
  const slowly = slow.client.start();
  slow.wait(1);
  slow.peers[0]!.say({ type: "error", code: "stem_extract_failed", message: "no stems" });
  slow.wait(2);
  await assertRejects(() => slowly, TargetError, "stem_extract_failed: no stems");
});

Deno.test("HeadlessClient gives up on a server that never answers, or that hangs up", async () => {
  const silent = setUp({ startTimeoutS: 50 });
  const started = silent.client.start();
  silent.wait(60);
  await assertRejects(() => started, TargetError, "no session within 50 s");

  const rude = setUp();
  const rudely = rude.client.start();
  rude.wait(1);
  rude.peers[0]!.connection.close(1011, "no backend");
  rude.wait(1);
  await assertRejects(() => rudely, TargetError, "closed with 1011: no backend before");
});

Deno.test("HeadlessClient ticks with knobs, position and telemetry", () => {
  const { client, peer, wait, clock } = streaming({ paramsHz: 10 });
  client.setKnobs({ denoise: 0.5 });
  wait(1);
  assertEquals(peer.heardOf("params").length, 21); // at 1.0, 1.1, … 3.0
  assertEquals(peer.lastParams, {
    type: "params",
    raw: { denoise: 0.5 },
    playback_pos: 2,
    client_time: clock.now(),
    slice_bytes_rx: 0,
    slice_lead_s: null,
  });
  client.setKnobs({ seed: 7 });
  client.seek(1);
  wait(0.1);
  assertEquals(peer.lastParams?.["raw"], { denoise: 0.5, seed: 7 });
  assertEquals(peer.lastParams?.["playback_pos"], 1.1);
});

Deno.test("HeadlessClient sends no telemetry in the reference's profile", () => {
  const { peer } = streaming({ profile: "reference", paramsHz: 1 });
  assertEquals(peer.lastParams, { type: "params", raw: {}, playback_pos: 1 });
});

Deno.test("HeadlessClient reports the worst lead since the last tick, seam-pinned slices left out", () => {
  const { peer, wait } = streaming({ paramsHz: 2 });
  wait(0.1); // playhead at 1.1 s
  peer.saySlice(2 * SECOND, 17280);
  peer.saySlice(1.5 * SECOND, 17280);
  peer.saySlice(4 * SECOND - 17280, 17280);
  peer.saySlice(0.5 * SECOND, 4800);
  wait(0.4);
  assertAlmostEquals(Number(peer.lastParams?.["slice_lead_s"]), -0.6, 1e-4);
  assert(Number(peer.lastParams?.["slice_bytes_rx"]) > 4 * 23);
  wait(0.5);
  assertEquals(peer.lastParams?.["slice_lead_s"], null);
});

Deno.test("HeadlessClient holds ticks back while more than 8 KiB wait, and carries the worst lead", () => {
  const world = streaming({ paramsHz: 10 });
  const { client, network, peer, wait } = world;
  network.setProfile({ up: { bytesPerS: 10_000 } });
  client.send(
    { type: "set_timbre_source", name: "clip" },
    { audio: new Float32Array(8000), channels: 1, frames: 8000 },
  );
  const before = peer.heardOf("params").length;
  peer.saySlice(0, 4800);
  wait(2);
  assertEquals(peer.heardOf("params").length, before);
  wait(3);
  const later = peer.heardOf("params").slice(before);
  assert(later.length > 0);
  const leadsS = later.map((tick) => tick["slice_lead_s"]).filter((leadS) => leadS !== null);
  assertEquals(leadsS.length, 1);
  assertAlmostEquals(Number(leadsS[0]), -1, 0.01);
  assert(client.harness().gatedTicks >= 20);
});

Deno.test("HeadlessClient keeps the mirror of the server, slice by slice", () => {
  const { client, peer, wait, diary } = streaming();
  for (let i = 0; i < 40; i++) {
    peer.saySlice((i * 9600) % (4 * SECOND), 17280, (i % 7) / 9 - 0.3);
    wait(0.1);
    assertEquals(client.mirror, peer.mirror);
  }
  assertEquals(diary.slices.length, 40);
  assertEquals(client.status().sliceCount, 40);
  assertEquals(diary.slices.filter((slice) => slice.payloadCrc === null).length, 0);
  const cut = diary.slices.find((slice) => slice.record.startSample === 19 * 9600)!;
  assertEquals([cut.frames, cut.record.numSamples], [9600, 9600]);
});

Deno.test("HeadlessClient goes on after a frame that it cannot decode, and reports it", () => {
  const { client, peer, wait, network, diary } = streaming();
  network.corruptNextSlice();
  peer.saySlice(0, 17280);
  peer.saySlice(24000, 17280);
  peer.connection.send({ kind: "text", text: "not json", bytes: 8 });
  peer.sayBinary(new Uint8Array(2));
  wait(1);
  assertEquals(diary.slices.length, 1);
  assertEquals(diary.errors.length, 3);
  assertEquals(client.state, "streaming");
  const errors = client.status().recentEvents.filter(({ type }) => type === "_client_decode_error");
  assertEquals(errors.length, 3);
  assertEquals(client.status().decodeErrors, 3);
});

Deno.test("HeadlessClient survives events and fields that it does not know", () => {
  const { client, peer, wait, diary } = streaming();
  peer.say({ type: "weather_report", rain: true });
  peer.say({ type: "depth_applied", value: 2, extra: "kept" });
  wait(1);
  assertEquals(diary.lines.slice(-2), ["weather_report", "depth_applied"]);
  assertEquals(diary.errors, []);
  assertEquals(client.status().recentEvents.at(-1), { type: "depth_applied", value: 2, agoS: 1 });
});

Deno.test("HeadlessClient keeps binaries in step over a swap with stems and a late push", () => {
  const { client, peer, wait, diary } = streaming();
  const next = rampSource(2 * SECOND);
  const stem = encodeHalfBuffer(next.audio);
  const assets = {
    type: "stem_assets",
    fixture_name: "next",
    sample_rate: 48000,
    channels: 2,
    frames: 2 * SECOND,
    stems: ["vocals", "instruments"],
    source_mode: "full",
  };
  const facts = { bpm: null, key: null, time_signature: "4", fixture_name: "next" };
  peer.say({ type: "swap_ready", duration: 2, sample_rate: 48000, channels: 2, ...facts });
  peer.sayBuffer(next);
  peer.say(assets);
  peer.sayBinary(stem);
  peer.sayBinary(stem);
  peer.saySlice(0, 17280);
  wait(0.5);
  assertEquals(client.epoch, 1);
  peer.say({ ...assets, source_mode: "" });
  peer.sayBinary(stem);
  peer.say({ type: "prompt_applied", tags: "in between" });
  peer.sayBinary(stem);
  peer.saySlice(24000, 17280);
  wait(0.5);
  assertEquals(client.mirror, peer.mirror);
  assertEquals(diary.errors, []);
  assertEquals(diary.slices.map(({ epoch }) => epoch), [1, 1]);
});

Deno.test("HeadlessClient reports a buffer of another size than announced", () => {
  const { peer, wait, diary } = streaming();
  const facts = { bpm: null, key: null, time_signature: null, fixture_name: null };
  peer.say({ type: "swap_ready", duration: 3, sample_rate: 48000, channels: 2, ...facts });
  peer.sayBuffer(rampSource(2 * SECOND));
  wait(1);
  assertEquals(diary.errors.map(({ message }) => message), [
    "buffer is 384000 bytes, expected 576000 as announced",
  ]);
});

Deno.test("HeadlessClient starts again at the buffer of a swap, not at its announcement", () => {
  const { client, peer, wait } = streaming();
  peer.saySlice(2 * SECOND, 17280);
  client.setRate(0.5);
  wait(1);
  const facts = { bpm: null, key: null, time_signature: null, fixture_name: null, source_epoch: 5 };
  peer.say({ type: "swap_ready", duration: 3, sample_rate: 48000, channels: 2, ...facts });
  wait(1);
  assertEquals(client.playheadS, 2);
  assertEquals(client.lagReport({ windowS: null }).slices.count, 1);
  peer.sayBuffer(rampSource(3 * SECOND));
  wait(0);
  assertEquals(client.playheadS, 0);
  assertEquals([client.bufferFrames, client.epoch], [3 * SECOND, 5]);
  assertEquals(client.lagReport({ windowS: null }).slices.count, 0);
  assertThrows(() => client.dumpAudio("played"), UsageError, "nothing is recorded yet");
  wait(1);
  assertEquals(client.playheadS, 0.5);
});

Deno.test("HeadlessClient adopts echoed knobs and never loses one", () => {
  const { client, peer, wait } = streaming({ paramsHz: 10 });
  client.setKnobs({ denoise: 0.2, seed: 3 });
  peer.say({ type: "params_echo", raw: { denoise: 0.9 } });
  peer.say({ type: "params_echo", raw: { feedback: 0.4 } });
  wait(0.2);
  assertEquals(peer.lastParams?.["raw"], { denoise: 0.9, seed: 3, feedback: 0.4 });
});

Deno.test("HeadlessClient answers an echoed prompt blend with its own", () => {
  const { peer, wait } = streaming();
  peer.say({ type: "prompt_blend_echo", value: 0.7 });
  wait(0.2);
  assertEquals(peer.heardOf("set_prompt_blend"), [{ type: "set_prompt_blend", value: 0.7 }]);
});

Deno.test("HeadlessClient can be careless on purpose", () => {
  const { client, peer, wait } = streaming({ paramsHz: 10, profile: "reference" });
  client.setFaults({ omitPlaybackPos: true, ignoreEchoes: true });
  peer.say({ type: "params_echo", raw: { denoise: 0.9 } });
  wait(0.2);
  assertEquals(peer.lastParams, { type: "params", raw: {} });
  client.setFaults({ frozenPlaybackPos: true });
  wait(0.5);
  const first = peer.lastParams?.["playback_pos"];
  wait(0.5);
  assertEquals(peer.lastParams?.["playback_pos"], first);
  client.setFaults({});
  wait(0.1);
  assertAlmostEquals(Number(peer.lastParams?.["playback_pos"]), client.playheadS, 1e-3);
});

Deno.test("HeadlessClient sends a command with its audio, and refuses one without", () => {
  const { client, peer, wait } = streaming();
  const clip = { audio: Float32Array.of(0.5, 0.25), channels: 1, frames: 2 };
  assertEquals(client.send({ type: "set_timbre_source", name: "clip" }, clip), true);
  assertThrows(
    () => client.send({ type: "set_timbre_source", name: "clip" }),
    UsageError,
    "set_timbre_source is followed by audio",
  );
  client.send({ type: "swap_source", use_server_source: false }, null, { omitBinary: true });
  client.send({ type: "telepathy" } as never);
  wait(0.1);
  assertEquals(peer.heard.filter(({ type }) => type !== "params").slice(1), [
    { type: "set_timbre_source", name: "clip" },
    { type: "swap_source", use_server_source: false },
    { type: "telepathy" },
  ]);
  assertEquals(decodePcm(peer.binaries[0]!).audio, clip.audio);
});

Deno.test("HeadlessClient tags what is no fault", () => {
  const { client, peer, wait, diary } = streaming({ settleS: 0.5, idlePauseS: 5 });
  const tagsNow = () => {
    peer.saySlice(1920, 4800);
    wait(0.01);
    return diary.slices.at(-1)!.record.tags;
  };
  assertEquals(tagsNow(), 0); // a second after the start
  client.seek(3);
  assertEquals(tagsNow(), LAG_TAGS.settling);
  wait(1);
  client.setPaused(true);
  assertEquals(tagsNow(), LAG_TAGS.paused);
  client.setPaused(false);
  assertEquals(tagsNow(), LAG_TAGS.settling);
  wait(1);
  peer.saySlice(4 * SECOND - 17280, 17280);
  wait(0.01);
  assertEquals(diary.slices.at(-1)!.record.tags, LAG_TAGS.seamPinned);
  client.setLoopBand({ startS: 1, endS: 2 });
  wait(1);
  assertEquals(tagsNow(), LAG_TAGS.loopBand);
  client.setLoopBand(null);
  wait(6);
  assertEquals(tagsNow(), LAG_TAGS.idle);
  const trouble = { code: "crashed", message: "ended", failures: 1, retry_s: 0.5 };
  peer.say({ type: "engine_trouble", ...trouble });
  assertEquals(tagsNow(), LAG_TAGS.idle); // nobody touched anything
  client.setKnobs({ denoise: 0.5 });
  assertEquals(tagsNow(), LAG_TAGS.settling);
  wait(1);
  assertEquals(tagsNow(), 0);
});

Deno.test("HeadlessClient loops inside a band, here and at the server", () => {
  const { client, peer, wait } = streaming({ paramsHz: 10 });
  client.setLoopBand({ startS: 2, endS: 3 });
  assertEquals(client.playheadS, 2);
  wait(1.5);
  assertEquals(client.playheadS, 2.5);
  assertEquals(peer.heardOf("loop_band"), [{ type: "loop_band", start_sec: 2, end_sec: 3 }]);
  client.setLoopBand(null);
  wait(1);
  assertEquals(client.playheadS, 3.5);
});

Deno.test("HeadlessClient records what was heard, before a slice changes it", () => {
  const { client, peer, wait } = streaming({ paramsHz: 1, recordPlaybackS: 10 });
  wait(0.5); // playhead at 1.5 s
  peer.saySlice(0, 3 * SECOND, 0.125);
  wait(0.5);
  const played = client.dumpAudio("played");
  assertEquals(played.frames, 2 * SECOND);
  const original = SOURCE.audio;
  const heardAt = (seconds: number) => played.audio[seconds * SECOND * 2 + 1]!;
  assertAlmostEquals(heardAt(1.25), original[1.25 * SECOND * 2 + 1]!, 1e-3);
  assertAlmostEquals(heardAt(1.75), 0.125, 1e-3);
  assertEquals(client.dumpAudio("buffer", 1).audio, client.mirror?.subarray(3 * SECOND * 2));
  assertThrows(() => client.dumpAudio("buffer", 0), UsageError, "must be above 0");
});

Deno.test("HeadlessClient treats preemption as final", () => {
  const { client, peer, wait, diary, peers } = streaming({ reconnect: BROWSER_RECONNECT });
  peer.connection.close(4001, "preempted by a newer session");
  wait(100);
  assertEquals(peers.length, 1);
  assertEquals(diary.lines.slice(-2), ["close 4001 preempted by a newer session", "closed"]);
  assertEquals(client.status().closeCode, 4001);
  assertEquals(client.status().closedReason, "closed with 4001: preempted by a newer session");
});

Deno.test("HeadlessClient makes a lost session again as it was", () => {
  const { client, peers, peer, network, wait, diary } = streaming({ reconnect: BROWSER_RECONNECT });
  const clip = { audio: Float32Array.of(0.5), channels: 1, frames: 1 };
  client.setKnobs({ denoise: 0.5 });
  client.send({ type: "prompt", tags: "first" });
  client.send({ type: "prompt", tags: "second" });
  client.send({ type: "set_timbre_source", name: "t" }, clip);
  client.send({ type: "set_structure_fixture", name: "s" });
  client.send({ type: "clear_structure_source" });
  client.send({ type: "enable_lora", id: "a", strength: 1 });
  client.setLoopBand({ startS: 1, endS: 3 });
  peer.saySlice(0, 4800);
  wait(1);
  network.abruptClose();
  wait(0);
  assertEquals(client.state, "reconnecting");
  wait(2);
  assertEquals(peers.length, 2);
  const positionS = client.playheadS;
  const again = peers[1]!;
  again.welcome(SOURCE);
  wait(0);
  assertEquals(client.playheadS, positionS);
  wait(0.1);
  assertEquals(again.heard.filter(({ type }) => type !== "params"), [
    { prompt: "pads", fixture_name: "loop.wav", use_server_fixture: true },
    { type: "prompt", tags: "second" },
    { type: "set_timbre_source", name: "t" },
    { type: "enable_lora", id: "a", strength: 1 },
    { type: "loop_band", start_sec: 1, end_sec: 3 },
  ]);
  assertEquals(again.binaries.length, 1);
  assertEquals(again.lastParams?.["raw"], { denoise: 0.5 });
  assertEquals(again.lastParams?.["slice_bytes_rx"], 0);
  again.saySlice(0, 4800);
  wait(0.9);
  assertEquals(client.mirror, again.mirror);
  assertAlmostEquals(diary.gapsS[0]!, 3.1, 1e-9);
  assertEquals(client.status().gapS, diary.gapsS[0]!);
  assertEquals(client.status().reconnects, 1);
});

Deno.test("HeadlessClient asks for the source that it last swapped to", () => {
  const { client, peers, peer, network, wait } = streaming({ reconnect: BROWSER_RECONNECT });
  client.swap({ kind: "fixture", name: "other.wav" }, { tags: "strings" });
  const facts = { bpm: null, key: null, time_signature: null, fixture_name: "other.wav" };
  peer.say({ type: "swap_ready", duration: 4, sample_rate: 48000, channels: 2, ...facts });
  peer.sayBuffer(SOURCE);
  wait(1);
  network.abruptClose();
  wait(2);
  assertEquals(peers[1]?.heard[0], {
    prompt: "strings",
    fixture_name: "other.wav",
    use_server_fixture: true,
  });
});

Deno.test("HeadlessClient has epoch and mirror of the new session after a reconnect", () => {
  const { client, peers, peer, network, wait } = streaming({ reconnect: BROWSER_RECONNECT });
  client.swap({ kind: "fixture", name: "other.wav" });
  const facts = { bpm: null, key: null, time_signature: null, fixture_name: "other.wav" };
  peer.say({ type: "swap_ready", duration: 4, sample_rate: 48000, channels: 2, ...facts });
  peer.sayBuffer(SOURCE);
  peer.saySlice(4800, 4800, 0.75);
  wait(1);
  assertEquals(client.epoch, 1);
  network.abruptClose();
  wait(2);
  const again = peers[1]!;
  again.welcome(SOURCE);
  again.saySlice(0, 4800);
  wait(1);
  assertEquals(client.epoch, 0);
  assertEquals(client.mirror, again.mirror);
});

Deno.test("HeadlessClient gives up after its last attempt, with delays that double", () => {
  const { client, network, wait, diary } = streaming({ reconnect: BROWSER_RECONNECT });
  network.setRefusing(true);
  network.abruptClose();
  wait(30);
  assertEquals(client.state, "closed");
  assertEquals(diary.lines.filter((line) => line.startsWith("close ")).length, 6);
  assertEquals(client.status().closedReason, "closed with 1006: connection refused");
});

Deno.test("HeadlessClient that is stopped between two attempts makes no further one", async () => {
  const { client, network, wait, diary } = streaming({ reconnect: BROWSER_RECONNECT });
  network.setRefusing(true);
  network.abruptClose();
  wait(1);
  assertEquals(client.state, "reconnecting");
  const attempts = diary.lines.filter((line) => line.startsWith("close ")).length;
  const stopped = client.stop();
  wait(30);
  await stopped;
  assertEquals(client.state, "closed");
  assertEquals(diary.lines.filter((line) => line.startsWith("close ")).length, attempts);
});

Deno.test("HeadlessClient does not take the late end of an old connection for that of its new one", () => {
  const { client, peers, wait, diary } = streaming({ reconnect: BROWSER_RECONNECT }, {
    up: { latencyMs: 200 },
    down: { latencyMs: 200 },
  });
  const slow = peers[0]!;
  client.disconnect();
  client.reconnect();
  slow.connection.close(4001, "too late");
  wait(0.5);
  peers[1]!.welcome(SOURCE);
  wait(1);
  slow.saySlice(0, 4800, 0.9);
  slow.connection.terminate();
  wait(20);
  assertEquals([client.state, peers.length], ["streaming", 2]);
  assertEquals(client.mirror, peers[1]!.mirror);
  assertEquals(diary.slices.length, 0);
});

Deno.test("HeadlessClient drops and makes connections when told to", () => {
  const { client, peers, wait, diary, peer } = streaming();
  client.disconnect();
  wait(5);
  assertEquals(client.state, "disconnected");
  assertEquals(peer.closes.length, 1);
  assertEquals(peers.length, 1);
  client.reconnect();
  wait(1);
  peers[1]!.welcome(SOURCE);
  wait(0);
  assertEquals(client.state, "streaming");
  assertEquals(client.playheadS, 3); // it went on: 1 + 5 + 1 s in a buffer of 4 s
  assertEquals(diary.lines.filter((line) => line.includes("buffer")), [
    "initial buffer, epoch 0, 192000 frames",
    "reconnect buffer, epoch 0, 192000 frames",
  ]);
});

Deno.test("HeadlessClient stops in an orderly way, also when nobody answers", async () => {
  const polite = streaming();
  const stopped = polite.client.stop();
  polite.wait(0.1);
  await stopped;
  assertEquals(polite.peer.closes, ["1000 client stopped"]);
  assertEquals(polite.client.status().closeCode, 1000);
  const ticks = polite.peer.heardOf("params").length;
  polite.wait(5);
  assertEquals(polite.peer.heardOf("params").length, ticks);

  const deaf = streaming();
  deaf.network.halfOpen();
  const ended = deaf.client.stop();
  deaf.wait(4);
  await ended;
  assertEquals(deaf.client.state, "closed");
  await setUp().client.stop();
});

Deno.test("HeadlessClient skews ticks and playback apart", () => {
  const { client, peer, wait } = streaming({
    paramsHz: 10,
    clockSkew: { type: "rate", rate: 1.2 },
    audioSkew: { type: "rate", rate: 0.9 },
  });
  const before = peer.heardOf("params").length;
  wait(10);
  assertEquals(peer.heardOf("params").length - before, 120);
  assertAlmostEquals(client.playheadS, 11 * 0.9 % 4, 1e-9);
  const times = peer.heardOf("params").map((tick) => Number(tick["client_time"]));
  assertAlmostEquals(times.at(-1)! - times.at(-2)!, 0.1, 1e-9);
});

Deno.test("HeadlessClient shows position and the lag of the last ten seconds in its status", () => {
  const { client, wait } = streaming();
  wait(11);
  const { playback, running } = client.status();
  assertEquals([running, playback!.bufferDurationS, playback!.paused], [true, 4, false]);
  assertAlmostEquals(playback!.playheadS, 0, 0.001);
  assertEquals(playback!.lag.windowS, 10);
  assertAlmostEquals(playback!.lag.ticks.count, 300, 1);
});
