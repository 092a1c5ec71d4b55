import { assertEquals } from "@std/assert";
import { type EventOf, readRecording, Redactor } from "../../scenarios/recording/mod.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { ConnectionRecorder } from "./connection_recorder.ts";
import { RecordingFile } from "./recording_file.ts";

/** A text as one frame of a server. */
function textFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return Uint8Array.of(0x81, 126, payload.length >> 8, payload.length & 255, ...payload);
}

Deno.test("JSON that nests without end costs its own text, not the recording", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.ndjson`;
  const file = RecordingFile.open({
    ...{ path, resume: false, keep: "none", maxBytes: 2 ** 24, maxBlobBytes: 0, unixS: 1000 },
    header: { upstream: "ws://127.0.0.1:1318/", version: "1", promptsRedacted: false },
  });
  const recorder = new ConnectionRecorder({ file, redactor: new Redactor(), connection: 1 });
  file.add({ t: 0, c: 1, kind: "open", target: "/" });
  recorder.take("down", textFrame("[".repeat(9000) + "]".repeat(9000)), 1);
  recorder.take("down", textFrame(`{"type":"pong"${" ".repeat(200)}}`), 2);
  recorder.end();
  file.close();
  const { events } = await readRecording(path);
  const texts = events.filter((it): it is EventOf<"text"> => it.kind === "text");
  assertEquals(texts.map(({ bytes, json, text, redacted }) => [bytes, json, !!text, redacted]), [
    [18_000, undefined, false, true],
    [215, { type: "pong" }, true, undefined],
  ]);
});
