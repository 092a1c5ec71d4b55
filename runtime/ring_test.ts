import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Ring } from "./ring.ts";

Deno.test("Ring holds the newest items in order and counts those that fell out", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 20 }),
    fc.array(fc.integer(), { maxLength: 60 }),
    (capacity, items) => {
      const ring = new Ring<number>(capacity);
      for (const item of items) ring.push(item);
      const kept = items.slice(-capacity);
      assertEquals([...ring], kept);
      assertEquals(ring.toArray(), kept);
      assertEquals(kept.map((_, i) => ring.at(i)), kept);
      assertEquals(ring.last, kept.at(-1));
      assertEquals([ring.length, ring.dropped], [kept.length, items.length - kept.length]);
    },
  ));
});

Deno.test("Ring has nothing outside of its items", () => {
  const ring = new Ring<number>(2);
  assertEquals([ring.last, ring.at(0)], [undefined, undefined]);
  ring.push(1);
  assertEquals([ring.at(-1), ring.at(1)], [undefined, undefined]);
});

Deno.test("Ring starts again when it is cleared", () => {
  const ring = new Ring<number>(2);
  for (const item of [1, 2, 3]) ring.push(item);
  ring.clear();
  ring.push(4);
  assertEquals([[...ring], ring.dropped], [[4], 0]);
});

Deno.test("Ring refuses a capacity that is no whole number of at least 1", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => new Ring(capacity), RangeError, "whole number");
  }
});
