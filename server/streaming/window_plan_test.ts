import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type PlanInput, planWindows } from "./window_plan.ts";

const WINDOW = 17_280;
/** Ten seconds. */
const BUFFER = 480_000;

const plan = (input: Partial<PlanInput>) =>
  planWindows({
    playhead: 0,
    lead: 0,
    bufferFrames: BUFFER,
    windowFrames: WINDOW,
    band: null,
    walkFrames: 0,
    ...input,
  });

const single = (input: Partial<PlanInput>) => {
  const windows = plan(input);
  assertEquals(windows.length, 1);
  return windows[0]!;
};

Deno.test("a window starts at playhead and lead, down to the 40 ms grid", () => {
  assertEquals(single({ playhead: 10_000, lead: 12_000 }), { startSample: 21_120, frames: WINDOW });
  assertEquals(single({ playhead: 1919.9 }).startSample, 0);
  assertEquals(single({ playhead: 1920 }).startSample, 1920);
});

Deno.test("the target wraps at the end of the buffer", () => {
  assertEquals(single({ playhead: BUFFER - 1000, lead: 12_000 }).startSample, 9600);
});

Deno.test("a window without room before the end is pinned there until the target wraps", () => {
  const pinned = BUFFER - WINDOW;
  for (let target = pinned; target < BUFFER; target += 480) {
    assertEquals(single({ playhead: target }).startSample, pinned);
  }
  assertEquals(single({ playhead: BUFFER - 1, lead: 1 }).startSample, 0);
});

Deno.test("a pinned window falls behind the playhead by a tenth of a second, 0.36 s per lap", () => {
  const leadS = 0.25 * 48_000;
  let worst = 0;
  for (let playhead = 0; playhead < BUFFER - leadS; playhead += 480) {
    worst = Math.min(worst, single({ playhead, lead: leadS }).startSample - playhead);
  }
  assert(worst > -0.12 * 48_000 && worst <= -0.1 * 48_000, `${worst / 48_000}`);
});

Deno.test("a buffer that is no whole number of latent frames is pinned to its last whole one", () => {
  const bufferFrames = 20_000;
  assertEquals(single({ bufferFrames, playhead: 19_999 }), { startSample: 1920, frames: WINDOW });
});

Deno.test("a buffer shorter than a window is one window", () => {
  assertEquals(single({ bufferFrames: 9600, playhead: 5000 }), { startSample: 0, frames: 9600 });
  assertEquals(single({ bufferFrames: 1, playhead: 0 }), { startSample: 0, frames: 1 });
});

Deno.test("a window length of 0 renders the whole buffer", () => {
  assertEquals(single({ windowFrames: 0, playhead: 70_000 }), { startSample: 0, frames: BUFFER });
});

Deno.test("the target wraps inside an armed band, at any sample", () => {
  const band = { start: 100_001, end: 200_003 };
  assertEquals(single({ band, playhead: 150_000, lead: 10_000.7 }), {
    startSample: 160_000,
    frames: WINDOW,
  });
  assertEquals(single({ band, playhead: 200_000, lead: 12_000 }), {
    startSample: 100_001 + (200_000 + 12_000 - 100_001) - 100_002,
    frames: WINDOW,
  });
});

Deno.test("in a band the lead stays two windows short of a lap, however long it is asked for", () => {
  const band = { start: 0, end: 144_000 };
  const startAt = (lead: number) => single({ band, playhead: 1000, lead }).startSample;
  assertEquals(startAt(100_000), 101_000);
  for (const lead of [144_000, 150_000, 288_000, 1e6]) {
    assertEquals(startAt(lead), 1000 + 144_000 - 2 * WINDOW, `${lead}`);
  }
});

Deno.test("in a band of hardly a window the lead is at most half of it", () => {
  const band = { start: 0, end: 20_000 };
  assertEquals(plan({ band, playhead: 1000, lead: 19_500 })[0]!.startSample, 11_000);
});

Deno.test("a window that crosses the band's end is cut there, and the rest follows at its start", () => {
  const band = { start: 100_000, end: 200_000 };
  assertEquals(plan({ band, playhead: 180_000, lead: 10_000 }), [
    { startSample: 190_000, frames: 10_000 },
    { startSample: 100_000, frames: WINDOW - 10_000 },
  ]);
});

Deno.test("a band shorter than a window is rendered as a whole from its start", () => {
  const band = { start: 100_000, end: 105_000 };
  assertEquals(plan({ band, playhead: 102_000, lead: 12_000 }), [
    { startSample: 100_000, frames: 5000 },
  ]);
});

Deno.test("a band is ignored while the playhead is outside of it, and in walk mode", () => {
  const band = { start: 100_000, end: 200_000 };
  for (const playhead of [99_999, 200_000]) {
    assertEquals(single({ band, playhead, lead: 0 }), single({ playhead, lead: 0 }));
  }
  const walk = { band, playhead: 190_000, lead: 5000, walkFrames: 192_000 };
  assertEquals(plan(walk), plan({ ...walk, band: null }));
});

Deno.test("walk mode keeps windows inside the target's chunk", () => {
  const walkFrames = 192_000;
  assertEquals(single({ walkFrames, playhead: 191_000 }).startSample, walkFrames - WINDOW);
  assertEquals(single({ walkFrames, playhead: 191_999, lead: 1 }).startSample, walkFrames);
});

Deno.test("the last chunk is anchored to the end of the song", () => {
  const walkFrames = 192_000;
  assertEquals(single({ walkFrames, playhead: BUFFER - 1 }).startSample, BUFFER - WINDOW);
  assertEquals(single({ walkFrames, playhead: 2 * walkFrames - 1 }).startSample, 366_720);
});

Deno.test("a source no longer than a chunk is not walked", () => {
  assertEquals(
    single({ walkFrames: BUFFER, playhead: 300_000 }),
    single({ walkFrames: 0, playhead: 300_000 }),
  );
});

Deno.test("no window is empty or leaves the buffer or the band, whatever the numbers", () => {
  fc.assert(
    fc.property(
      fc.record({
        bufferFrames: fc.integer({ min: 1, max: 1_000_000 }),
        windowFrames: fc.integer({ min: 0, max: 9 }).map((n) => n * 1920),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        lead: fc.double({ min: 0, max: 300_000, noNaN: true }),
        walkFrames: fc.constantFrom(0, 9600, 192_000),
        edges: fc.option(fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000))),
      }),
      ({ bufferFrames, windowFrames, at, lead, walkFrames, edges }) => {
        const [a, b] = (edges ?? [0, 0]).map((edge) => Math.min(edge, bufferFrames)).toSorted((
          x,
          y,
        ) => x - y) as [number, number];
        const band = a < b ? { start: a, end: b } : null;
        const playhead = at * bufferFrames;
        const windows = plan({ bufferFrames, windowFrames, playhead, lead, walkFrames, band });
        const isInBand = band !== null && windowFrames > 0 && walkFrames === 0 &&
          playhead >= band.start && playhead < band.end;
        const [low, high] = isInBand ? [band.start, band.end] : [0, bufferFrames];
        assert(windows.length >= 1 && windows.length <= 2);
        for (const { startSample, frames } of windows) {
          assert(Number.isInteger(startSample) && Number.isInteger(frames));
          assert(frames >= 1 && startSample >= low && startSample + frames <= high);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("the window after a pinned one goes on where that ended, if one window can close the gap", () => {
  const playhead = BUFFER - 1000;
  const lead = 6000;
  assertEquals(single({ playhead, lead }).startSample, 3840);
  assertEquals(single({ playhead, lead, lastEnd: BUFFER }).startSample, 0);
  // A window that did not reach the end, or a jump past the middle of the next one, is no seam.
  assertEquals(single({ playhead, lead, lastEnd: BUFFER - 1920 }).startSample, 3840);
  assertEquals(single({ playhead, lead: 20_000, lastEnd: BUFFER }).startSample, 17_280);
});

Deno.test("in walk mode the window after a chunk's end goes on there too", () => {
  const walkFrames = 96_000;
  const at = { playhead: walkFrames + 2000, walkFrames };
  assertEquals(single(at).startSample, walkFrames + 1920 - walkFrames % 1920);
  assertEquals(single({ ...at, lastEnd: walkFrames }).startSample, walkFrames);
});
