import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../runtime/virtual_clock.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import { seamFrames, type WrapKind } from "./circle.ts";
import { PlayheadSim } from "./playhead.ts";

function setUp(bufferS: number, wrap: WrapKind = "zero") {
  const clock = new VirtualClock(1000);
  const playhead = new PlayheadSim({ frames: bufferS * SAMPLE_RATE, clock, wrap });
  const wait = (seconds: number) => clock.runUntil(clock.now() + seconds);
  return { clock, playhead, wait };
}

Deno.test("PlayheadSim advances at the clock's rate", () => {
  const { playhead, wait } = setUp(60);
  assertEquals(playhead.sample(), 0);
  wait(1);
  assertEquals(playhead.sample(), 48000);
  assertEquals(playhead.seconds(), 1);
});

Deno.test("PlayheadSim wraps modulo the buffer", () => {
  const { playhead, wait } = setUp(4);
  wait(9);
  assertEquals(playhead.seconds(), 1);
});

Deno.test("PlayheadSim plays at another rate, and a change of rate does not jump", () => {
  const { playhead, wait } = setUp(60);
  wait(2);
  playhead.setRate(1.5);
  assertEquals(playhead.seconds(), 2);
  wait(2);
  assertEquals(playhead.seconds(), 5);
});

Deno.test("PlayheadSim lands exactly where it is sent", () => {
  const { playhead, wait } = setUp(60);
  wait(3);
  playhead.seek(12.5);
  assertEquals(playhead.sample(), 600_000);
  playhead.seek(-5);
  assertEquals(playhead.seconds(), 55);
  playhead.seek(-60);
  assertEquals(playhead.sample(), 0);
  playhead.seek(61);
  assertEquals(playhead.seconds(), 1);
});

Deno.test("PlayheadSim freezes on pause, moves by a seek, and resumes from there", () => {
  const { playhead, wait } = setUp(60);
  wait(3);
  playhead.setPaused(true);
  wait(10);
  assertEquals(playhead.seconds(), 3);
  playhead.seek(20);
  wait(1);
  assertEquals(playhead.seconds(), 20);
  playhead.setPaused(false);
  wait(1);
  assertEquals(playhead.seconds(), 21);
});

Deno.test("PlayheadSim starts a new buffer at its head and keeps rate and pause", () => {
  const { playhead, wait } = setUp(60);
  playhead.setRate(2);
  wait(10);
  playhead.reset(50 * SAMPLE_RATE);
  assertEquals(playhead.sample(), 0);
  assertEquals(playhead.frames, 50 * SAMPLE_RATE);
  assertEquals(playhead.rate, 2);
  wait(1);
  assertEquals(playhead.seconds(), 2);
});

Deno.test("PlayheadSim keeps its place modulo a shorter buffer after a reconnect", () => {
  const { playhead, wait } = setUp(60);
  wait(25);
  playhead.reset(10 * SAMPLE_RATE, { keepPosition: true });
  assertEquals(playhead.seconds(), 5);
});

Deno.test("PlayheadSim loops inside a band, and jumps into one from outside", () => {
  const { playhead, wait } = setUp(60);
  const band = { startSample: 10 * SAMPLE_RATE, endSample: 12 * SAMPLE_RATE };
  wait(1);
  playhead.setBand(band);
  assertEquals(playhead.seconds(), 10);
  wait(3);
  assertEquals(playhead.seconds(), 11);
  playhead.seek(40);
  assertEquals(playhead.seconds(), 10);
  wait(1.5);
  playhead.setBand(null);
  wait(1);
  assertEquals(playhead.seconds(), 12.5);
});

Deno.test("PlayheadSim goes on behind the seam: each lap but the first is 2400 frames shorter", () => {
  const { playhead, wait } = setUp(4, "seam");
  wait(3.99);
  assertEquals(playhead.sample(), 3.99 * SAMPLE_RATE);
  wait(0.01);
  assertEquals(playhead.sample(), 2400);
  wait(3.95);
  assertEquals(playhead.sample(), 2400);
  wait(1);
  assertEquals(playhead.sample(), 50_400);
});

Deno.test("PlayheadSim plays the head before the seam after a seek, and no seam inside a band", () => {
  const { playhead, wait } = setUp(4, "seam");
  wait(6);
  playhead.seek(0);
  wait(4);
  assertEquals(playhead.sample(), 2400);
  playhead.setBand({ startSample: 3 * SAMPLE_RATE, endSample: 4 * SAMPLE_RATE });
  wait(1.5);
  assertEquals(playhead.seconds(), 3.5);
});

Deno.test("PlayheadSim fades over no more than a quarter of a short buffer", () => {
  const { playhead, wait } = setUp(0.1, "seam");
  assertEquals(seamFrames(4800), 1200);
  wait(0.1);
  assertEquals(playhead.sample(), 1200);
  wait(0.075);
  assertEquals(playhead.sample(), 1200);
});

Deno.test("PlayheadSim is where a player is that steps frame by frame over the seam", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 12_000 }),
    fc.nat(20_000),
    fc.nat(60_000),
    (frames, start, played) => {
      let nowS = 0;
      const playhead = new PlayheadSim({ frames, clock: { now: () => nowS }, wrap: "seam" });
      // In the middle of a frame, so that rounding of the clock does not decide.
      playhead.seek((start + 0.5) / SAMPLE_RATE);
      let position = playhead.sample();
      for (let i = 0; i < played; i++) {
        if (++position === frames) position = seamFrames(frames);
      }
      nowS = played / SAMPLE_RATE;
      assertEquals(playhead.sample(), position);
    },
  ));
});

Deno.test("PlayheadSim stays inside the buffer whatever is done to it", () => {
  const action = fc.oneof(
    fc.record({
      type: fc.constant("wait" as const),
      value: fc.double({ min: 0, max: 500, noNaN: true }),
    }),
    fc.record({
      type: fc.constant("seek" as const),
      value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    }),
    fc.record({
      type: fc.constant("rate" as const),
      value: fc.double({ min: -2, max: 2, noNaN: true }),
    }),
    fc.record({ type: fc.constant("reset" as const), value: fc.integer({ min: 0, max: 1e7 }) }),
  );
  const wrapKind = fc.constantFrom("zero", "seam");
  fc.assert(fc.property(fc.array(action), wrapKind, (actions, wrap) => {
    const { playhead, wait } = setUp(60, wrap);
    for (const { type, value } of actions) {
      if (type === "wait") wait(value);
      else if (type === "seek") playhead.seek(value);
      else if (type === "rate") playhead.setRate(value);
      else playhead.reset(value, { keepPosition: true });
      const sample = playhead.sample();
      assertEquals(sample >= 0 && sample < playhead.frames, true);
    }
  }));
});

Deno.test("PlayheadSim does not run backwards when its clock does", () => {
  let nowS = 5;
  const playhead = new PlayheadSim({ frames: SAMPLE_RATE, clock: { now: () => nowS } });
  playhead.seek(0.25);
  nowS = 4;
  assertAlmostEquals(playhead.seconds(), 0.25);
});
