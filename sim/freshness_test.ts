import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FreshnessMeter } from "./freshness.ts";
import { LAG_TAGS } from "./tags.ts";

const SECOND = 48000;

Deno.test("FreshnessMeter finds nothing fresh before the first slice, and no share before playback", () => {
  const meter = new FreshnessMeter(2 * SECOND);
  assertEquals(meter.report().freshShare, null);
  meter.onPlay(0, 24000, 0.5);
  assertEquals(meter.report(), {
    playedFrames: 24000,
    freshFrames: 0,
    freshShare: 0,
    longestUnrefreshedS: 0.5,
  });
});

Deno.test("FreshnessMeter counts frames that were rewritten within the last lap", () => {
  const meter = new FreshnessMeter(2 * SECOND);
  meter.onSlice(0, SECOND, 0);
  meter.onPlay(0, SECOND, 1);
  meter.onPlay(SECOND, 2 * SECOND, 2);
  assertEquals(meter.report().freshShare, 0.5);
  meter.onPlay(0, SECOND, 3); // rewritten 3 s ago, a lap is 2 s
  assertEquals(meter.report().freshFrames, SECOND);
  assertEquals(meter.report().longestUnrefreshedS, 2);
});

Deno.test("FreshnessMeter sees an engine that renders every other window", () => {
  const meter = new FreshnessMeter(60 * SECOND);
  const window = 17280;
  for (let i = 0; i < 20; i++) {
    if (i % 2 === 0) meter.onSlice(i * window, window, i * 0.36);
    meter.onPlay(i * window, (i + 1) * window, (i + 1) * 0.36);
  }
  assertEquals(meter.report().freshShare, 0.5);
  assertEquals(meter.report().longestUnrefreshedS, 0.36);
});

Deno.test("FreshnessMeter takes the loop band for the lap while one is armed", () => {
  const meter = new FreshnessMeter(60 * SECOND);
  meter.onSlice(0, SECOND, 0);
  meter.setLapFrames(SECOND);
  meter.onPlay(0, SECOND, 2);
  assertEquals(meter.report().freshShare, 0);
  meter.setLapFrames(60 * SECOND);
  meter.onPlay(0, SECOND, 3);
  assertEquals(meter.report().freshShare, 0.5);
});

Deno.test("FreshnessMeter reports a window of time, and joins runs across its records", () => {
  const meter = new FreshnessMeter(60 * SECOND);
  meter.onPlay(0, 4800, 0.1);
  meter.onPlay(4800, 9600, 0.2);
  meter.onSlice(9600, 4800, 0.2);
  meter.onPlay(9600, 14400, 0.3);
  assertEquals(meter.report().longestUnrefreshedS, 0.2);
  assertEquals(meter.report({ sinceS: 0.15 }).longestUnrefreshedS, 0.1);
  assertEquals(meter.report({ sinceS: 0.25 }).freshShare, 1);
  assertEquals(meter.report({ untilS: 0.2 }).freshShare, 0);
});

Deno.test("FreshnessMeter leaves tagged records out when asked", () => {
  const meter = new FreshnessMeter(60 * SECOND);
  meter.onPlay(0, 4800, 0.1, LAG_TAGS.settling);
  meter.onSlice(4800, 4800, 0.1);
  meter.onPlay(4800, 9600, 0.2);
  assertEquals(meter.report().freshShare, 0.5);
  assertEquals(meter.report({ ignoreTags: LAG_TAGS.settling }).freshShare, 1);
});

Deno.test("FreshnessMeter starts a new buffer stale and keeps what was played", () => {
  const meter = new FreshnessMeter(SECOND);
  meter.onSlice(0, SECOND, 0);
  meter.onPlay(0, 4800, 0.1);
  meter.reset(2 * SECOND);
  meter.onPlay(0, 4800, 0.2);
  assertEquals(meter.report().freshShare, 0.5);
});

Deno.test("FreshnessMeter rewrites a cell once when slices meet inside it", () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(pieces, (lengths) => {
    const frames = lengths.reduce((sum, length) => sum + length, 0);
    const meter = new FreshnessMeter(frames);
    let start = 0;
    for (const length of lengths) {
      meter.onSlice(start, length, 0);
      start += length;
    }
    meter.onPlay(0, frames, 0);
    assertEquals(meter.report().freshShare, 1);
  }));
});
