import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { Listener } from "../../sim/client/listener.ts";
import { Mirror } from "../../sim/client/mirror.ts";
import { PlayheadSim } from "../../sim/playhead.ts";
import { RingRecorder } from "../../sim/recorder.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import { encodeHalfBuffer } from "../../wire/half_buffer.ts";
import { RingPlayer } from "./ring_player.ts";

/** Frames that an audio thread renders at a time. */
const QUANTUM = 128;

/** Stereo whose frames are all different. */
function ramp(frames: number): Float32Array {
  return Float32Array.from({ length: frames * 2 }, (_, i) => (i % 2 === 0 ? i : -i) / frames);
}

/** A simulated listener on a ramp that plays over the seam. */
function simulated(frames: number) {
  const clock = new VirtualClock();
  const recorder = new RingRecorder(10);
  const listener = new Listener({
    clock,
    playhead: new PlayheadSim({ frames: 1, clock, wrap: "seam" }),
    recorder,
    windowFrames: 0,
    idlePauseS: 20,
    settleS: 0,
  });
  const mirror = new Mirror({ wantsCrc: false });
  mirror.takeHalves(encodeHalfBuffer(ramp(frames)), 2, 0);
  listener.take(mirror, { keepPosition: false });
  return { clock, recorder, listener, audio: mirror.audio! };
}

Deno.test("what a simulated listener records over the seam is what the audio thread plays", () => {
  const blocks = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(fc.integer({ min: 6000, max: 12_000 }), blocks, (frames, ticks) => {
    const { clock, recorder, listener, audio } = simulated(frames);
    const player = new RingPlayer();
    player.take({ audio: audio.slice(), channels: 2, frames }, 0);
    const heard: number[] = [];
    const [left, right] = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
    let played = 0;
    for (const quanta of ticks) {
      for (let i = 0; i < quanta; i++) {
        player.render(left, right);
        for (let k = 0; k < QUANTUM; k++) heard.push(left[k]!, right[k]!);
      }
      played += quanta * QUANTUM;
      // A little later, so that rounding of the clock does not decide.
      clock.runUntil((played + 0.01) / SAMPLE_RATE);
      assertEquals(listener.playhead.sample(), player.position);
      listener.hear();
    }
    // The player fades in from silence, which no simulated listener does.
    const faded = 2 * 1200;
    assertEquals([...recorder.dump().audio].slice(faded), heard.slice(faded));
    const told = listener.heard.runs().reduce((sum, run) => sum + run.frames, 0);
    assertEquals(told, played);
  }));
});

Deno.test("a frame of the seam is fresh only if tail and head both are", () => {
  const frames = 48_000;
  const { clock, listener } = simulated(frames);
  const fresh = () => listener.freshness.report().freshFrames;
  const telemetry = { tickMs: 0, decMs: 0, numGens: 0 };
  const playUntil = (nowS: number) => {
    clock.runUntil(nowS);
    listener.hear();
  };
  playUntil(0.4);
  playUntil(0.8);
  listener.onSlice(frames - 2400, 2400, telemetry);
  playUntil(0.97);
  assertEquals(fresh(), 0);
  listener.onSlice(960, 480, telemetry);
  playUntil(0.99);
  assertEquals(fresh(), 480);
});
