import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { anyMask, anyMessage, concat, frameBytes, pieces } from "../../tests/support/frames.ts";
import { closeFrame, type DataPiece, FrameReader } from "./frame_reader.ts";

/** A reader that keeps whole messages and control frames. */
function keeping(options?: ConstructorParameters<typeof FrameReader>[1]) {
  const messages: { isText: boolean; payload: Uint8Array }[] = [];
  const controls: { opcode: number; payload: Uint8Array }[] = [];
  const malformed: string[] = [];
  let parts: Uint8Array[] = [];
  const reader = new FrameReader({
    onData({ isText, bytes, isFirst, isLast }: DataPiece) {
      if (isFirst) parts = [];
      parts.push(bytes.slice());
      if (isLast) messages.push({ isText, payload: concat(parts) });
    },
    onControl: (opcode, payload) => controls.push({ opcode, payload: payload.slice() }),
    onMalformed: (why) => malformed.push(why),
  }, options);
  return { reader, messages, controls, malformed };
}

Deno.test("FrameReader finds every message, however it is masked, cut into frames and into pieces", () => {
  fc.assert(fc.property(
    fc.array(anyMessage, { maxLength: 6 }),
    fc.option(anyMask),
    fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
    (sent, mask, sizes) => {
      const frames = sent.flatMap(({ frames }) => frames);
      const bytes = concat(frames.map((frame) => frameBytes(frame, mask)));
      const before = bytes.slice();
      const { reader, messages, controls, malformed } = keeping();
      for (const piece of pieces(bytes, sizes)) reader.push(piece);
      assertEquals(malformed, []);
      assertEquals(messages, sent.map(({ isText, payload }) => ({ isText, payload })));
      assertEquals(
        controls,
        frames.filter(({ opcode }) => opcode >= 8).map(({ opcode, payload }) => ({
          opcode,
          payload,
        })),
      );
      assert(reader.isBetweenFrames);
      // What passes stays as it is.
      assertEquals(bytes, before);
    },
  ));
});

Deno.test("FrameReader knows at every byte whether a frame would fit in", () => {
  const frame = frameBytes({ opcode: 2, isLast: true, payload: new Uint8Array(3) }, null);
  const { reader } = keeping();
  const seen = [...frame].map((byte) => {
    reader.push(Uint8Array.of(byte));
    return reader.isBetweenFrames;
  });
  assertEquals(seen, [false, false, false, false, true]);
});

Deno.test("FrameReader stops at what is no WebSocket, and says why", () => {
  const cases: [Uint8Array, RegExp][] = [
    [Uint8Array.of(0xc1, 0), /reserved bit/],
    [Uint8Array.of(0x83, 0), /data frame 3/],
    [Uint8Array.of(0x80, 0), /data frame 0 does not fit/],
    [Uint8Array.of(0x01, 0, 0x81, 0), /data frame 1 does not fit/],
    [Uint8Array.of(0x8b, 0), /control frame 11/],
    [Uint8Array.of(0x09, 0), /control frame 9/],
    [Uint8Array.of(0x89, 126, 0, 200), /control frame 9/],
    [Uint8Array.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255), /longer than can be/],
    [new TextEncoder().encode("GET / HTTP/1.1\r\n"), /./],
  ];
  for (const [bytes, says] of cases) {
    const { reader, malformed } = keeping();
    reader.push(bytes);
    reader.push(new Uint8Array(1000));
    assertEquals(malformed.length, 1);
    assertMatch(malformed[0]!, says);
    assert(!reader.isBetweenFrames);
  }
});

Deno.test("FrameReader counts without unmasking where that is all that is asked", () => {
  const mask = Uint8Array.of(1, 2, 3, 4);
  const payload = Uint8Array.of(9, 9, 9, 9, 9);
  const { reader, messages } = keeping({ keepMask: true });
  reader.push(frameBytes({ opcode: 2, isLast: true, payload }, mask));
  assertEquals(messages, [{ isText: false, payload: Uint8Array.of(8, 11, 10, 13, 8) }]);
});

Deno.test("closeFrame() makes what a FrameReader reads", () => {
  for (const isMasked of [false, true]) {
    const { reader, controls } = keeping();
    reader.push(closeFrame(1001, "done", isMasked));
    assertEquals(controls, [{
      opcode: 8,
      payload: Uint8Array.of(3, 233, ...new TextEncoder().encode("done")),
    }]);
  }
});
