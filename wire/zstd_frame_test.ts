import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "./errors.ts";
import { compress, decompress } from "./zstd.ts";
import { checkZstdFrame } from "./zstd_frame.ts";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** A last block that holds these bytes as they are. */
const raw = (...bytes: number[]) => [bytes.length << 3 | 1, 0, 0, ...bytes];
/** A last block that repeats a byte. */
const repeat = (byte: number, size: number) => [
  size << 3 & 0xff | 3,
  size >> 5 & 0xff,
  size >> 13,
  byte,
];

function check(bytes: readonly number[], expected: number): void {
  checkZstdFrame(Uint8Array.from(bytes), 0, expected);
}

function refuses(bytes: readonly number[], expected: number, message: string): void {
  assertThrows(() => check(bytes, expected), WireError, message);
}

Deno.test("frames of every header form are accepted", () => {
  const forms: [string, number[]][] = [
    ["one-byte content size", [0x20, 3]],
    ["four-byte content size", [0xa0, 3, 0, 0, 0]],
    ["eight-byte content size", [0xe0, 3, 0, 0, 0, 0, 0, 0, 0]],
    ["window of 1 KiB, no content size", [0x00, 0x00]],
    ["window of 8 MiB, no content size", [0x00, 13 << 3]],
  ];
  for (const [, header] of forms) {
    const frame = [...MAGIC, ...header, ...raw(7, 8, 9)];
    check(frame, 3);
    assertEquals([...decompress(Uint8Array.from(frame), 3)], [7, 8, 9]);
  }
  check([...MAGIC, 0x60, 44, 0, ...repeat(5, 300)], 300); // two bytes count from 256
  check([...MAGIC, 0x24, 3, ...raw(7, 8, 9), 1, 2, 3, 4], 3); // a checksum follows
});

Deno.test("frames that ask for more than they may are refused before they are expanded", () => {
  refuses([...MAGIC, 0x00, 14 << 3, ...raw(7)], 1, "asks for a window of 16777216 bytes");
  refuses([...MAGIC, 0xa0, 0, 0, 0, 64, ...raw(7)], 1, "holds 1073741824 bytes, expected 1");
  refuses([...MAGIC, 0x20, 3, ...repeat(7, 4)], 3, "has a block of 4 bytes, over 3");
  refuses([...MAGIC, 0x23, 3, 1, 2, 3, 4, ...raw(7, 8, 9)], 3, "needs a dictionary");
});

Deno.test("what is no single whole frame is refused, with the place", () => {
  refuses([], 0, "ends inside its header (offset 0)");
  refuses([0x50, 0x2a, 0x4d, 0x18, 0], 0, "does not begin with the zstd magic (offset 0)");
  refuses([...MAGIC, 0x28, 3, ...raw(7, 8, 9)], 3, "sets a reserved bit (offset 4)");
  refuses([...MAGIC, 0xa0, 3, 0], 3, "ends inside its header (offset 7)");
  refuses([...MAGIC, 0x20, 3, 1, 0], 3, "ends inside its block header (offset 8)");
  refuses([...MAGIC, 0x20, 3, 7, 0, 0], 3, "has a block of the reserved type (offset 6)");
  refuses(
    [...MAGIC, 0x20, 3, ...raw(7, 8, 9).slice(0, -1)],
    3,
    "ends inside its block (offset 11)",
  );
  refuses([...MAGIC, 0x24, 3, ...raw(7, 8, 9)], 3, "ends inside its checksum (offset 12)");
  refuses([...MAGIC, 0x20, 3, ...raw(7, 8, 9), 0], 3, "is followed by 1 bytes (offset 12)");
});

Deno.test("compressed frames state their content size", () => {
  for (const size of [0, 1, 255, 256, 70_000, 300_000]) {
    const frame = compress(new Uint8Array(size));
    const descriptor = frame[4]!;
    const isStated = descriptor >> 6 > 0 || (descriptor & 0x20) !== 0;
    assertEquals(isStated, true, `${size} bytes`);
    checkZstdFrame(frame, 0, size);
  }
});

Deno.test("decompress() stops at the size it was given", () => {
  const frame = compress(new Uint8Array(5000));
  assertEquals(decompress(frame, 5000).length, 5000);
  assertThrows(() => decompress(frame, 4999));
  assertThrows(() => decompress(frame, 0));
});
