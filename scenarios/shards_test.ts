import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { splitByWeight } from "./shards.ts";

const items = fc.uniqueArray(
  fc.record({ name: fc.string({ minLength: 1 }), weight: fc.integer({ min: 0, max: 1000 }) }),
  { selector: ({ name }) => name, maxLength: 60 },
);
const parts = fc.integer({ min: 1, max: 12 });

Deno.test("every item is in exactly one part, in the order of the call", () => {
  fc.assert(fc.property(items, parts, (items, of) => {
    const split = splitByWeight(items, of);
    assertEquals(split.length, of);
    assertEquals(split.flat().sort((a, b) => a - b), items.map((_, i) => i));
    for (const part of split) assertEquals(part, [...part].sort((a, b) => a - b));
  }));
});

Deno.test("no part is longer than the mean and one item more", () => {
  fc.assert(fc.property(items, parts, (items, of) => {
    const total = items.reduce((sum, { weight }) => sum + weight, 0);
    const longest = Math.max(0, ...items.map(({ weight }) => weight));
    for (const part of splitByWeight(items, of)) {
      assert(part.reduce((sum, i) => sum + items[i]!.weight, 0) <= total / of + longest + 1e-9);
    }
  }));
});

Deno.test("who is where does not depend on the order of the call", () => {
  fc.assert(fc.property(items, parts, (items, of) => {
    const names = (list: typeof items) =>
      splitByWeight(list, of).map((part) => part.map((i) => list[i]!.name).sort());
    assertEquals(names(items), names([...items].reverse()));
  }));
});

Deno.test("a split into no parts is refused", () => {
  assertThrows(() => splitByWeight([], 0), RangeError, "at least 1");
});
