import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { fewest, fewOfEach, joined } from "./few.ts";

const lengths = fc.double({ min: 0.01, max: 5, noNaN: true });
const stretches = fc.array(fc.tuple(lengths, lengths), { maxLength: 60 }).map((list) => {
  let atS = 0;
  return list.map(([waitS, lastS]) => {
    const fromS = atS + waitS;
    atS = fromS + lastS;
    return { fromS, toS: atS };
  });
});

Deno.test("few stretches cover all of many, in order, from the first to the last", () => {
  fc.assert(fc.property(stretches, fc.integer({ min: 1, max: 20 }), (all, max) => {
    const few = fewest(all, max);
    assertEquals(few.length, Math.min(all.length, max));
    assertEquals([few[0]?.fromS, few.at(-1)?.toS], [all[0]?.fromS, all.at(-1)?.toS]);
    for (const { fromS, toS } of all) {
      assert(few.some((it) => it.fromS <= fromS && toS <= it.toS));
    }
    few.forEach(({ fromS }, i) => assert(i === 0 || fromS > few[i - 1]!.toS));
  }));
});

Deno.test("of the ways between stretches the shortest are filled", () => {
  const all = [[0, 1], [1.1, 2], [5, 6], [6.2, 7]].map(([fromS, toS]) => ({
    fromS: fromS!,
    toS: toS!,
  }));
  assertEquals(fewest(all, 3), [{ fromS: 0, toS: 2 }, all[2]!, all[3]!]);
  assertEquals(joined(all, 0.3), [{ fromS: 0, toS: 2 }, { fromS: 5, toS: 7 }]);
});

Deno.test("few of each part of time: the gravest, none twice, and the last part as the first", () => {
  const items = Array.from({ length: 10_000 }, (_, i) => ({
    atS: i / 100,
    kind: i === 9_990 ? 0 : 1 + i % 7,
  }));
  const few = fewOfEach(items, {
    lengthS: 100,
    columns: 10,
    key: ({ kind }) => kind,
    weight: ({ kind }) => kind,
  });
  assertLessOrEqual(few.length, 40);
  assert(few.some(({ atS }) => atS === 99.9));
  assert(few.some(({ atS }) => atS < 1) && few.some(({ atS }) => atS > 90));
  few.forEach(({ atS }, i) => assert(i === 0 || atS >= few[i - 1]!.atS));
});
