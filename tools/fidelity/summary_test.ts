import { assertEquals } from "@std/assert";
import type { PlayFigures } from "./compare.ts";
import { WRAPS } from "./scenarios.ts";
import { gapOf, missed, plotOf, summarize } from "./summary.ts";

/** A play whose playheads and leads are so far apart, ms. */
function play(playheadMs: number, leadMs: number, latenessMs = 1): PlayFigures {
  const gaps = Array.from({ length: 100 }, () => playheadMs);
  return {
    playhead: {
      beforeMs: gaps,
      afterZeroMs: gaps.map((gap) => gap - 50),
      afterSeamMs: gaps,
      series: gaps.map((gap, i) => ({ atS: i / 100, zeroMs: gap - 50, seamMs: gap })),
    },
    sessionMs: gaps,
    leadP50Ms: { browser: 200, headless: 200 + leadMs },
    leadMs: [leadMs],
    stalenessP95Ms: { browser: 1, headless: 1 },
    freshShare: { browser: 1, headless: 1 },
    slicesPerS: { browser: 16, headless: 16 },
    latenessMs: { browser: latenessMs, headless: 1 },
    worstLatenessMs: { browser: latenessMs, headless: 1 },
    device: { skewPpm: 0, startMs: 40, aheadOfHeardMs: 40, latencyMs: 42 },
    leads: { browser: [200], headless: [200 + leadMs] },
  };
}

Deno.test("gaps are summed up by size, and once with their sign", () => {
  assertEquals(gapOf([]), null);
  assertEquals(gapOf([-3, -1, -2]), { p50Ms: 2, p95Ms: 2.9, signedMs: -2 });
});

Deno.test("plays within the targets miss nothing", () => {
  const figures = summarize(WRAPS, [play(20, 50), play(-20, -50), play(20, 10)]);
  assertEquals(missed(figures), []);
  assertEquals([figures.plays, figures.latePlays, figures.leadP50GapMs], [3, 0, 10]);
});

Deno.test("what misses a target is named, and so is a side that was late", () => {
  const figures = summarize(WRAPS, [play(21, 51, 30)]);
  assertEquals(missed(figures), [
    "fidelity-wraps: playhead before the first turn: p95 21 ms, not ≤ 20 ms",
    "fidelity-wraps: playhead behind the seam: p95 21 ms, not ≤ 20 ms",
    "fidelity-wraps: lead p50 differs by 51 ms, not ≤ 50 ms",
  ]);
  assertEquals(figures.latePlays, 1);
});

Deno.test("a measure that is missing misses its target", () => {
  const nothing = summarize(WRAPS, [play(NaN, NaN)]);
  assertEquals(missed(nothing).length, 3);
});

Deno.test("the picture has one point for each twentieth of a second", () => {
  assertEquals(plotOf(play(1, 1)).atS.length, 20);
});
