import { assertEquals } from "@std/assert";
import { percentileOfSorted, percentiles, roundDecimal } from "./percentiles.ts";

Deno.test("percentileOfSorted interpolates between closest ranks", () => {
  assertEquals(percentileOfSorted([1, 2, 3, 4], 50), 2.5);
  assertEquals(percentileOfSorted([1, 2, 3, 4, 5], 50), 3);
  assertEquals(percentileOfSorted([0, 10], 95), 9.5);
  assertEquals(percentileOfSorted([7], 5), 7);
  assertEquals(percentileOfSorted([], 50), NaN);
});

Deno.test("percentiles of nothing is empty", () => {
  assertEquals(percentiles([]), {});
});

Deno.test("percentiles sorts by value and leaves its input alone", () => {
  const values = [10, -2, 9, 1];
  assertEquals(percentiles(values), { min: -2, p5: -1.55, p50: 5, p95: 9.85, max: 10, mean: 4.5 });
  assertEquals(values, [10, -2, 9, 1]);
});

Deno.test("roundDecimal takes ties to even on the exact binary value", () => {
  assertEquals(roundDecimal(0.125, 2), 0.12);
  assertEquals(roundDecimal(0.375, 2), 0.38);
  assertEquals(roundDecimal(-0.125, 2), -0.12);
  assertEquals(roundDecimal(4.875, 2), 4.88);
  assertEquals(roundDecimal(0.5, 0), 0);
  assertEquals(roundDecimal(1.5, 0), 2);
  assertEquals(roundDecimal(2.5, 0), 2);
  // 2.675 is a little less than the tie in binary, 1.005 too.
  assertEquals(roundDecimal(2.675, 2), 2.67);
  assertEquals(roundDecimal(1.005, 2), 1);
  assertEquals(roundDecimal(-0.001, 2), 0);
});
