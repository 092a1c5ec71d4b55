import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HeardStretch } from "../../scenarios/result.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { recordingTimeOf, sessionTimeOf } from "./timeline.ts";

function stretch(changes: Partial<HeardStretch>): HeardStretch {
  return {
    atS: 0,
    endS: 1,
    startS: 0,
    durationS: 1,
    bufferStartS: 0,
    isFresh: true,
    tags: [],
    ...changes,
  };
}

/** Lost for 2 s, then heard 1 s, silent 3 s, and 2 s at double speed. */
const report = reportOf(sampleRun({
  heard: [
    stretch({ startS: null, endS: 2, durationS: 2 }),
    stretch({ atS: 2, endS: 3, startS: 0 }),
    stretch({ atS: 6, endS: 7, startS: 1, durationS: 2 }),
  ],
}));

Deno.test("a place of the recording is a moment of the session", () => {
  const moments = [0, 0.5, 0.999, 1, 2, 3].map((placeS) => sessionTimeOf(report, placeS));
  assertEquals(moments, [2, 2.5, 2.999, 6, 6.5, 7]);
  assertEquals([-0.1, 3.1].map((placeS) => sessionTimeOf(report, placeS)), [null, null]);
});

Deno.test("a moment of the session is a place of the recording, or where that goes on", () => {
  const places = [2, 2.5, 3, 4.5, 6, 6.5, 7].map((atS) => recordingTimeOf(report, atS));
  assertEquals(places, [0, 0.5, 1, 1, 1, 2, 3]);
  assertEquals([-1, 1, 7.1].map((atS) => recordingTimeOf(report, atS)), [null, null, null]);
});

Deno.test("nothing heard has no moment and no place", () => {
  const silent = reportOf(sampleRun({ heard: [] }));
  assertEquals([sessionTimeOf(silent, 0), recordingTimeOf(silent, 0)], [null, null]);
});

Deno.test("from the recording to the session and back is the same place, whatever was heard", () => {
  const piece = fc.record({
    durationS: fc.double({ min: 0.01, max: 5, noNaN: true }),
    rate: fc.double({ min: 0.5, max: 2, noNaN: true }),
    waitS: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  fc.assert(fc.property(fc.array(piece, { minLength: 1 }), share, (pieces, where) => {
    const heard: HeardStretch[] = [];
    let [atS, startS] = [0, 0];
    for (const { durationS, rate, waitS } of pieces) {
      atS += waitS;
      heard.push(stretch({ atS, endS: atS + durationS / rate, startS, durationS }));
      atS += durationS / rate;
      startS += durationS;
    }
    const made = reportOf(sampleRun({ heard }));
    const placeS = where * startS;
    assertAlmostEquals(recordingTimeOf(made, sessionTimeOf(made, placeS)!)!, placeS, 1e-6);
  }));
});
