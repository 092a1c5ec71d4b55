import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SampleBulk } from "./bulk.ts";
import { encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";

Deno.test("a buffer that is made in parts has the bytes of one made at once", () => {
  const samples = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { maxLength: 300 });
  fc.assert(fc.property(samples, fc.array(fc.nat(700)), (values, ends) => {
    const audio = Float32Array.from(values);
    const bulk = new SampleBulk(audio, { keepsCopy: true });
    for (const end of ends) bulk.prepare(end);
    bulk.prepare(bulk.packet.bytes);
    assertEquals(bulk.packet, {
      kind: "binary",
      data: encodeHalfBuffer(audio),
      bytes: audio.length * 2,
    });
    assertEquals(bulk.wireCopy, roundTripHalf(audio));
  }));
});

Deno.test("a buffer is made as far as was asked, and no further", () => {
  const bulk = new SampleBulk(Float32Array.of(1, 1, 1, 1), { keepsCopy: true });
  bulk.prepare(3);
  assertEquals(bulk.wireCopy, Float32Array.of(1, 1, 0, 0));
});
