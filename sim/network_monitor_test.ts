import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { NetworkMonitor, networkWarnings } from "./network_monitor.ts";

/** Looks `count` times, each after a slice with this lead; null for none. */
function looks(monitor: NetworkMonitor, fromS: number, count: number, leadS: number | null) {
  const seen = [];
  for (let i = 1; i <= count; i++) {
    const nowS = fromS + i / 2;
    if (leadS !== null) monitor.onSlice(leadS, nowS);
    seen.push(monitor.look(nowS));
  }
  return seen;
}

/** A slice each tenth of a second. */
const steady = (fromS: number, toS: number, leadS: number) =>
  Array.from({ length: Math.round((toS - fromS) * 10) }, (_, i) => ({
    atS: fromS + (i + 1) / 10,
    leadS,
  }));

Deno.test("NetworkMonitor calls a stream stalled after three seconds without a slice", () => {
  const monitor = new NetworkMonitor(10);
  assertEquals(looks(monitor, 10, 5, null), Array(5).fill("good"));
  assertEquals(monitor.look(12.999), "good");
  assertEquals(monitor.look(13), "stalled");
  monitor.onSlice(0.2, 13.2);
  assertEquals(monitor.look(13.5), "good");
});

Deno.test("NetworkMonitor calls a lead below -50 ms bleeding, by the worst since the last look", () => {
  const monitor = new NetworkMonitor(0);
  monitor.onSlice(-0.05, 0.1);
  assertEquals(monitor.look(0.5), "good");
  monitor.onSlice(-0.051, 0.6);
  monitor.onSlice(0.3, 0.7);
  assertEquals(monitor.look(1), "bleeding");
  assertEquals(monitor.look(1.5), "good");
});

Deno.test("NetworkMonitor warns after 12 bad looks in a row, not after 11", () => {
  const monitor = new NetworkMonitor(0);
  looks(monitor, 0, 11, -1);
  looks(monitor, 5.5, 1, 1);
  looks(monitor, 6, 11, -1);
  assertEquals(monitor.isWarning, false);
  looks(monitor, 11.5, 1, -1);
  assertEquals(monitor.isWarning, true);
});

Deno.test("NetworkMonitor warns until 16 good looks in a row, not until 15", () => {
  const monitor = new NetworkMonitor(0);
  looks(monitor, 0, 12, -1);
  looks(monitor, 6, 15, 1);
  looks(monitor, 13.5, 1, -1);
  looks(monitor, 14, 15, 1);
  assertEquals(monitor.isWarning, true);
  looks(monitor, 21.5, 1, 1);
  assertEquals(monitor.isWarning, false);
});

Deno.test("networkWarnings says when a warning would have been seen", () => {
  const slices = [...steady(0, 10, 0.3), ...steady(25, 60, 0.3)];
  // The last slice comes at 10 s: the first bad look is at 13 s, the twelfth at 18.5 s.
  assertEquals(networkWarnings(slices, 60), [{ fromS: 18.5, toS: 33 }]);
  assertEquals(networkWarnings(slices, 20), [{ fromS: 18.5, toS: 20 }]);
  assertEquals(networkWarnings(steady(0, 60, 0.3), 60), []);
  assertEquals(networkWarnings([], 20), [{ fromS: 8.5, toS: 20 }]);
});

Deno.test("networkWarnings takes the seam of a healthy lap for what it is: a moment", () => {
  const slices = steady(0, 60, 0.3).map((slice) =>
    slice.atS % 4 < 0.36 ? { ...slice, leadS: -0.11 } : slice
  );
  assertEquals(networkWarnings(slices, 60), []);
});

Deno.test("networkWarnings are in order, apart by 8 s, and never before 6 s of trouble", () => {
  const slice = fc.record({ gapS: fc.integer({ min: 1, max: 50 }), leadS: fc.constantFrom(-1, 1) });
  fc.assert(fc.property(fc.array(slice, { maxLength: 200 }), (gaps) => {
    let atS = 0;
    const slices = gaps.map(({ gapS, leadS }) => ({ atS: atS += gapS / 10, leadS }));
    let last = -2;
    for (const { fromS, toS } of networkWarnings(slices, atS)) {
      assertEquals([fromS >= last + 6, toS >= fromS], [true, true]);
      last = toS;
    }
  }));
});
