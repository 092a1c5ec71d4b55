import { assertAlmostEquals, assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import type { RingCommand } from "../audio/messages.ts";
import { AudioPlayhead } from "./audio_playhead.ts";

function world(frames = 96_000) {
  const clock = new VirtualClock();
  const sent: RingCommand[] = [];
  const playhead = new AudioPlayhead({ clock, post: (command) => sent.push(command) });
  playhead.reset(frames);
  const report = (sample: number, seq = playhead.seq, hasEnded = false) =>
    playhead.onReport({ seq, sample, hasEnded });
  return { clock, playhead, sent, report };
}

Deno.test("AudioPlayhead is where the audio thread says, and moves on for as long as that can be trusted", () => {
  const { clock, playhead, report } = world();
  report(4800);
  assertEquals(playhead.sample(), 4800);
  clock.runUntil(clock.now() + 0.01);
  assertAlmostEquals(playhead.position(), 5280, 1e-6);
  clock.runUntil(clock.now() + 10);
  assertAlmostEquals(playhead.position(), 4800 + 2400, 1e-6);
});

Deno.test("AudioPlayhead does not go back when it guessed too far", () => {
  const { clock, playhead, report } = world();
  report(4800);
  clock.runUntil(clock.now() + 0.02);
  assertAlmostEquals(playhead.position(), 5760, 1e-6);
  report(5500);
  assertAlmostEquals(playhead.position(), 5760, 1e-6);
  clock.runUntil(clock.now() + 0.02);
  assertAlmostEquals(playhead.position(), 6460, 1e-6);
});

Deno.test("AudioPlayhead stands where it was sent until the audio thread has gone there", () => {
  const { clock, playhead, sent, report } = world();
  report(4800);
  playhead.seek(1);
  assertEquals(sent.at(-1), { type: "seek", seq: playhead.seq, sample: 48_000 });
  report(4928, playhead.seq - 1);
  clock.runUntil(clock.now() + 0.01);
  assertEquals(playhead.sample(), 48_000);
  report(48_128);
  assertEquals(playhead.sample(), 48_128);
});

Deno.test("AudioPlayhead wraps over the seam, as the audio does", () => {
  const { clock, playhead, report } = world(48_000);
  report(47_900);
  clock.runUntil(clock.now() + 0.01);
  assertAlmostEquals(playhead.position(), 47_900 + 480 - 48_000 + 2400, 1e-6);
});

Deno.test("AudioPlayhead wraps inside an armed band, and jumps to one that it is outside of", () => {
  const { clock, playhead, sent, report } = world();
  report(4800);
  playhead.setBand({ startSample: 10_000, endSample: 20_000 });
  assertEquals(sent.at(-1)?.type, "band");
  assertEquals(playhead.sample(), 10_000);
  report(19_900);
  clock.runUntil(clock.now() + 0.005);
  assertAlmostEquals(playhead.position(), 10_140, 1e-6);
  playhead.seek(1);
  assertEquals(playhead.sample(), 10_000);
});

Deno.test("AudioPlayhead stands still while paused, and at the end without looping", () => {
  const { clock, playhead, report } = world();
  report(4800);
  playhead.setPaused(true);
  report(4800);
  clock.runUntil(clock.now() + 0.03);
  assertEquals(playhead.sample(), 4800);
  playhead.setPaused(false);
  report(95_999, playhead.seq, true);
  clock.runUntil(clock.now() + 0.03);
  assertEquals(playhead.sample(), 95_999);
});

Deno.test("a new buffer begins at its head, or keeps the place where that is wanted", () => {
  const { playhead, sent, report } = world();
  report(60_000);
  playhead.reset(48_000, { keepPosition: true });
  assertEquals(playhead.sample(), 12_000);
  playhead.take(new Float32Array(48_000), 1);
  const take = sent.at(-1)!;
  assertEquals(take.type === "take" && [take.seq, take.position, take.audio.length], [
    playhead.seq,
    12_000,
    48_000,
  ]);
  report(20_000);
  playhead.reset(96_000);
  assertEquals(playhead.sample(), 0);
  report(20_000);
  playhead.setKeepsPlace(true);
  playhead.reset(96_000);
  assertEquals(playhead.sample(), 20_000);
});
