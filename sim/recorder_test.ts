import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../runtime/errors.ts";
import { CountingRecorder, RingRecorder } from "./recorder.ts";

/** A stereo mirror whose frame `i` is (i, −i). */
function ramp(frames: number): Float32Array {
  return Float32Array.from({ length: frames * 2 }, (_, i) => i % 2 === 0 ? i / 2 : -(i - 1) / 2);
}

/** A recorder of `capacity` frames. */
function setUp(capacity: number, mirrorFrames = 1000) {
  const recorder = new RingRecorder(capacity / 48000);
  const mirror = ramp(mirrorFrames);
  recorder.reset(mirror, 2);
  return { recorder, mirror };
}

const left = (audio: Float32Array) => [...audio].filter((_, i) => i % 2 === 0);

Deno.test("RingRecorder gives back what was played, in order", () => {
  const { recorder } = setUp(100);
  recorder.onPlay(10, 13);
  recorder.onPlay(50, 52);
  const played = recorder.dump();
  assertEquals(played.channels, 2);
  assertEquals(played.frames, 5);
  assertEquals([...played.audio], [10, -10, 11, -11, 12, -12, 50, -50, 51, -51]);
});

Deno.test("RingRecorder keeps the newest frames of its capacity", () => {
  const { recorder } = setUp(4);
  recorder.onPlay(0, 3);
  recorder.onPlay(10, 13);
  assertEquals(left(recorder.dump().audio), [2, 10, 11, 12]);
  recorder.onPlay(100, 200);
  assertEquals(left(recorder.dump().audio), [196, 197, 198, 199]);
});

Deno.test("RingRecorder dumps the last seconds only, as many as it has", () => {
  const { recorder } = setUp(100);
  recorder.onPlay(0, 50);
  assertEquals(left(recorder.dump(3 / 48000).audio), [47, 48, 49]);
  assertEquals(recorder.dump(10).frames, 50);
});

Deno.test("RingRecorder holds the sound of the moment it was played", () => {
  const { recorder, mirror } = setUp(100);
  recorder.onPlay(0, 2);
  mirror.fill(7);
  recorder.onPlay(2, 3);
  assertEquals(left(recorder.dump().audio), [0, 1, 7]);
});

Deno.test("RingRecorder fades a seam over to the head, wherever in its ring it lies", () => {
  // 40 frames have a seam of 10; the ring ends inside of it.
  const recorder = new RingRecorder(7 / 48000);
  recorder.reset(ramp(40), 2);
  recorder.onPlay(28, 30);
  recorder.onPlay(30, 35, 0);
  recorder.onPlay(35, 37, 5);
  const seam = [30, 31, 32, 33, 34, 35, 36].map((frame) => {
    const share = (frame - 30) / 10;
    return Math.fround(frame * (1 - share) + (frame - 30) * share);
  });
  const { audio } = recorder.dump();
  assertEquals(left(audio), seam);
  assertEquals([...audio].filter((_, i) => i % 2 === 1), seam.map((value) => -value));
});

Deno.test("RingRecorder forgets everything with a new buffer", () => {
  const { recorder } = setUp(100);
  recorder.onPlay(0, 50);
  recorder.reset(new Float32Array(10).fill(3), 1);
  assertThrows(() => recorder.dump(), UsageError, "nothing is recorded yet");
  recorder.onPlay(0, 2);
  assertEquals(recorder.dump(), { audio: new Float32Array([3, 3]), channels: 1, frames: 2 });
});

Deno.test("RingRecorder refuses to dump no seconds", () => {
  const { recorder } = setUp(100);
  recorder.onPlay(0, 50);
  assertThrows(() => recorder.dump(0), UsageError, "must be above 0, got 0");
  assertThrows(() => recorder.dump(NaN), UsageError, "must be above 0");
});

Deno.test("RingRecorder without capacity records nothing", () => {
  const { recorder } = setUp(0);
  recorder.onPlay(0, 50);
  assertEquals(recorder.frames, 0);
});

Deno.test("RingRecorder equals the end of the whole history, and CountingRecorder its length", () => {
  const piece = fc.tuple(fc.nat(900), fc.nat(99));
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1 }),
      fc.integer({ min: 1, max: 300 }),
      (pieces, capacity) => {
        const { recorder } = setUp(capacity);
        const counter = new CountingRecorder(capacity / 48000);
        const history: number[] = [];
        for (const [from, length] of pieces) {
          recorder.onPlay(from, from + length);
          counter.onPlay(from, from + length);
          for (let i = from; i < from + length; i++) history.push(i);
        }
        const expected = history.slice(-Math.trunc(capacity / 48000 * 48000));
        assertEquals(recorder.frames, expected.length);
        assertEquals(counter.frames, expected.length);
        if (expected.length > 0) assertEquals(left(recorder.dump().audio), expected);
      },
    ),
  );
});
