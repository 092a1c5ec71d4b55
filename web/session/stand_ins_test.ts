import { assertEquals } from "@std/assert";
import { createHash as nodeHash } from "node:crypto";
import { crc32 as nodeCrc32 } from "node:zlib";
import { Rng } from "../../runtime/rng.ts";
import { compress } from "../../wire/zstd.ts";
import { crc32 } from "./crc32.ts";
import { createHash } from "./sha256.ts";
import { decompress } from "./zstd.ts";

const bytes = (length: number) => {
  const rng = new Rng(length);
  return Uint8Array.from({ length }, () => rng.uint32() & 0xff);
};

Deno.test("the browser's CRC-32 is zlib's", () => {
  for (const length of [0, 1, 255, 4096]) {
    assertEquals(crc32(bytes(length)), nodeCrc32(bytes(length)), `${length} bytes`);
  }
});

Deno.test("the browser's SHA-256 is Node's, piece by piece", () => {
  const [ours, theirs] = [createHash(), nodeHash("sha256")];
  for (const text of ["", "{}\n", "ü\n".repeat(10_000)]) {
    ours.update(text);
    theirs.update(text);
  }
  assertEquals(ours.copy().digest(), theirs.copy().digest("hex"));
  ours.update("more");
  theirs.update("more");
  assertEquals(ours.digest(), theirs.digest("hex"));
});

Deno.test("the browser's zstd expands what the server compresses", () => {
  for (const length of [1, 69_120]) {
    const payload = bytes(length);
    assertEquals(decompress(compress(payload), length), payload);
  }
});
