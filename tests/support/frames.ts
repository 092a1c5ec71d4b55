/**
 * WebSocket frames as bytes, and arbitrary ones for properties.
 *
 * @module
 */
import fc from "fast-check";

/** One frame. */
export interface Frame {
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

/** A message in fragments, with control frames between them. */
export interface WireMessageFrames {
  readonly isText: boolean;
  readonly payload: Uint8Array;
  readonly frames: readonly Frame[];
}

/** A frame as it goes over the wire; masked where a mask is given. */
export function frameBytes(
  { opcode, isLast, payload }: Frame,
  mask: Uint8Array | null,
): Uint8Array {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = 2 + lengthBytes;
  const bytes = new Uint8Array(head + (mask === null ? 0 : 4) + length);
  const view = new DataView(bytes.buffer);
  bytes[0] = (isLast ? 0x80 : 0) | opcode;
  bytes[1] = (mask === null ? 0 : 0x80) |
    (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  if (mask === null) bytes.set(payload, head);
  else {
    bytes.set(mask, head);
    for (let i = 0; i < length; i++) bytes[head + 4 + i] = payload[i]! ^ mask[i & 3]!;
  }
  return bytes;
}

/** Bytes one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const text = fc.string({ maxLength: 200, unit: "grapheme" })
  .map((value) => new TextEncoder().encode(value));
const binary = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  // Where the length of a frame changes its form.
  fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000)
    .map((size) => new Uint8Array(size).fill(size & 255)),
);
const control = fc.record({
  opcode: fc.constantFrom(9, 10),
  isLast: fc.constant(true),
  payload: fc.uint8Array({ maxLength: 125 }),
});

/** Any message, empty ones included, cut anywhere into frames. */
export const anyMessage: fc.Arbitrary<WireMessageFrames> = fc.boolean().chain((isText) =>
  fc.record({
    payload: isText ? text : binary,
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    between: fc.array(control, { maxLength: 2 }),
  }).map(({ payload, cuts, between }) => {
    const ends = [...cuts.map((cut) => Math.floor(cut * payload.length)), payload.length]
      .sort((a, b) => a - b);
    const frames = ends.flatMap((end, i): Frame[] => [
      ...(i === 1 ? between : []),
      {
        opcode: i > 0 ? 0 : isText ? 1 : 2,
        isLast: i === ends.length - 1,
        payload: payload.slice(i === 0 ? 0 : ends[i - 1]!, end),
      },
    ]);
    return { isText, payload, frames };
  })
);

/** A mask, as clients draw one for each frame. */
export const anyMask: fc.Arbitrary<Uint8Array> = fc.uint8Array({ minLength: 4, maxLength: 4 });

/** Cuts bytes into pieces of these sizes, again and again. */
export function pieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? bytes.length);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}
