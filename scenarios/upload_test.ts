import { createHash } from "node:crypto";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { encodePcm } from "../wire/mod.ts";
import { ScenarioError } from "./errors.ts";
import { loadScenarioFile } from "./load.ts";
import { playScenario } from "./run.ts";
import type { PcmSource, Scenario } from "./types.ts";
import { readUpload } from "./upload.ts";

const AUDIO = Float32Array.from({ length: 96_000 * 2 }, (_, i) => ((i % 100) - 50) / 100);
const BYTES = encodePcm(AUDIO, 2);
const SOURCE = {
  sha256: createHash("sha256").update(BYTES).digest("hex"),
  frames: 96_000,
  channels: 2,
} as const;

Deno.test("a recorded upload is read beside its scenario's file, and played", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/take.blobs`);
  await Deno.writeFile(`${folder.path}/take.blobs/a.bin`, BYTES);
  const source = { pcm: "take.blobs/a.bin", ...SOURCE };
  const file = `${folder.path}/take.json`;
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      name: "take",
      description: "Is the upload heard?",
      durationS: 2,
      source,
      steps: [
        { do: "swap", atS: 0.5, source, key: "C minor" },
        { do: "send", atS: 1, message: { type: "write_audio", at_s: 0.5 }, source },
      ],
      expectations: [
        { metric: "events.swap_ready", equals: 1 },
        { metric: "events.audio_written", equals: 1 },
        { metric: "mirror.identical", equals: true },
      ],
    }),
  );
  const [scenario] = await loadScenarioFile(file);
  assertEquals(((scenario as Scenario).source as PcmSource).pcm, `${folder.path}/take.blobs/a.bin`);
  const { verdict, session } = await playScenario(scenario!);
  assertEquals([verdict, session.bufferS], ["passed", 2]);
  // At timing fidelity its length is enough.
  await Deno.remove(`${folder.path}/take.blobs`, { recursive: true });
  const timed = await playScenario(scenario!, { fidelity: "timing" });
  assertEquals([timed.verdict, timed.session.bufferS], ["passed", 2]);
});

Deno.test("an upload that is gone, another, or of another shape is refused", async () => {
  await using folder = await tempFolder();
  const pcm = `${folder.path}/a.bin`;
  const fails = (source: PcmSource, says: RegExp) =>
    assertMatch(assertThrows(() => readUpload(source), ScenarioError).message, says);
  fails({ pcm, ...SOURCE }, /no such file; keep the recording's folder of blobs beside it/);
  fails({ pcm: folder.path, ...SOURCE }, /is no file of at most/);
  await Deno.writeFile(pcm, BYTES);
  assertEquals(readUpload({ pcm, ...SOURCE }).audio, AUDIO);
  fails({ pcm, ...SOURCE, sha256: "0".repeat(64) }, /is not what was recorded/);
  fails({ pcm, ...SOURCE, frames: 5 }, /has 96000 frames of 2 channels, and the scenario says 5/);
});
