import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FreshnessMeter, LAG_TAGS } from "../sim/mod.ts";
import { sliceRecord, tickRecord } from "../tests/support/collected.ts";
import { distribution, lagSummary } from "./lag_summary.ts";

const NO_PLAY = () => new FreshnessMeter(480_000);

Deno.test("records outside the window do not count, those on its edges do", () => {
  const slices = [0, 1, 2, 3, 4].map((wallS) => sliceRecord({ wallS }));
  const ticks = [0, 1, 2, 3, 4].map((wallS) => tickRecord({ wallS }));
  const lag = lagSummary({ slices, ticks, freshness: NO_PLAY() }, { fromS: 1, toS: 3 });
  assertEquals([lag.slices.count, lag.ticks.count, lag.slices.perS], [3, 3, 1.5]);
});

Deno.test("a slice behind the playhead is explained by any tag, and by nothing else", () => {
  const slices = [
    sliceRecord({ leadS: -0.1 }),
    sliceRecord({ leadS: -0.1, tags: LAG_TAGS.seamPinned }),
    sliceRecord({ leadS: -0.1, tags: LAG_TAGS.settling | LAG_TAGS.paused }),
    sliceRecord({ leadS: 0 }),
  ];
  const lag = lagSummary({ slices, ticks: [], freshness: NO_PLAY() }, { fromS: 0, toS: 1 });
  assertEquals(lag.slices.behindPlayhead, 3);
  assertEquals(lag.unexplained.behindPlayhead, 1);
  assertEquals(lag.slices.tagged, { seamPinned: 1, settling: 1, paused: 1 });
});

Deno.test("a tick is stale above three seconds, not at three", () => {
  const ticks = [2.9, 3, 3.1, 60].map((stalenessS) => tickRecord({ stalenessS }));
  const idle = tickRecord({ stalenessS: 9, tags: LAG_TAGS.idle });
  const lag = lagSummary(
    { slices: [], ticks: [...ticks, idle], freshness: NO_PLAY() },
    { fromS: 0, toS: 1 },
  );
  assertEquals([lag.ticks.staleTicks, lag.unexplained.staleTicks], [3, 2]);
  assertEquals(lag.ticks.tagged, { idle: 1 });
});

Deno.test("the first slice has no interval", () => {
  const slices = [sliceRecord({ intervalS: 0 }), sliceRecord({ intervalS: 0.06 })];
  const lag = lagSummary({ slices, ticks: [], freshness: NO_PLAY() }, { fromS: 0, toS: 1 });
  assertEquals(lag.slices.intervalS.min, 0.06);
});

Deno.test("freshness is that of the window", () => {
  const freshness = NO_PLAY();
  freshness.onPlay(0, 48_000, 1);
  freshness.onSlice(48_000, 48_000, 1);
  freshness.onPlay(48_000, 96_000, 2);
  const share = (fromS: number) =>
    lagSummary({ slices: [], ticks: [], freshness }, { fromS, toS: 3 });
  assertEquals([share(0).freshShare, share(0).longestUnrefreshedS], [0.5, 1]);
  assertEquals([share(1.5).freshShare, share(1.5).longestUnrefreshedS], [1, 0]);
  assertEquals(share(2.5).freshShare, null);
});

Deno.test("without records every figure is null or nought", () => {
  const lag = lagSummary({ slices: [], ticks: [], freshness: NO_PLAY() }, { fromS: 2, toS: 2 });
  assertEquals([lag.slices.count, lag.slices.perS, lag.ticks.count], [0, 0, 0]);
  assertEquals(lag.slices.leadS, distribution([]));
  assertEquals(Object.values(distribution([])), [null, null, null, null, null, null]);
});

Deno.test("a distribution is ordered, and does not depend on the order of its values", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
    (values) => {
      const { min, p5, p50, p95, max, mean } = distribution(values);
      const rising = [min, p5, p50, p95, max].map((value) => value!);
      assertEquals(rising, rising.toSorted((a, b) => a - b));
      assertAlmostEquals(mean!, values.reduce((a, b) => a + b) / values.length, 1e-3);
      const again = distribution(values.toSorted((a, b) => a - b));
      assertEquals([again.p5, again.p50, again.p95], [p5, p50, p95]);
    },
  ));
});
