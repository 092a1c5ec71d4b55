import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OutputRing } from "./output_ring.ts";

Deno.test("a ring holds the newest bytes, each at its place", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9000 }),
    fc.array(fc.integer({ min: 0, max: 6000 }), { maxLength: 12 }),
    fc.integer({ min: 0, max: 40_000 }),
    (capacity, lengths, fromSeq) => {
      const ring = new OutputRing(capacity);
      const all: number[] = [];
      for (const length of lengths) {
        const bytes = Uint8Array.from({ length }, (_, i) => (all.length + i) * 31);
        all.push(...bytes);
        ring.push(bytes);
        assertEquals([ring.startSeq, ring.endSeq], [
          Math.max(0, all.length - capacity),
          all.length,
        ]);
      }
      const part = ring.read(fromSeq, 1000);
      const from = Math.max(fromSeq, ring.startSeq);
      const expected = all.slice(from, from + 1000);
      assertEquals(part === null ? [] : [...part.bytes], expected);
      if (part !== null) assertEquals(part.seq, from);
    },
  ));
});

Deno.test("a ring that holds nothing is refused", () => {
  assertThrows(() => new OutputRing(0), RangeError, "at least 1");
});
