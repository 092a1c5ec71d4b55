import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type MirrorMark, mirrorMark, MirrorWitness, wholeMirrorCrc } from "./mirror_witness.ts";

const mark = (part: Partial<MirrorMark> = {}): MirrorMark => ({
  session: "one",
  kind: "slice",
  epoch: 0,
  startSample: 0,
  frames: 10,
  crc: 1,
  ...part,
});

function witness(): MirrorWitness {
  const made = new MirrorWitness();
  made.begin("one");
  return made;
}

Deno.test("a mark is the checksum of its range only, whatever the channels", () => {
  const mirror = Float32Array.from({ length: 20 }, (_, i) => i);
  const range = { session: "one", kind: "slice", epoch: 0, startSample: 2, frames: 3 } as const;
  const { crc } = mirrorMark(mirror, 2, range);
  assertEquals(crc, wholeMirrorCrc(mirror.slice(4, 10)));
  assertEquals(mirrorMark(mirror.subarray(2), 2, { ...range, startSample: 1 }).crc, crc);
});

Deno.test("equal sides are identical, whichever is there first", () => {
  const both = witness();
  assertEquals(both.identical, null);
  both.onServer(mark({ kind: "buffer" }));
  both.onServer(mark());
  assertEquals([both.isQuiet, both.identical], [false, null]);
  both.onClient(mark({ kind: "buffer" }));
  both.onClient(mark());
  both.onClient(mark({ crc: 7 }));
  both.onServer(mark({ crc: 7 }));
  assertEquals([both.isQuiet, both.identical, both.checkedSlices], [true, true, 2]);
});

Deno.test("any difference is a mismatch, and stays one", () => {
  const differences: Partial<MirrorMark>[] = [
    { crc: 2 },
    { crc: null },
    { epoch: 1 },
    { startSample: 1 },
    { frames: 9 },
    { kind: "buffer" },
  ];
  for (const difference of differences) {
    const both = witness();
    both.onServer(mark());
    both.onClient(mark(difference));
    both.onServer(mark());
    both.onClient(mark());
    assertEquals(both.identical, false);
  }
});

Deno.test("what was under way in an old session is not missed in the new one", () => {
  const both = witness();
  both.onServer(mark());
  both.onServer(mark({ crc: 9 }));
  both.onClient(mark());
  both.onServer(mark({ session: "two", crc: 5 }));
  both.begin("two");
  both.onServer(mark({ session: "one", crc: 6 }));
  both.onClient(mark({ session: "two", crc: 5 }));
  both.onServer(mark({ session: "two", crc: 8 }));
  both.onClient(mark({ session: "two", crc: 8 }));
  assertEquals([both.identical, both.isQuiet, both.checkedSlices], [true, true, 3]);
});

Deno.test("whole mirrors count as one comparison", () => {
  const [same, other] = [witness(), witness()];
  const crc = wholeMirrorCrc(Float32Array.of(1, 2));
  same.compareWhole(crc, wholeMirrorCrc(Float32Array.of(1, 2)));
  other.compareWhole(crc, wholeMirrorCrc(Float32Array.of(1, -2)));
  assertEquals([same.identical, other.identical, same.checkedSlices], [true, false, 0]);
});

Deno.test("the order in which the two sides are heard changes nothing", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
    fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    (crcs, isServersTurn) => {
      const both = witness();
      const [server, client] = [[...crcs], [...crcs]];
      for (const turn of isServersTurn) {
        const crc = (turn ? server : client).shift();
        if (crc === undefined) continue;
        if (turn) both.onServer(mark({ crc }));
        else both.onClient(mark({ crc }));
      }
      for (const crc of server) both.onServer(mark({ crc }));
      for (const crc of client) both.onClient(mark({ crc }));
      assertEquals(both.identical, crcs.length === 0 ? null : true);
      assertEquals([both.checkedSlices, both.isQuiet], [crcs.length, true]);
    },
  ));
});
