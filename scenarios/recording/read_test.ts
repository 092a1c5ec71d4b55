import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ScenarioError } from "../errors.ts";
import { MAX_LINE_BYTES, RECORDING_SCHEMA } from "./format.ts";
import { parseRecording, readRecording, RecordingReader } from "./read.ts";

const HEADER = JSON.stringify({
  schema: RECORDING_SCHEMA,
  startedUnixS: 1,
  upstream: "ws://a/",
  version: "1",
  blobs: "a.blobs",
  promptsRedacted: false,
});
const OPEN = '{"t":0,"c":1,"kind":"open","target":"/"}';

Deno.test("a recording is the same in whatever pieces it is read, and without its torn end", () => {
  const text =
    `${HEADER}\n${OPEN}\n{"t":1,"c":1,"kind":"text","dir":"up","bytes":8,"json":"ä…🎧"}\n`;
  const whole = parseRecording(text, "whole");
  const bytes = new TextEncoder().encode(`${text}{"t":2,"c":1,"ki`);
  fc.assert(fc.property(fc.integer({ min: 1, max: bytes.length }), (size) => {
    const reader = new RecordingReader("pieces");
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    assertEquals(reader.end(), { ...whole, tornBytes: 16 });
  }));
});

Deno.test("what is no recording is refused with its line and the reason", async () => {
  const cases: [string, RegExp][] = [
    ["", /x is empty/],
    ["half a line", /no whole first line/],
    ["{}\n", /x is no recording: its first line/],
    ['{"schema":"headway.recording/9"}\n', /form "headway.recording\/9".*version that wrote it/],
    ['{"schema":"headway.recording/1"}\n', /x, line 1: startedUnixS/],
    [`${HEADER.replace("a.blobs", "../a")}\n`, /line 1: blobs/],
    [`${HEADER.replace("a.blobs", "..")}\n`, /line 1: blobs/],
    [`${HEADER}\nnot json\n`, /x, line 2: /],
    [`${HEADER}\n${OPEN}\n{"t":-1,"c":1,"kind":"open","target":"/"}\n`, /x, line 3: t: /],
    [`${HEADER}\n{"t":0,"kind":"odd"}\n`, /x, line 2: kind/],
    [`${HEADER}\n${OPEN.replace("open", "binary")}\n`, /x, line 2: dir/],
  ];
  for (const [text, says] of cases) {
    const error = assertThrows(() => parseRecording(text, "x"), ScenarioError);
    assertMatch(error.message, says);
  }
  assertThrows(
    () => parseRecording(`${HEADER}\n${" ".repeat(MAX_LINE_BYTES + 1)}`, "x"),
    ScenarioError,
    "line 2 is longer than",
  );
  await assertRejects(() => readRecording("/no/such/file"), ScenarioError, "there is no such file");
});
