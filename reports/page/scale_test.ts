import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { percent, scaleOf, shareOf, squareX, squareY, ticksOf, tickText, trim } from "./scale.ts";

const stretch = fc.tuple(
  fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
).map(([min, length]) => scaleOf(min, min + length));

Deno.test("ticks lie inside the scale, at even distances, and are no more than asked for", () => {
  fc.assert(fc.property(stretch, fc.integer({ min: 1, max: 20 }), (scale, atMost) => {
    const ticks = ticksOf(scale, atMost);
    assertLessOrEqual(ticks.length, atMost + 1);
    const slack = (scale.max - scale.min) * 1e-6;
    for (const tick of ticks) assert(tick >= scale.min - slack && tick <= scale.max + slack);
    const steps = ticks.slice(1).map((tick, i) => tick - ticks[i]!);
    for (const step of steps) assert(Math.abs(step - steps[0]!) <= slack);
  }));
});

Deno.test("ticks are round numbers", () => {
  assertEquals(ticksOf(scaleOf(0, 20), 10), [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  assertEquals(ticksOf(scaleOf(-0.9, 2.1), 5).map(tickText), ["0", "1", "2"]);
  assertEquals(ticksOf(scaleOf(-0.05, 0.35), 5).map(tickText), ["0", "0.1", "0.2", "0.3"]);
});

Deno.test("a scale without length still has places", () => {
  assertEquals(shareOf(scaleOf(3, 3), 3), 0);
  assert(Number.isFinite(shareOf(scaleOf(0, 0), 7)));
});

Deno.test("places: the left and the top are 0, precision ends where no screen can show it", () => {
  const scale = scaleOf(0, 3);
  assertEquals([squareX(scale, 0), squareX(scale, 1), squareX(scale, 3)], ["0", "333.33", "1000"]);
  assertEquals([squareY(scale, 0), squareY(scale, 1), squareY(scale, 3)], ["1000", "666.7", "0"]);
  assertEquals(percent(1 / 3), "33.33%");
  assertEquals([trim(-0.0001, 2), trim(10, 0), trim(1.5, 3)], ["0", "10", "1.5"]);
});
