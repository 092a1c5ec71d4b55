import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { Rng } from "../../runtime/mod.ts";
import { scaleOf } from "./scale.ts";
import { MAX_STROKES, strokesOf } from "./strokes.ts";

/** Slices all over a buffer of 60 s, `perS` a second: the hardest case to gather. */
function scattered(count: number, perS: number) {
  const rng = new Rng(7);
  return {
    atS: Array.from({ length: count }, (_, i) => i / perS),
    startS: Array.from({ length: count }, () => rng.float() * 59),
    durationS: Array.from({ length: count }, () => 0.36),
  };
}

Deno.test("a slice is a stroke, in the order of landing, while there are not too many", () => {
  const slices = { atS: [1, 2, 2.5], startS: [5, 0, 5.1], durationS: [0.5, 0.5, 0.5] };
  assertEquals(strokesOf(slices, scaleOf(0, 10), 10), [
    { atS: 1, fromS: 5, toS: 5.5 },
    { atS: 2, fromS: 0, toS: 0.5 },
    { atS: 2.5, fromS: 5.1, toS: 5.6 },
  ]);
});

Deno.test("a hundred thousand slices are few strokes that cover all of them, in order", () => {
  const slices = scattered(100_000, 16);
  const strokes = strokesOf(slices, scaleOf(0, 6250), 60);
  assertLessOrEqual(strokes.length, MAX_STROKES);
  strokes.forEach(({ atS }, i) => assert(i === 0 || atS >= strokes[i - 1]!.atS));
  for (let i = 0; i < 100_000; i += 997) {
    const [atS, fromS] = [slices.atS[i]!, slices.startS[i]!];
    const covering = strokes.findLast((it) =>
      it.atS <= atS && it.fromS <= fromS + 1e-9 && it.toS >= fromS + 0.36 - 1e-9
    );
    assert(covering !== undefined, `slice ${i} is nowhere`);
  }
});

Deno.test("gathering a healthy stream moves no slice by more than a pixel or two of time", () => {
  const count = 10_000;
  const slices = {
    atS: Array.from({ length: count }, (_, i) => i * 0.06),
    startS: Array.from({ length: count }, (_, i) => (i * 0.06 + 0.2) % 59),
    durationS: Array.from({ length: count }, () => 0.36),
  };
  const strokes = strokesOf(slices, scaleOf(0, 600), 60);
  for (let i = 0; i < count; i += 101) {
    const covering = strokes.findLast((it) =>
      it.atS <= slices.atS[i]! && it.fromS <= slices.startS[i]! + 1e-9 &&
      it.toS >= slices.startS[i]! + 0.36 - 1e-9
    )!;
    assertLess(slices.atS[i]! - covering.atS, 600 / 700);
  }
});
