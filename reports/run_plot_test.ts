import { assert, assertEquals, assertLess } from "@std/assert";
import type { HeardStretch, RunResult } from "../scenarios/result.ts";
import { sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { nearestLimit } from "./margin.ts";
import { runPlot } from "./run_plot.ts";
import { expectation } from "../tests/support/sample_run.ts";

/** The plot of a session of 10 s, so that a column is 0.1 s. */
function plotOf(changes: Partial<RunResult>) {
  return runPlot(reportOf(sampleRun({ slices: [], heard: [], marks: [], ...changes })));
}

const slice = (atS: number, leadS: number, tags: string[] = []) => ({
  atS,
  startS: 0,
  durationS: 0.36,
  leadS,
  tags,
});

const heard = (atS: number, endS: number, isFresh: boolean): HeardStretch => ({
  atS,
  endS,
  startS: atS,
  durationS: endS - atS,
  bufferStartS: atS,
  isFresh,
  tags: [],
});

Deno.test("a plot holds the lowest and the highest lead of each column", () => {
  const plot = plotOf({
    slices: [slice(0.01, 0.2), slice(0.05, 0.12345), slice(0.31, -1, ["settling"]), slice(12, 3)],
  })!;
  assertEquals(plot.leadMinS.slice(0, 4), [0.123, null, null, -1]);
  assertEquals(plot.leadMaxS.slice(0, 4), [0.2, null, null, -1]);
  assertEquals([plot.leadMinS.length, plot.leadMaxS.at(-1)], [100, 3]);
});

Deno.test("a plot calls late only what lands behind the playhead without a reason", () => {
  const slices = [slice(0, -1, ["loopBand"]), slice(0.1, -0.2), slice(0.12, -0.4), slice(0.3, 0.1)];
  assertEquals(plotOf({ slices })!.lateS.slice(0, 4), [null, -0.4, null, null]);
});

Deno.test("a plot says how much of what was heard in each column was old", () => {
  const { oldShare } = plotOf({
    heard: [heard(0, 0.15, false), heard(0.15, 0.3, true), heard(0.5, 0.55, false)],
  })!;
  assertEquals(oldShare.slice(0, 7), [1, 0.5, 0, null, null, 1, null]);
});

Deno.test("a plot marks columns with faults and with jumps, and no others", () => {
  const { faults, jumps } = plotOf({
    slices: [slice(0, 1)],
    marks: [
      { atS: 1, kind: "fault", text: "network" },
      { atS: 2, kind: "step", text: 'seek {"toS":1}' },
      { atS: 2.01, kind: "swap", text: "swap: epoch 1" },
      { atS: 3, kind: "step", text: 'knobs {"values":{}}' },
      { atS: 4, kind: "event", text: "swap_ready" },
      { atS: 11, kind: "close", text: "closed with 1006" },
    ],
  })!;
  assertEquals([faults, jumps], [[10, 99], [20]]);
});

Deno.test("without a session there is no plot", () => {
  assertEquals(plotOf({}), null);
  const timing = { sessionS: 0, prepareS: 0, wallS: 0, speedup: 0 };
  assertEquals(plotOf({ timing, slices: [slice(0, 1)] }), null);
});

Deno.test("a plot stays small however long the run was", () => {
  const slices = Array.from({ length: 20_000 }, (_, i) => slice(i / 2000, Math.sin(i)));
  const plot = plotOf({
    slices,
    heard: slices.map(({ atS }, i) => heard(atS, atS + 5e-4, i % 2 > 0)),
  });
  assertLess(JSON.stringify(plot).length, 3000);
  assert(plot!.oldShare.every((share) => share !== null && Math.abs(share - 0.5) < 0.01));
});

Deno.test("nearestLimit() finds the quantity that came nearest to its limit", () => {
  const near = (limit: string, actual: number | null, unit = "s") =>
    nearestLimit([expectation({ limit, actual, unit })])?.share ?? null;
  assertEquals(near("≤ 0.4", 0.3), 0.25);
  assertEquals(near("≥ 0.2", 0.25), 0.2);
  assertEquals(near("0.1 … 0.4", 0.38), 0.05);
  assertEquals(near("-1.2 … -0.8", -1), 0.167);
  assertEquals(near("≤ 0", 0), 0);
  // Counts and states are met or not; what was not measured has no distance.
  assertEquals(near("≥ 1", 1, ""), null);
  assertEquals(near("= true", null, ""), null);
  assertEquals(near("≤ 1", null), null);
  const both = nearestLimit([
    expectation({ name: "far", limit: "≤ 9", actual: 1 }),
    expectation({ name: "near", limit: "≤ 1", actual: 0.9 }),
  ]);
  assertEquals(both, { name: "near", share: 0.1 });
});
