import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encodeFrame, type Frame, FrameError, FrameReader, MAX_FRAME_BYTES } from "./pty_frames.ts";

const frames = fc.oneof(
  fc.jsonValue().map((value): Frame => ({ kind: "message", value: normal(value) })),
  fc.record({
    kind: fc.constant("output" as const),
    sub: fc.nat({ max: 2 ** 32 - 1 }),
    seq: fc.maxSafeNat(),
    bytes: fc.uint8Array(),
  }),
  fc.record({
    kind: fc.constant("input" as const),
    call: fc.nat({ max: 2 ** 32 - 1 }),
    id: fc.uuid(),
    bytes: fc.uint8Array(),
  }),
);

/** JSON has no −0. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]!;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

const plain = (frame: Frame) => "bytes" in frame ? { ...frame, bytes: [...frame.bytes] } : frame;

Deno.test("frames arrive as they were sent, wherever the stream is cut", () => {
  fc.assert(fc.property(
    fc.array(frames, { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
    (sent, lengths) => {
      const reader = new FrameReader();
      const bytes = joined(sent.map((frame) => encodeFrame(frame)));
      const got = cut(bytes, lengths).flatMap((piece) => reader.push(piece));
      assertEquals(got.map(plain), sent.map(plain));
    },
  ));
});

Deno.test("any bytes are frames, or are refused with a FrameError", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }),
    (pieces) => refused(pieces),
  ));
});

Deno.test("frames with flipped bytes are frames, or are refused with a FrameError", () => {
  fc.assert(fc.property(
    fc.array(frames, { minLength: 1, maxLength: 4 }),
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    (sent, at, flip) => {
      const bytes = joined(sent.map((frame) => encodeFrame(frame)));
      bytes[at % bytes.length]! ^= flip;
      refused([bytes]);
    },
  ));
});

/** Fails unless a reader takes the pieces, or says in its own way that it cannot. */
function refused(pieces: readonly Uint8Array[]): void {
  const reader = new FrameReader();
  try {
    for (const piece of pieces) reader.push(piece);
  } catch (error) {
    assert(error instanceof FrameError, String(error));
  }
}

Deno.test("a length that cannot be is refused before anything is kept for it", () => {
  for (const length of [0, MAX_FRAME_BYTES + 1, 2 ** 32 - 1]) {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length, true);
    assertThrows(() => new FrameReader().push(head), FrameError, `has ${length} bytes`);
  }
  const bytes = new Uint8Array(MAX_FRAME_BYTES);
  assertThrows(
    () => encodeFrame({ kind: "output", sub: 1, seq: 0, bytes }),
    FrameError,
    "too long",
  );
});

Deno.test("an unknown kind, a short head and a message that is no JSON are refused", () => {
  assertThrows(() => new FrameReader().push(Uint8Array.of(1, 0, 0, 0, 9)), FrameError, "kind 9");
  assertThrows(
    () => new FrameReader().push(Uint8Array.of(2, 0, 0, 0, 1, 0)),
    FrameError,
    "shorter",
  );
  assertThrows(
    () => new FrameReader().push(Uint8Array.of(2, 0, 0, 0, 0, 123)),
    FrameError,
    "no JSON",
  );
});
