import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RingPlayer } from "./ring_player.ts";
import { seamFrames } from "../../sim/circle.ts";
import type { Source } from "./voice.ts";

/** A mono source whose every sample tells its place: frame `i` is `i / frames`. */
function ramp(frames: number, shift = 0): Source {
  return {
    audio: Float32Array.from({ length: frames }, (_, i) => shift + i / frames),
    channels: 1,
    frames,
  };
}

/** A mono source that holds one value. */
const flat = (frames: number, value: number): Source => ({
  audio: new Float32Array(frames).fill(value),
  channels: 1,
  frames,
});

/** Plays `frames` frames, 128 at a time as the audio thread does, and gives the left channel. */
function play(player: RingPlayer, frames: number): Float32Array {
  const heard = new Float32Array(frames);
  const [left, right] = [new Float32Array(128), new Float32Array(128)];
  for (let done = 0; done < frames; done += 128) {
    player.render(left, right);
    heard.set(left.subarray(0, Math.min(128, frames - done)), done);
  }
  return heard;
}

/** A player that has begun and whose first fade is over, at `position`. */
function playing(source: Source, position = 0): RingPlayer {
  const player = new RingPlayer();
  player.take(source, 0);
  play(player, 1280);
  player.seek(position);
  play(player, 256);
  return player;
}

Deno.test("RingPlayer plays both channels of a stereo source, and mono on both", () => {
  const stereo = Float32Array.from({ length: 9600 }, (_, i) => i % 2 === 0 ? 0.25 : -0.5);
  const player = playing({ audio: stereo, channels: 2, frames: 4800 }, 2000);
  const [left, right] = [new Float32Array(128), new Float32Array(128)];
  player.render(left, right);
  assertEquals([left[5], right[5]], [0.25, -0.5]);
  const mono = playing(flat(4800, 0.75), 2000);
  mono.render(left, right);
  assertEquals([left[5], right[5]], [0.75, 0.75]);
});

Deno.test("RingPlayer fades the end into the head, and goes on behind what of it has sounded", () => {
  const frames = 48_000;
  const seam = seamFrames(frames);
  assertEquals(seam, 2400);
  const player = playing(ramp(frames), frames - seam - 256);
  assertEquals(player.position, frames - seam);
  const heard = play(player, seam + 128 - seam % 128);
  for (const i of [0, 600, 1200, 2399]) {
    const share = i / seam;
    const expected = (frames - seam + i) / frames * (1 - share) + i / frames * share;
    assertAlmostEquals(heard[i]!, expected, 1e-6, `frame ${i}`);
  }
  // Not at the head: that has just been heard.
  assertAlmostEquals(heard[seam]!, seam / frames, 1e-6);
});

Deno.test("the seam of a short buffer is a quarter of it", () => {
  assertEquals(seamFrames(4800), 1200);
  const player = playing(ramp(4800), 4800 - 512);
  play(player, 256);
  assertEquals(player.position, 1200);
});

Deno.test("RingPlayer loops hard inside a band, which is at least 30 ms long", () => {
  const player = playing(ramp(48_000), 10_000);
  player.setBand({ startSample: 10_000, endSample: 10_100 });
  const heard = play(player, 1440 * 3);
  const places = Array.from(heard, (it) => Math.round(it * 48_000));
  assertEquals(Math.min(...places.slice(256)), 10_000);
  assertEquals(Math.max(...places.slice(256)), 10_000 + 1440 - 1);
  // From its last frame to its first, without anything in between.
  const end = places.indexOf(11_439);
  assertEquals(places[end + 1], 10_000);
  player.setBand(null);
  play(player, 2048);
  assert(player.position > 11_440);
});

Deno.test("a band that playback is outside of is jumped to", () => {
  const player = playing(ramp(48_000), 1000);
  player.setBand({ startSample: 20_000, endSample: 30_000 });
  assertEquals(player.position, 20_000);
});

Deno.test("a swap goes over to the new buffer at the same place within 25 ms, without a step", () => {
  const player = playing(flat(48_000, 0.5), 10_000);
  player.take(flat(96_000, -0.5), null);
  assertEquals(player.position, 10_256);
  const heard = play(player, 1280);
  assertAlmostEquals(heard[0]!, 0.5, 1e-6);
  assertAlmostEquals(heard[600]!, 0, 1e-3);
  assertEquals(heard[1200], -0.5);
  for (let i = 1; i < heard.length; i++) assert(Math.abs(heard[i]! - heard[i - 1]!) < 0.002);
});

Deno.test("a swap to a shorter buffer keeps the place modulo its length", () => {
  const player = playing(flat(48_000, 0.5), 30_000);
  player.take(flat(9600, 0.25), null);
  assertEquals(player.position, 30_256 % 9600);
  assert(play(player, 48_000).every((it) => it > 0.24 && it <= 0.5));
});

Deno.test("a seek is brought into the buffer, and does not click", () => {
  const player = playing(flat(9600, 0.5), 0);
  player.seek(-5);
  assertEquals(player.position, 0);
  player.seek(99_999);
  assertEquals(player.position, 9599);
  assert(play(player, 256).every((it) => Math.abs(it - 0.5) < 1e-6));
});

Deno.test("a slice that lands under the playhead is faded in where it sounds", () => {
  const player = playing(flat(48_000, 0.5), 10_000);
  const at = player.position;
  player.patch(new Float32Array(4800).fill(-0.5), at - 1000);
  const heard = play(player, 4800);
  assertAlmostEquals(heard[0]!, 0.5, 1e-6);
  assertEquals(heard[240], -0.5);
  for (let i = 1; i < 400; i++) assert(Math.abs(heard[i]! - heard[i - 1]!) < 0.01, `frame ${i}`);
  // What lies behind the playhead is new at once: the next lap hears it.
  player.seek(at - 500);
  assertEquals(play(player, 512)[300], -0.5);
});

Deno.test("what is patched beyond the end of the buffer is left out", () => {
  const player = playing(flat(9600, 0.5), 0);
  player.patch(new Float32Array(4800).fill(-0.5), 9000);
  player.patch(new Float32Array(4800).fill(-0.5), 20_000);
  player.seek(8000);
  const heard = play(player, 1000 - 256);
  assertEquals(heard[600], 0.5);
});

Deno.test("a pause fades out, stands still, and goes on from there", () => {
  const player = playing(ramp(48_000), 10_000);
  const at = player.position;
  player.setPaused(true);
  const fading = play(player, 512);
  assert(fading[0]! > 0.2 && fading[239]! < 0.01);
  assertEquals(fading[300], 0);
  assertEquals(player.position, at);
  player.setPaused(false);
  const heard = play(player, 512);
  assert(heard[0]! < 0.01);
  assertAlmostEquals(heard[300]!, (at + 300) / 48_000, 1e-6);
});

Deno.test("without looping playback ends at the last frame, once", () => {
  const player = playing(flat(4800, 0.5), 4000);
  player.setLooping(false);
  play(player, 2048);
  assertEquals([player.position, player.hasEnded], [4799, true]);
  assertEquals(play(player, 128)[64], 0);
  player.setLooping(true);
  play(player, 2048);
  assert(!player.hasEnded && player.position !== 4799);
});

Deno.test("RingPlayer is silent without a buffer, and survives a buffer of one frame", () => {
  const player = new RingPlayer();
  player.seek(5);
  player.setBand({ startSample: 0, endSample: 5 });
  player.patch(new Float32Array(4), 0);
  assertEquals(play(player, 128)[5], 0);
  player.take(flat(1, 0.5), 0);
  assertEquals(play(player, 2048)[2000], 0.5);
});
