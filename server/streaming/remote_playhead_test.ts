import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RemotePlayhead, ReportStaleness } from "./remote_playhead.ts";

const playhead = (frames = 96_000) => new RemotePlayhead(frames, 0, 48_000);

Deno.test("a position in seconds is cut to whole samples and taken modulo the buffer", () => {
  const remote = playhead();
  remote.report(1.00002, 1, null);
  assertEquals(remote.observed, 48_000);
  remote.report(2.5, 1, null);
  assertEquals(remote.observed, 24_000);
  remote.report(-0.5, 1, null);
  assertEquals(remote.observed, 72_000);
});

Deno.test("between reports the estimate runs on at nominal speed and wraps", () => {
  const remote = playhead();
  remote.report(1.5, 10, null);
  assertEquals(remote.estimate(10), 72_000);
  assertAlmostEquals(remote.estimate(10.25), 84_000, 1e-6);
  assertAlmostEquals(remote.estimate(10.75), 12_000, 1e-6);
});

Deno.test("inside a loop band the estimate goes from its end to its start, as a player does", () => {
  const remote = playhead();
  const band = { start: 48_000, end: 84_000 };
  remote.report(1.5, 10, null);
  assertAlmostEquals(remote.estimate(10.2, band), 81_600, 1e-6);
  assertAlmostEquals(remote.estimate(10.3, band), 50_400, 1e-6);
  assertAlmostEquals(remote.estimate(10.3 + 5 * 0.75, band), 50_400, 1e-6);
});

Deno.test("a player that reports from outside a loop band is not taken to be inside", () => {
  const remote = playhead();
  const band = { start: 48_000, end: 84_000 };
  for (const [positionS, sample] of [[0.5, 36_000], [1.75, 0]] as const) {
    remote.report(positionS, 10, null);
    assertAlmostEquals(remote.estimate(10.25, band), sample, 1e-6);
  }
});

Deno.test("a report that repeats the last position does not re-anchor: a paused client runs on", () => {
  const remote = playhead();
  remote.report(0.5, 1, null);
  for (let i = 1; i <= 10; i++) remote.report(0.5, 1 + i / 10, null);
  assertAlmostEquals(remote.estimate(2), 72_000, 1e-6);
});

Deno.test("a changed report re-anchors at once", () => {
  const remote = playhead();
  remote.report(0.5, 1, null);
  remote.report(0.1, 1.5, null);
  assertEquals(remote.estimate(1.5), 4800);
});

Deno.test("a report that was held up does not pull the estimate back", () => {
  const remote = playhead();
  remote.report(0.1, 100.1, 0.1);
  remote.report(0.2, 100.6, 0.2);
  assertAlmostEquals(remote.estimate(100.6), 28_800, 1e-4);
});

Deno.test("a reset stands at 0 of the new length, and remembers how fast reports can be", () => {
  const remote = playhead();
  remote.report(1, 100, 1);
  remote.reset(48_000, 200);
  assertEquals([remote.estimate(200), remote.observed], [0, 0]);
  remote.report(0.5, 201.2, 102);
  assertAlmostEquals(remote.estimate(201.2), 24_000 + 0.2 * 48_000, 1e-4);
});

Deno.test("the estimate is a position of the buffer, whatever a client reports", () => {
  const wild = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  );
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.array(
      fc.record({ gapS: fc.double({ min: 0, max: 50, noNaN: true }), pos: wild, time: wild }),
    ),
    (frames, share, reports) => {
      const remote = playhead(frames);
      let nowS = 0;
      for (const { gapS, pos, time } of reports) {
        remote.report(pos, nowS += gapS, time);
        const estimate = remote.estimate(nowS);
        assert(estimate >= 0 && estimate < frames, `${estimate}`);
        const end = Math.max(1, Math.floor(frames * share));
        const looped = remote.estimate(nowS, { start: Math.floor(end / 3), end });
        assert(looped >= 0 && looped < frames, `${looped}`);
      }
    },
  ));
});

Deno.test("staleness is what a report took longer than the fastest one", () => {
  const staleness = new ReportStaleness();
  assertEquals(staleness.observe(10, 3), 0);
  assertAlmostEquals(staleness.observe(11.2, 4), 0.2, 1e-9);
  assertAlmostEquals(staleness.observe(12, 5), 0, 1e-9);
});

Deno.test("a faster report lowers the minimum for those after it, and is itself not stale", () => {
  const staleness = new ReportStaleness();
  staleness.observe(10, 3);
  assertEquals(staleness.observe(10.5, 4), 0);
  assertAlmostEquals(staleness.observe(12, 5), 0.5, 1e-9);
});

Deno.test("the fastest report is forgotten after 120 s, in buckets of 10 s", () => {
  const staleness = new ReportStaleness();
  staleness.observe(5, 5);
  for (let nowS = 10; nowS < 120; nowS += 10) {
    assertAlmostEquals(staleness.observe(nowS, nowS - 0.3), 0.3, 1e-9);
  }
  assertAlmostEquals(staleness.observe(119.9, 119.6), 0.3, 1e-9);
  assertAlmostEquals(staleness.observe(120, 119.7), 0, 1e-9);
});

Deno.test("a report after a long silence starts anew", () => {
  const staleness = new ReportStaleness();
  staleness.observe(5, 5);
  assertEquals(staleness.observe(1000, 500), 0);
});

Deno.test("staleness equals the minimum over the buckets of the last 120 s, and is never negative", () => {
  fc.assert(fc.property(
    fc.array(fc.record({
      gapS: fc.integer({ min: 0, max: 40 }),
      delayS: fc.integer({ min: 0, max: 100 }),
    })),
    (reports) => {
      const staleness = new ReportStaleness();
      const seen: { bucket: number; delayS: number }[] = [];
      let nowS = 0;
      for (const { gapS, delayS } of reports) {
        nowS += gapS;
        const bucket = Math.floor(nowS / 10);
        seen.push({ bucket, delayS });
        const known = seen.filter((report) => report.bucket > bucket - 12);
        const expected = delayS - Math.min(...known.map((report) => report.delayS));
        assertEquals(staleness.observe(nowS, nowS - delayS), expected);
      }
    },
  ));
});
