import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Timeline } from "./timeline.ts";

Deno.test("Timeline plays short gaps as they were, and long ones in the longest time that is bearable", () => {
  const timeline = new Timeline([1, 2, 32, 33], 34, 2);
  assertEquals(timeline.playDurationS, 6);
  assertEquals([0, 1, 2, 17, 32, 34].map((it) => timeline.playOf(it)), [0, 1, 2, 3, 4, 6]);
  assertEquals([0, 1, 2, 3, 4, 6].map((it) => timeline.recordedOf(it)), [0, 1, 2, 17, 32, 34]);
  assertEquals([2, 2.1, 31.9, 32].map((it) => timeline.isShortened(it)), [
    ...[false, true, true, false],
  ]);
});

Deno.test("Timeline without a limit is the recorded time", () => {
  const timeline = new Timeline([1, 100], 200, null);
  assertEquals([timeline.playOf(50), timeline.recordedOf(150)], [50, 150]);
  assertEquals(timeline.playDurationS, 200);
  assertEquals(timeline.isShortened(50), false);
});

Deno.test("Timeline's two maps grow, undo each other, and keep every gap that is short enough", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 40 }),
    fc.double({ min: 0.1, max: 10, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }),
    (gaps, limitS, shares) => {
      let timeS = 0;
      const times = gaps.map((gapS) => timeS += gapS);
      const timeline = new Timeline(times, timeS, limitS);
      let lastS = 0;
      for (const at of times) {
        const playedS = timeline.playOf(at) - timeline.playOf(lastS);
        assertAlmostEquals(playedS, Math.min(limitS, at - lastS), 1e-6);
        lastS = at;
      }
      let before = -1;
      for (const share of [...shares].sort((a, b) => a - b)) {
        const playS = share * timeline.playDurationS;
        const recordedS = timeline.recordedOf(playS);
        assertAlmostEquals(timeline.playOf(recordedS), playS, 1e-6);
        assert(recordedS >= before - 1e-9, `${recordedS} after ${before}`);
        before = recordedS;
      }
      assertAlmostEquals(timeline.playOf(timeS), timeline.playDurationS, 1e-6);
    },
  ));
});
