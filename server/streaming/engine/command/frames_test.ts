import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { engineFrame, joined } from "../../../../tests/support/fake_engine.ts";
import { type Frame, FrameError, FrameReader } from "./frames.ts";

const LIMIT = 1000;
const limit = (kind: number) => kind < 10 ? LIMIT : null;
const frameArbitrary = fc.record({
  kind: fc.nat({ max: 9 }),
  body: fc.uint8Array({ maxLength: 200 }),
});

/** Reads bytes in pieces of the given sizes, over and over. */
function readInPieces(bytes: Uint8Array, sizes: readonly number[]): Frame[] {
  const reader = new FrameReader(limit);
  const frames: Frame[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    reader.push(bytes.subarray(at, at + size), (frame) => frames.push(frame));
    at += size;
  }
  return frames;
}

Deno.test("FrameReader gives the frames that were written, however they are cut", () => {
  fc.assert(fc.property(
    fc.array(frameArbitrary, { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
    (frames, sizes) => {
      const bytes = joined(...frames.map(({ kind, body }) => engineFrame(kind, body)));
      const read = readInPieces(bytes, sizes);
      assertEquals(read.map(({ kind, body }) => ({ kind, body })), frames);
      let offset = 0;
      for (const frame of read) {
        assertEquals(frame.offset, offset);
        offset += 5 + frame.body.length;
      }
    },
  ));
});

Deno.test("FrameReader gives whole frames or a FrameError for any bytes, cut or not", () => {
  const outcome = (bytes: Uint8Array, sizes: readonly number[]) => {
    try {
      return readInPieces(bytes, sizes).length;
    } catch (error) {
      assert(error instanceof FrameError, String(error));
      return `${error.field} at ${error.offset}`;
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    // Small numbers in front, so that some heads can be.
    for (let i = 1; i < bytes.length; i += 5) bytes[i] = 0;
    assertEquals(outcome(bytes, [1]), outcome(bytes, [bytes.length || 1]));
  }));
});

Deno.test("FrameReader refuses a body over the limit at its head, before it makes room", () => {
  const reader = new FrameReader(limit);
  reader.push(engineFrame(3, new Uint8Array(7)), () => {});
  const head = new Uint8Array([0xff, 0xff, 0xff, 0xff, 3]);
  const error = assertThrows(() => reader.push(head, () => {}), FrameError);
  assertEquals([error.field, error.offset, error.kind], ["length", 12, 3]);
  assertEquals(
    error.message,
    "body of a frame of kind 3 is 4294967295 bytes long, at most 1000 can be",
  );
});

Deno.test("FrameReader tells who prints to stdout what stdout is for", () => {
  const print = new TextEncoder().encode("loading model\n");
  const error = assertThrows(() => new FrameReader(limit).push(print, () => {}), FrameError);
  assertEquals([error.field, error.offset], ["kind", 0]);
  assertEquals(
    error.message,
    "frame has the kind 105, which does not exist; stdout is for frames, print to stderr",
  );
});
