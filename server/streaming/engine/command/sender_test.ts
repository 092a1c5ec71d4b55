import { assert, assertEquals } from "@std/assert";
import { FrameSender } from "./sender.ts";

Deno.test("a source in memory that threads share reaches the pipe as a copy, piece by piece", () => {
  const written: Uint8Array[] = [];
  const sender = new FrameSender((piece) => void written.push(piece));
  sender.send([Uint8Array.of(1, 2), new Uint8Array(new SharedArrayBuffer(150_000))]);
  while (!sender.isIdle) sender.onWritten();
  assertEquals(written.map(({ length }) => length), [2, 65_536, 65_536, 18_928]);
  assert(written.every(({ buffer }) => buffer instanceof ArrayBuffer));
  const own = new Uint8Array(1000);
  written.length = 0;
  sender.send([own]);
  assert(written[0]!.buffer === own.buffer, "what nobody shares is not copied");
});
