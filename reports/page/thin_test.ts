import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { keepExtremes, straighten } from "./thin.ts";

const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { maxLength: 400 });

Deno.test("thinning keeps the least and the greatest value, the ends and the order", () => {
  fc.assert(fc.property(values, fc.integer({ min: 1, max: 30 }), (list, columns) => {
    const kept = keepExtremes(list.map((_, i) => i * 0.1), list, columns);
    assertEquals(kept, [...new Set(kept)].sort((a, b) => a - b));
    assertLessOrEqual(kept.length, (columns + 1) * 4);
    if (list.length === 0) return;
    assertEquals([kept[0], kept.at(-1)], [0, list.length - 1]);
    const left = kept.map((i) => list[i]!);
    assertEquals(Math.min(...left), Math.min(...list));
    assertEquals(Math.max(...left), Math.max(...list));
  }));
});

Deno.test("thinning a hundred thousand points keeps a single bad one", () => {
  const atS = Array.from({ length: 100_000 }, (_, i) => i / 30);
  const staleness = atS.map((_, i) => i === 54_321 ? 9 : (i % 7) / 10);
  const kept = keepExtremes(atS, staleness);
  assert(kept.includes(54_321));
  assertLessOrEqual(kept.length, 5000);
});

Deno.test("points at one moment only are all one column", () => {
  assertEquals(keepExtremes([2, 2, 2, 2, 2, 2], [3, 1, 5, 2, 4, 3], 1), [0, 1, 2, 5]);
});

Deno.test("a straightened line passes every point within the tolerance", () => {
  const steps = fc.array(
    fc.tuple(
      fc.double({ min: 0.01, max: 5, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
    ),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(fc.property(steps, fc.double({ min: 0.01, max: 5, noNaN: true }), (list, tolerance) => {
    let [x, y] = [0, 0];
    const points = list.map(([dx, dy]) => ({ x: x += dx, y: y += dy }));
    const kept = straighten(points, tolerance);
    assertEquals([kept[0], kept.at(-1)], [points[0], points.at(-1)]);
    for (const point of points) {
      const next = Math.max(1, kept.findIndex((it) => it.x >= point.x));
      const [a, b] = [kept[next - 1]!, kept[next] ?? kept[next - 1]!];
      const share = b.x === a.x ? 0 : (point.x - a.x) / (b.x - a.x);
      assertLessOrEqual(Math.abs(a.y + share * (b.y - a.y) - point.y), tolerance + 1e-9);
    }
  }));
});

Deno.test("a straight line is its two ends", () => {
  const points = Array.from({ length: 600 }, (_, i) => ({ x: i, y: 3 * i }));
  assertEquals(straighten(points, 0.5), [points[0], points[599]]);
});
