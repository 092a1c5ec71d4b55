import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { timelineOf } from "./timeline.ts";

Deno.test("states, gaps and buffers of a long run are few, and reach to its end", () => {
  const pieces = Array.from({ length: 2000 }, (_, i) => i);
  const timeline = timelineOf(reportOf(sampleRun({
    timing: { ...sampleRun().timing, sessionS: 4000 },
    // Twenty ticks of every other second, the last ten of them paused.
    ticks: pieces.flatMap((i) =>
      Array.from({ length: 20 }, (_, k) => ({
        atS: 2 * i + k * 0.05,
        playheadS: 0,
        stalenessS: 0,
        tags: k < 10 ? [] : ["paused"],
      }))
    ),
    marks: pieces.map((i) => ({ atS: 2 * i, kind: "swap", text: `swap: epoch ${i}` })),
  })));
  const { states, gaps, buffersFromS } = timeline;
  assertLessOrEqual(states.length, 100);
  assertLessOrEqual(gaps.length, 100);
  assertLessOrEqual(buffersFromS.length, 201);
  assertEquals(new Set(states.map(({ tag }) => tag)), new Set(["paused"]));
  assert(states.at(-1)!.toS > 3998 && gaps.at(-1)!.toS === 4000);
  assertEquals([buffersFromS[0], buffersFromS.at(-1)], [0, 3998]);
});
