import { assertEquals } from "@std/assert";
import { Recent } from "./recent.ts";

Deno.test("Recent tells extremes, counts and sums of the last seconds only", () => {
  const values = new Recent();
  assertEquals([values.last, values.min(0), values.max(0)], [null, null, null]);
  for (const [value, atS] of [[5, 1], [-2, 2], [3, 3], [4, 4]] as const) values.add(value, atS);
  assertEquals([values.last, values.min(0), values.max(0)], [4, -2, 5]);
  assertEquals([values.min(2.5), values.max(1.5)], [3, 4]);
  assertEquals(values.total(2), { count: 3, sum: 5 });
  values.clear();
  assertEquals(values.total(0), { count: 0, sum: 0 });
});
