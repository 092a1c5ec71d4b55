import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { HeardLog } from "./heard_log.ts";
import { LAG_TAGS } from "./tags.ts";

const SECOND = 48000;

/** A log that keeps `capacityS` seconds, with a stereo buffer. */
function logOf(capacityS = 60): HeardLog {
  const log = new HeardLog(capacityS * SECOND, 0);
  log.begin(2);
  return log;
}

Deno.test("HeardLog makes one run of what goes on, however many pieces it came in", () => {
  const log = logOf();
  for (let i = 0; i < 30; i++) {
    log.onPlay(i * 1600, (i + 1) * 1600, true);
    log.settle((i + 1) / 30);
  }
  assertEquals(log.runs(), [{
    fromS: 0,
    toS: 1,
    startSample: 0,
    frames: SECOND,
    recordedAt: 0,
    isFresh: true,
    tags: 0,
  }]);
});

Deno.test("HeardLog begins a run at a jump, a change of kind, a pause, a cut and a new buffer", () => {
  const log = logOf();
  const play = (from: number, isFresh: boolean, toS: number, tags = 0) => {
    log.onPlay(from, from + 4800, isFresh, tags);
    log.settle(toS);
  };
  play(0, true, 0.1);
  play(9600, true, 0.2); // a jump
  play(14400, false, 0.3); // old
  play(19200, false, 0.4, LAG_TAGS.settling); // for a reason
  log.settle(1); // a pause
  play(24000, false, 1.1, LAG_TAGS.settling);
  log.cut();
  play(28800, false, 1.2, LAG_TAGS.settling);
  log.begin(2);
  play(33600, false, 1.3, LAG_TAGS.settling);
  const runs = log.runs();
  assertEquals(runs.map(({ startSample }) => startSample), [
    0,
    9600,
    14400,
    19200,
    24000,
    28800,
    33600,
  ]);
  assertEquals(runs.map(({ recordedAt }) => recordedAt), runs.map((_, i) => i * 4800));
  assertEquals(runs[4]?.fromS, 1);
});

Deno.test("HeardLog spreads what was told at once over the time it took", () => {
  const log = logOf();
  // An audio device that runs twice as fast as the clock.
  log.onPlay(0, 24000, true);
  log.onPlay(24000, 96000, false);
  log.settle(1);
  assertEquals(log.runs().map(({ fromS, toS }) => [fromS, toS]), [[0, 0.25], [0.25, 1]]);
});

Deno.test("HeardLog gives no place to what the recording has lost", () => {
  const log = logOf(1);
  log.onPlay(0, SECOND, false);
  log.settle(1);
  log.onPlay(SECOND, 1.5 * SECOND, true);
  log.settle(1.5);
  assertEquals(log.runs().map((it) => [it.recordedAt, it.startSample, it.frames, it.fromS]), [
    [null, 0, 24000, 0],
    [0, 24000, 24000, 0.5],
    [24000, SECOND, 24000, 1],
  ]);
});

Deno.test("HeardLog begins the recording anew when the channels change", () => {
  const log = logOf();
  log.onPlay(0, 4800, true);
  log.settle(0.1);
  log.begin(1);
  log.onPlay(0, 4800, true);
  log.settle(0.2);
  assertEquals(log.runs().map(({ recordedAt }) => recordedAt), [null, 0]);
});

Deno.test("HeardLog keeps a bounded number of runs, the newest", () => {
  const log = logOf();
  for (let i = 0; i < 100_500; i++) {
    log.onPlay(i * 480, (i + 1) * 480, i % 2 === 0);
    log.settle((i + 1) / 100);
  }
  const runs = log.runs();
  assertEquals(runs.length, 100_000);
  assertAlmostEquals(runs.at(-1)!.toS, 1005, 1e-9);
});

Deno.test("HeardLog: runs follow each other in time and in the recording, without hole or overlap", () => {
  const piece = fc.record({
    from: fc.nat(100_000),
    frames: fc.integer({ min: 1, max: 5000 }),
    isFresh: fc.boolean(),
    isSettled: fc.boolean(),
    waitS: fc.constantFrom(0, 0, 0.5),
  });
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 50_000 }), (pieces, capacity) => {
      const log = new HeardLog(capacity, 0);
      log.begin(1);
      let nowS = 0;
      let played = 0;
      for (const { from, frames, isFresh, isSettled, waitS } of pieces) {
        log.onPlay(from, from + frames, isFresh);
        played += frames;
        nowS += frames / SECOND;
        if (isSettled) log.settle(nowS);
        if (isSettled && waitS > 0) log.settle(nowS += waitS);
      }
      log.settle(nowS);
      const runs = log.runs();
      assertEquals(runs.reduce((sum, { frames }) => sum + frames, 0), played);
      let place = 0;
      let beforeS = 0;
      for (const { recordedAt, frames, fromS, toS } of runs) {
        assert(fromS >= beforeS - 1e-9 && toS >= fromS);
        beforeS = toS;
        if (recordedAt === null) continue;
        assertEquals(recordedAt, place);
        place += frames;
      }
      assertEquals(place, Math.min(capacity, played));
    }),
  );
});
