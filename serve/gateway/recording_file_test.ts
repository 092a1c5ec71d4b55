import { createHash } from "node:crypto";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../runtime/mod.ts";
import { parseRecording, readRecording } from "../../scenarios/recording/mod.ts";
import { filesBelow, tempFolder } from "../../tests/support/temp_folder.ts";
import { RecordingFile, type RecordingFileOptions } from "./recording_file.ts";

const header = { upstream: "ws://127.0.0.1:1318/", version: "1", promptsRedacted: false };

function optionsOf(path: string, more: Partial<RecordingFileOptions> = {}): RecordingFileOptions {
  return {
    path,
    resume: false,
    keep: "all",
    maxBytes: 2 ** 24,
    maxBlobBytes: 2 ** 20,
    header,
    unixS: 1000,
    ...more,
  };
}

const ping = (t: number, c = 1) => ({ t, c, kind: "ping", dir: "up", bytes: 0 }) as const;
const stop = {
  t: 9,
  kind: "stop",
  figures: { messages: 0, bytes: 0, latencyMs: { p50: 0, p99: 0, max: 0 } },
} as const;

/** Records a binary message, and gives what became of it. */
function blob(file: RecordingFile, pieces: readonly Uint8Array[], dir: "up" | "down" = "up") {
  const message = file.message(dir);
  for (const piece of pieces) message.add(piece);
  return message.end();
}

Deno.test("RecordingFile writes lines that are read back, and blobs by their digest", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const file = RecordingFile.open(optionsOf(path));
  file.add(ping(0.5));
  const bytes = Uint8Array.of(1, 2, 3);
  const { sha256, isKept } = blob(file, [bytes.subarray(0, 1), bytes.subarray(1)]);
  blob(file, [bytes]);
  file.finish(stop);
  assertEquals([sha256, isKept], [createHash("sha256").update(bytes).digest("hex"), true]);
  assertEquals(await filesBelow(folder.path), [`a.blobs/${sha256}.bin`, "a.ndjson"]);
  assertEquals(await Deno.readFile(`${folder.path}/a.blobs/${sha256}.bin`), bytes);
  const { events, tornBytes } = await readRecording(path);
  assertEquals([events, tornBytes], [[ping(0.5), stop], 0]);
});

Deno.test("a recording whose writer was killed anywhere is read up to there, and gone on with", () => {
  const path = Deno.makeTempFileSync({ prefix: "headway-", suffix: ".ndjson" });
  try {
    const whole = (() => {
      Deno.removeSync(path);
      const file = RecordingFile.open(optionsOf(path, { keep: "none" }));
      for (let i = 1; i <= 5; i++) file.add(ping(i, i));
      file.close();
      return Deno.readFileSync(path);
    })();
    const headBytes = whole.indexOf(10) + 1;
    fc.assert(fc.property(fc.integer({ min: headBytes, max: whole.length }), (cut) => {
      const left = whole.subarray(0, cut);
      Deno.writeFileSync(path, left);
      const torn = parseRecording(new TextDecoder().decode(left), "torn");
      const file = RecordingFile.open(optionsOf(path, { keep: "none", resume: true, unixS: 1060 }));
      const { offsetS, connections } = file.start;
      assertEquals([offsetS, connections], [60, torn.events.length]);
      file.add(ping(61, connections + 1));
      file.finish(stop);
      const { events, tornBytes } = parseRecording(Deno.readTextFileSync(path), "resumed");
      assertEquals(tornBytes, 0);
      assertEquals(events, [
        ...torn.events,
        { t: 60, kind: "resume", tornBytes: torn.tornBytes },
        ping(61, connections + 1),
        stop,
      ]);
    }));
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("what a killed writer left of a blob is swept when the recording is gone on with", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const file = RecordingFile.open(optionsOf(path));
  const kept = blob(file, [Uint8Array.of(1)]);
  file.close();
  await Deno.writeFile(`${folder.path}/a.blobs/.part-1-2`, Uint8Array.of(2));
  RecordingFile.open(optionsOf(path, { resume: true })).close();
  assertEquals(await filesBelow(folder.path), [`a.blobs/${kept.sha256}.bin`, "a.ndjson"]);
});

Deno.test("RecordingFile keeps within its caps, and says when it is full", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const maxBytes = 20_000;
  const file = RecordingFile.open(optionsOf(path, { maxBytes, maxBlobBytes: 1000 }));
  assertEquals(blob(file, [new Uint8Array(1001)]).isKept, false);
  assertEquals(blob(file, [new Uint8Array(1000)]).isKept, true);
  assertEquals(blob(file, [new Uint8Array(500), new Uint8Array(501)]).isKept, false);
  for (let i = 0; i < 1000; i++) file.add(ping(i));
  assert(file.isFull);
  assertEquals(blob(file, [Uint8Array.of(7)]).isKept, false);
  file.finish(stop);
  const { events } = await readRecording(path);
  assertEquals(events.slice(-2).map(({ kind }) => kind), ["full", "stop"]);
  assert(file.bytes <= maxBytes && Deno.statSync(path).size <= maxBytes);
  assertEquals((await filesBelow(folder.path)).length, 2);
});

Deno.test("blobs that come side by side keep within the cap together", async () => {
  await using folder = await tempFolder();
  const maxBytes = 20_000;
  const file = RecordingFile.open(optionsOf(`${folder.path}/a.ndjson`, { maxBytes }));
  const [first, second] = [file.message("up"), file.message("down")];
  first.add(new Uint8Array(8000).fill(1));
  second.add(new Uint8Array(8000).fill(2));
  assertEquals([first.end().isKept, second.end().isKept], [true, false]);
  file.finish(stop);
  assert(file.bytes <= maxBytes);
  assertEquals((await filesBelow(folder.path)).length, 2);
});

Deno.test("RecordingFile keeps uploads only, or nothing, where that was asked for", async () => {
  await using folder = await tempFolder();
  const uploads = RecordingFile.open(optionsOf(`${folder.path}/a.ndjson`, { keep: "uploads" }));
  assertEquals(blob(uploads, [Uint8Array.of(1)], "up").isKept, true);
  assertEquals(blob(uploads, [Uint8Array.of(2)], "down").isKept, false);
  uploads.close();
  const none = RecordingFile.open(optionsOf(`${folder.path}/b.ndjson`, { keep: "none" }));
  assertEquals(blob(none, [Uint8Array.of(1)]).isKept, false);
  none.close();
  assertEquals((await filesBelow(folder.path)).length, 3);
});

Deno.test("RecordingFile refuses what it must not write to, and says why", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const file = RecordingFile.open(optionsOf(path));
  const fails = (options: RecordingFileOptions, says: RegExp) => {
    const error = assertThrows(() => RecordingFile.open(options), UsageError);
    assertMatch(error.message, says);
  };
  fails(optionsOf(path), /is there already; go on with it by --resume/);
  fails(optionsOf(path, { resume: true }), /is being written by another process/);
  file.close();
  const other = { ...header, upstream: "ws://other/" };
  fails(optionsOf(path, { resume: true, header: other }), /is a recording of ws:\/\/127/);
  const redacted = { ...header, promptsRedacted: true };
  fails(optionsOf(path, { resume: true, header: redacted }), /begun without --redact-prompts/);
  fails(optionsOf(`${folder.path}/no/b.ndjson`), /its folder is not there; make it first/);
  fails(optionsOf(folder.path, { resume: true }), /cannot record to/);
  await Deno.writeTextFile(`${folder.path}/text.ndjson`, "hello\n");
  fails(optionsOf(`${folder.path}/text.ndjson`, { resume: true }), /is no recording/);
  await Deno.symlink("/nowhere/else", `${folder.path}/link.ndjson`);
  fails(optionsOf(`${folder.path}/link.ndjson`), /is there already/);
});

Deno.test("a recording that cannot begin leaves no empty file behind, and may be tried again", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  await Deno.writeTextFile(`${folder.path}/a.blobs`, "no folder");
  const error = assertThrows(() => RecordingFile.open(optionsOf(path)), UsageError);
  assertMatch(
    error.message,
    /cannot record to .*: .*a\.blobs, where its blobs go, is .* no folder/,
  );
  assertEquals(await filesBelow(folder.path), ["a.blobs"]);
  await Deno.remove(`${folder.path}/a.blobs`);
  RecordingFile.open(optionsOf(path)).close();
  assertEquals((await readRecording(path)).events, []);
});

Deno.test("a file that was there stays as it was when it cannot be gone on with", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  await Deno.writeTextFile(path, "");
  await Deno.writeTextFile(`${folder.path}/a.blobs`, "no folder");
  assertThrows(() => RecordingFile.open(optionsOf(path, { resume: true })), UsageError, "a.blobs");
  assertEquals(await filesBelow(folder.path), ["a.blobs", "a.ndjson"]);
});

Deno.test("a disk that fails ends the recording, not the session, and leaves whole lines", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const file = RecordingFile.open(optionsOf(path));
  file.add(ping(1));
  await Deno.remove(`${folder.path}/a.blobs`, { recursive: true });
  assertEquals(blob(file, [Uint8Array.of(1)]).isKept, false);
  assertMatch(file.failure!.message, /^recording to .*a.ndjson stopped: .*was written until then/);
  file.add(ping(2));
  file.finish(stop);
  assertEquals((await readRecording(path)).events, [ping(1)]);
});
