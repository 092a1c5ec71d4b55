import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CastError, CastV2Exporter, castV2Stream, headerLine, readCast } from "./asciicast.ts";

const V3 = [
  '{"version":3,"term":{"cols":80,"rows":24},"timestamp":1700000000,"title":"t"}',
  '[0.1,"o","a"]',
  "# a comment",
  "",
  '[0.2,"z","of a later version"]',
  '[0.3,"r","100x30"]',
  '[0.4,"x","0"]',
].map((line) => `${line}\n`).join("");

Deno.test("version 3 is read with times from the start; what is unknown is passed over", () => {
  assertEquals(readCast(V3), {
    header: { version: 3, cols: 80, rows: 24, timestamp: 1700000000, title: "t", command: null },
    events: [
      { timeS: 0.1, code: "o", data: "a" },
      { timeS: 0.6, code: "r", data: "100x30" },
      { timeS: 1, code: "x", data: "0" },
    ],
  });
});

Deno.test("version 3 becomes version 2, which has absolute times and no exit", () => {
  const exporter = new CastV2Exporter();
  const lines = V3.trimEnd().split("\n").flatMap((line) => exporter.line(line) ?? []);
  assertEquals(lines, [
    '{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"t"}',
    '[0.1,"o","a"]',
    '[0.6,"r","100x30"]',
  ]);
  const again = readCast(lines.map((line) => `${line}\n`).join(""));
  assertEquals(again.events, readCast(V3).events.filter(({ code }) => code !== "x"));
  assertEquals(again.header, { ...readCast(V3).header, version: 2 });
});

Deno.test("an export is the same in whatever pieces the file comes, and leaves a torn line out", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (pieceBytes) => {
    const bytes = new TextEncoder().encode(`${V3}[1,"o","to`);
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / pieceBytes) },
      (_, i) => bytes.slice(i * pieceBytes, (i + 1) * pieceBytes),
    );
    const out = ReadableStream.from(pieces).pipeThrough(castV2Stream());
    const text = await new Response(out).text();
    assertEquals(text.trimEnd().split("\n").length, 3);
    assertEquals(readCast(text).events.length, 2);
  }));
});

Deno.test("what is no recording is refused with its line", () => {
  assertThrows(() => readCast(""), CastError, "header");
  assertThrows(() => readCast("hello\n"), CastError, "line 1 of the recording is not JSON");
  assertThrows(() => readCast('{"version":1}\n'), CastError, "version 1, expected 2 or 3");
  assertThrows(() => readCast('{"version":3,"term":{"cols":0,"rows":1}}\n'), CastError, "size");
  const head = `${headerLine({ cols: 1, rows: 1, timestamp: null, title: null, command: null })}\n`;
  assertThrows(() => readCast(`${head}{}\n`), CastError, "line 2 of the recording is no event");
  assertThrows(() => readCast(`${head}[-1,"o",""]\n`), CastError, "line 2");
});

Deno.test("any text is either read or refused with a CastError", () => {
  fc.assert(fc.property(fc.array(fc.json()), (lines) => {
    try {
      readCast(
        [headerLine({ cols: 1, rows: 1, timestamp: 0, title: "", command: "" }), ...lines, ""]
          .join("\n"),
      );
    } catch (error) {
      if (!(error instanceof CastError)) throw error;
    }
  }));
});
