import { assertEquals } from "@std/assert";
import { boundedLines, TOO_LONG } from "./bounded_lines.ts";

async function cut(maxChars: number, ...pieces: string[]) {
  return await Array.fromAsync(ReadableStream.from(pieces).pipeThrough(boundedLines(maxChars)));
}

Deno.test("boundedLines cuts lines wherever the pieces end", async () => {
  const lines = ["ab", "", "cde", "f"];
  assertEquals(await cut(3, "ab\n\ncde\nf"), lines);
  assertEquals(await cut(3, ..."ab\n\ncde\nf\n"), lines);
  assertEquals(await cut(9, "ab\r\ncd", "e\r\n"), ["ab", "cde"]);
  assertEquals(await cut(3), []);
});

Deno.test("boundedLines keeps nothing of a line that is too long, and goes on after it", async () => {
  assertEquals(await cut(3, "abcd\nef"), [TOO_LONG, "ef"]);
  assertEquals(await cut(3, "ab", "cd", "ef", "gh\n", "ij\n"), [TOO_LONG, "ij"]);
  assertEquals(await cut(3, "abcdefg"), [TOO_LONG]);
});

Deno.test("boundedLines says that a line is too long before it has ended", async () => {
  const { readable, writable } = boundedLines(3);
  const writer = writable.getWriter();
  const reader = readable.getReader();
  const first = reader.read();
  await writer.write("abcdef");
  assertEquals((await first).value, TOO_LONG);
  await Promise.all([writer.abort(), reader.read().catch(() => {})]);
});
