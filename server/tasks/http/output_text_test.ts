import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { OutputDecoder } from "./output_text.ts";

Deno.test("OutputDecoder holds a cut character back until its rest comes, and counts bytes", () => {
  const bytes = new TextEncoder().encode("a😀b");
  const decoder = new OutputDecoder(100);
  assertEquals(decoder.push(bytes.subarray(0, 3)), { seq: 100, nextSeq: 101, text: "a" });
  assertEquals([decoder.nextSeq, decoder.endSeq], [101, 103]);
  assertEquals(decoder.push(bytes.subarray(3, 4)), null);
  assertEquals(decoder.push(bytes.subarray(4)), { seq: 101, nextSeq: 106, text: "😀b" });
});

Deno.test("OutputDecoder turns what is no UTF-8 into U+FFFD, also at the end", () => {
  const decoder = new OutputDecoder(0);
  assertEquals(decoder.push(new Uint8Array([0x61, 0xff, 0xe2, 0x82]))?.text, "a\ufffd");
  assertEquals(decoder.flush(), { seq: 2, nextSeq: 4, text: "\ufffd" });
  assertEquals(decoder.flush(), null);
});

Deno.test("wherever output is cut, the texts follow each other and join to the whole", () => {
  fc.assert(fc.property(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.array(fc.nat(60), { maxLength: 6 }),
    (text, cuts) => {
      const bytes = new TextEncoder().encode(text);
      const decoder = new OutputDecoder(7);
      let [joined, nextSeq] = ["", 7];
      const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) =>
        a - b
      );
      let at = 0;
      for (const place of places) {
        const out = decoder.push(bytes.subarray(at, place));
        at = place;
        if (out === null) continue;
        assertEquals(out.seq, nextSeq);
        nextSeq = out.nextSeq;
        joined += out.text;
      }
      assertEquals([joined, nextSeq], [text, 7 + bytes.length]);
    },
  ));
});
