import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BinaryIntake, PIECE_BYTES } from "./binary_intake.ts";

/** A client's frame. */
function frame(
  opcode: number,
  payload: Uint8Array,
  options: { fin?: boolean; key?: number[] } = {},
) {
  const { fin = true, key = [0x11, 0x22, 0x33, 0x44] } = options;
  const { length } = payload;
  const long = [56, 48, 40, 32, 24, 16, 8, 0].map((bits) => Math.floor(length / 2 ** bits) % 256);
  const head = length < 126
    ? [0x80 | length]
    : length < 65_536
    ? [0x80 | 126, length >> 8, length & 255]
    : [0x80 | 127, ...long];
  return Uint8Array.from([
    (fin ? 0x80 : 0) | opcode,
    ...head,
    ...key,
    ...payload.map((byte, i) => byte ^ key[i % 4]!),
  ]);
}

const counted = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i * 7 % 251);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** An intake in front of a `ws` that only notes what it sees. */
function setUp(maxBytes?: number) {
  const seen: Uint8Array[] = [];
  const intake = new BinaryIntake((bytes) => void seen.push(bytes.slice()), maxBytes);
  return { intake, seen: () => joined(seen) };
}

const headOnly = (first: number, key = [0x11, 0x22, 0x33, 0x44]) =>
  Uint8Array.from([first, 0x80, ...key]);

Deno.test("BinaryIntake takes a binary payload, and ws sees its frame without one", () => {
  const { intake, seen } = setUp();
  intake.push(frame(2, counted(1000)));
  assertEquals(seen(), headOnly(0x82));
  assertEquals(joined(intake.take()), counted(1000));
  assertEquals(intake.take(), []);
});

Deno.test("BinaryIntake passes on texts, pings and what is no frame of a client as they are", () => {
  const { intake, seen } = setUp();
  const unmasked = Uint8Array.of(0x82, 3, 1, 2, 3);
  const reserved = frame(2, counted(4));
  reserved[0]! |= 0x40;
  const all = joined([
    frame(1, counted(300)),
    frame(9, counted(5)),
    frame(0, counted(3)), // a continuation of nothing
    unmasked,
    reserved,
  ]);
  intake.push(all);
  assertEquals(seen(), all);
  assertEquals(intake.take(), []);
});

Deno.test("BinaryIntake joins fragments, with control frames in between", () => {
  const { intake, seen } = setUp();
  const ping = frame(9, counted(5));
  const key = [9, 8, 7, 6];
  intake.push(joined([
    frame(2, counted(10), { fin: false }),
    ping,
    frame(0, counted(5), { fin: false, key }),
    frame(0, counted(0)),
  ]));
  assertEquals(seen(), joined([headOnly(0x02), ping, headOnly(0x00, key), headOnly(0x80)]));
  assertEquals(joined(intake.take()), joined([counted(10), counted(5)]));
  intake.push(frame(0, counted(5)));
  assertEquals(intake.take(), [], "the message was over: this continues nothing");
});

Deno.test("BinaryIntake gives a long message in pieces whose memory nobody shares", () => {
  const { intake } = setUp();
  const bytes = counted(2 * PIECE_BYTES + 5);
  intake.push(frame(2, bytes));
  const pieces = intake.take();
  assertEquals(pieces.map(({ length }) => length), [PIECE_BYTES, PIECE_BYTES, 5]);
  assertEquals(joined(pieces), bytes);
  assertEquals(new Set(pieces.map(({ buffer }) => buffer)).size, 3);
  assert(pieces.every(({ buffer }) => buffer.byteLength <= PIECE_BYTES));
});

Deno.test("BinaryIntake lets ws refuse a message over the cap, in one frame or in fragments", () => {
  const TOO_LONG = [0x10, 0, 0, 0, 0, 0, 0];
  for (
    const [first, frames] of [
      [0x82, [frame(2, counted(101))]],
      [0x80, [frame(2, counted(60), { fin: false }), frame(0, counted(41))]],
    ] as const
  ) {
    const { intake, seen } = setUp(100);
    intake.push(joined(frames));
    const key = [0x11, 0x22, 0x33, 0x44];
    assertEquals([...seen().slice(-14)], [first, 0xff, 0, ...TOO_LONG, ...key]);
    intake.push(frame(2, counted(1)));
    assertEquals(intake.take(), [], "nothing is kept of what comes after");
  }
});

Deno.test("BinaryIntake looks at nothing after a close frame", () => {
  const { intake, seen } = setUp();
  const close = frame(8, Uint8Array.of(3, 232));
  intake.push(joined([close, frame(1, counted(3)), frame(2, counted(3))]));
  assertEquals(seen(), close);
});

Deno.test("BinaryIntake reads the same however the bytes are cut, the mask falls, and fragments lie", () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  const key = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
  const message = fc.record({
    fragments: fc.array(bytes, { minLength: 1, maxLength: 4 }),
    key,
    isText: fc.boolean(),
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(fc.array(message, { maxLength: 6 }), cuts, (messages, cuts) => {
    const taken: Uint8Array[] = [];
    const passed: Uint8Array[] = [];
    const intake = new BinaryIntake((part) => {
      passed.push(part.slice());
      // What `ws` does with a last frame: it tells of the message.
      if (part.length === 6 && (part[0] === 0x82 || part[0] === 0x80) && part[1] === 0x80) {
        taken.push(joined(intake.take()));
      }
    });
    const texts: Uint8Array[] = [];
    const stream = joined(messages.flatMap(({ fragments, key, isText }) => {
      if (isText) {
        // One frame, not empty: else it looks like a head without payload to the stand-in above.
        const text = frame(1, joined([...fragments, Uint8Array.of(1)]), { key });
        texts.push(text);
        return [text];
      }
      return fragments.map((payload, i) =>
        frame(i === 0 ? 2 : 0, payload, { fin: i === fragments.length - 1, key })
      );
    }));
    for (let at = 0, i = 0; at < stream.length; i++) {
      const size = cuts[i % cuts.length]!;
      intake.push(stream.slice(at, at + size));
      at += size;
    }
    const binaries = messages.filter(({ isText }) => !isText);
    assertEquals(taken, binaries.map(({ fragments }) => joined(fragments)));
    const heads = binaries.reduce((sum, { fragments }) => sum + 6 * fragments.length, 0);
    assertEquals(
      joined(passed).length,
      heads + texts.reduce((sum, { length }) => sum + length, 0),
    );
  }));
});
