import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/virtual_clock.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import { bandLeadS, foldLeadSamples } from "./lag_records.ts";
import type { LagReport } from "./lag_report.ts";
import { LagTracker } from "./lag_tracker.ts";
import type { Percentiles } from "./percentiles.ts";
import { LAG_TAGS } from "./tags.ts";

const TELEMETRY = { tickMs: 40, decMs: 9, numGens: 1 };
const TOLERANCE = 1e-4;

function setUp(bufferS: number) {
  const clock = new VirtualClock(1000);
  const frames = bufferS * SAMPLE_RATE;
  const tracker = new LagTracker({ frames, clock });
  const wait = (seconds: number) => clock.runUntil(clock.now() + seconds);
  return { clock, frames, tracker, wait };
}

/** One row of the tables: min, p5, p50, p95, max, mean. */
function assertRow(actual: Percentiles, row: readonly number[]): void {
  const names = ["min", "p5", "p50", "p95", "max", "mean"] as const;
  names.forEach((name, i) => assertAlmostEquals(actual[name] ?? NaN, row[i]!, TOLERANCE, name));
}

function playHealthy(bufferS = 60) {
  const world = setUp(bufferS);
  let playhead = 0;
  for (let i = 0; i < 50; i++) {
    world.wait(0.1);
    playhead += 4800;
    world.tracker.onSlice(playhead + 24000, 17280, playhead, TELEMETRY);
    world.tracker.onTick(playhead);
  }
  return { ...world, playhead };
}

function playBinaryExact() {
  const world = setUp(4);
  for (let i = 0; i < 48; i++) {
    world.wait(0.125);
    const playhead = (i + 1) * 6000 % 192000;
    if (i % 4 !== 3) {
      world.tracker.onSlice((playhead + 12000) % 192000, 8640, playhead, {
        tickMs: 40 + i % 3,
        decMs: 9,
        numGens: i,
      });
    }
    world.tracker.onTick(playhead);
  }
  return world;
}

Deno.test("foldLeadSamples folds every case of the table", () => {
  const table = [
    [100, 479900, 480000, 200],
    [239999, 0, 480000, 239999],
    [240000, 0, 480000, -240000],
    [0, 240000, 480000, -240000],
    [0, 239999, 480000, -239999],
    [2, 0, 7, 2],
    [3, 0, 7, -4],
    [4, 0, 7, -3],
    [5, 0, 7, -2],
    [5, 3, 0, 0],
  ] as const;
  for (const [start, playhead, frames, lead] of table) {
    assertEquals(foldLeadSamples(start, playhead, frames), lead);
  }
});

Deno.test("foldLeadSamples measures ahead and behind", () => {
  assertEquals(foldLeadSamples(24000, 0, 480000) / SAMPLE_RATE, 0.5);
  assertEquals(foldLeadSamples(0, 24000, 480000) / SAMPLE_RATE, -0.5);
});

Deno.test("bandLeadS folds on the band, and says nothing outside it", () => {
  const band = { startSample: 48000, endSample: 144000 };
  assertEquals(bandLeadS(48000, 141600, band), 0.05);
  assertEquals(bandLeadS(0, 141600, band), null);
  assertEquals(bandLeadS(48000, 141600, null), null);
});

Deno.test("LagTracker reports the healthy table (A)", () => {
  const { tracker } = playHealthy();
  const report = tracker.report({ windowS: null });
  assertEquals(report.bufferDurationS, 60);
  assertEquals(report.slices.count, 50);
  assertEquals(report.slices.behindPlayhead, 0);
  assertEquals(report.slices.numGensLast, 1);
  assertRow(report.slices.leadS, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  assertRow(report.slices.intervalS, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
  assertEquals(report.ticks.count, 50);
  assertEquals(report.ticks.staleTicks, 0);
  assertRow(report.ticks.stalenessS, [0.1, 0.3, 0.4, 0.5, 0.5, 0.404]);
  assertEquals(report.ticks.worstStale, undefined);
});

Deno.test("LagTracker reports the stall table (B)", () => {
  const world = playHealthy();
  let { playhead } = world;
  for (let i = 0; i < 100; i++) {
    world.wait(0.1);
    playhead += 4800;
    world.tracker.onTick(playhead);
  }
  world.wait(0.1);
  world.tracker.onSlice(playhead - 48000, 17280, playhead, TELEMETRY);
  const report = world.tracker.report({ windowS: null });
  assertEquals(report.slices.count, 51);
  assertEquals(report.slices.behindPlayhead, 1);
  assertRow(report.slices.leadS, [-1, 0.5, 0.5, 0.5, 0.5, 0.4706]);
  assertRow(report.slices.intervalS, [0.1, 0.1, 0.1, 0.1, 10.1, 0.3]);
  assertEquals(report.ticks.count, 150);
  assertEquals(report.ticks.staleTicks, 91);
  assertRow(report.ticks.stalenessS, [0.1, 0.3, 7.55, 14.255, 15, 6.54]);
  assertEquals(report.ticks.worstStale, { agoS: 0.1, playheadS: 15, stalenessS: 15 });
  assertEquals(report.unexplained, { behindPlayhead: 1, staleTicks: 91 });
});

Deno.test("LagTracker rolls the timeline up (C)", () => {
  const { tracker, wait } = setUp(60);
  for (let i = 0; i < 30; i++) {
    wait(0.1);
    tracker.onSlice(4800 * i + 12000, 1000, 4800 * i, TELEMETRY);
    tracker.onTick(4800 * i);
  }
  const { timeline } = tracker.report({ windowS: null, includeTimeline: true });
  assertEquals(timeline, [
    { tAgoS: 1.9, slices: 10, minLeadS: 0.25, maxStalenessS: 0.3, playheadS: 0.9 },
    { tAgoS: 0.9, slices: 10, minLeadS: 0.25, maxStalenessS: 0.3, playheadS: 1.9 },
    { tAgoS: -0.1, slices: 10, minLeadS: 0.25, maxStalenessS: 0.3, playheadS: 2.9 },
  ]);
});

Deno.test("LagTracker reports the binary exact table to the last digit (D)", () => {
  const { tracker } = playBinaryExact();
  const options = { windowS: null, staleThresholdS: 0.5, includeTimeline: true };
  const report = tracker.report(options);
  assertEquals(report.slices.count, 36);
  assertEquals(report.slices.behindPlayhead, 0);
  assertEquals(report.slices.leadS, all(0.25));
  assertEquals(report.slices.intervalS, {
    min: 0.125,
    p5: 0.125,
    p50: 0.125,
    p95: 0.25,
    max: 0.25,
    mean: 0.1643,
  });
  assertEquals(report.ticks.count, 48);
  assertEquals(report.ticks.staleTicks, 0);
  assertEquals(report.ticks.stalenessS, {
    min: 0.125,
    p5: 0.125,
    p50: 0.125,
    p95: 0.25,
    max: 0.25,
    mean: 0.1849,
  });
  assertEquals(report.timeline?.map((row) => row.tAgoS), [4.88, 3.88, 2.88, 1.88, 0.88, -0.12]);
  assertEquals(report.timeline?.map((row) => row.slices), [6, 6, 6, 6, 6, 6]);
  assertEquals(report.timeline?.map((row) => row.playheadS), [1, 2, 3, 0, 1, 2]);
});

Deno.test("LagTracker counts a record on the border of the window (D, 3 s)", () => {
  const { tracker } = playBinaryExact();
  const report: LagReport = tracker.report({ windowS: 3, staleThresholdS: 0.5 });
  assertEquals(report.slices.count, 18);
  assertEquals(report.ticks.count, 25);
  assertEquals(report.slices.intervalS.mean, 0.1667);
  assertEquals(report.ticks.stalenessS.mean, 0.185);
});

Deno.test("LagTracker leaves records outside the window out", () => {
  const { tracker, wait } = setUp(60);
  tracker.onSlice(24000, 17280, 0, TELEMETRY);
  wait(100);
  tracker.onSlice(24000, 17280, 0, TELEMETRY);
  assertEquals(tracker.report({ windowS: 10 }).slices.count, 1);
  assertEquals(tracker.report({ windowS: null }).slices.count, 2);
});

Deno.test("LagTracker sees generation lag", () => {
  const { tracker, wait } = setUp(60);
  for (let i = 0; i < 200; i++) {
    wait(0.1);
    tracker.onTick(i * 4800);
  }
  tracker.onSlice(0, 17280, 48000, TELEMETRY);
  const report = tracker.report({ windowS: null });
  assertAlmostEquals(report.slices.leadS.p50 ?? NaN, -1, 0.01);
  assertEquals(report.slices.behindPlayhead, 1);
  assert(report.ticks.staleTicks > 0);
  assert((report.ticks.stalenessS.max ?? 0) > 9);
  assert(report.ticks.worstStale !== undefined);
});

Deno.test("LagTracker leaves tagged records out of the unexplained counts only", () => {
  const { tracker, wait } = setUp(60);
  wait(5);
  tracker.onTick(0, LAG_TAGS.paused);
  tracker.onTick(0);
  tracker.onSlice(0, 17280, 4800, TELEMETRY, LAG_TAGS.seamPinned | LAG_TAGS.settling);
  tracker.onSlice(0, 17280, 4800, TELEMETRY);
  const report = tracker.report();
  assertEquals(report.ticks.staleTicks, 2);
  assertEquals(report.slices.behindPlayhead, 2);
  assertEquals(report.unexplained, { behindPlayhead: 1, staleTicks: 1 });
});

Deno.test("LagTracker folds leads on an armed band besides", () => {
  const { tracker } = setUp(60);
  tracker.setBand({ startSample: 48000, endSample: 144000 });
  tracker.onSlice(48000, 17280, 134400, TELEMETRY);
  const { slices } = tracker.report();
  assertEquals(slices.leadS.p50, -1.8);
  assertEquals(slices.bandLeadS.p50, 0.2);
});

Deno.test("LagTracker forgets everything at a reset", () => {
  const world = playHealthy();
  world.wait(50);
  world.tracker.reset(SAMPLE_RATE);
  world.tracker.onTick(0);
  const report = world.tracker.report({ windowS: null });
  assertEquals(report.bufferDurationS, 1);
  assertEquals(report.slices.count, 0);
  assertEquals(report.slices.leadS, {});
  assertEquals(report.ticks.stalenessS, all(0));
});

Deno.test("LagTracker clamps slices outside the buffer instead of wrapping them", () => {
  const { tracker, wait } = setUp(1);
  wait(5);
  tracker.onSlice(-24000, 1000, 0, TELEMETRY);
  tracker.onSlice(90000, 1000, 0, TELEMETRY);
  tracker.onTick(0);
  tracker.onTick(24000);
  const stalenessS = [...tracker.ticks].map((tick) => tick.stalenessS);
  assertEquals(stalenessS, [0, 5]);
});

function all(value: number): Percentiles {
  return { min: value, p5: value, p50: value, p95: value, max: value, mean: value };
}
