/** The recorded sessions that ship: whole, small, and the same in simulation each time. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { Studio } from "../scenarios/mod.ts";
import {
  chosenSession,
  readRecording,
  recordingToScenario,
  replayRecording,
  scenarioName,
  uploadsIn,
} from "../scenarios/recording/mod.ts";

const FOLDER = new URL("../scenarios/recorded/", import.meta.url);
/** The most that one may weigh. */
const MAX_BYTES = 3 * 2 ** 20;

const FILES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
const studio = new Studio();

Deno.test("two sessions ship, as one file each", () => {
  assertEquals(FILES, ["band-and-swap.ndjson", "jumps-and-knobs.ndjson"]);
});

for (const name of FILES) {
  const file = fileURLToPath(new URL(name, FOLDER));

  Deno.test(`${name} is whole, small, and holds nothing but a session`, async () => {
    assert((await Deno.stat(file)).size <= MAX_BYTES);
    const { events, header, tornBytes } = await readRecording(file);
    assertEquals([tornBytes, header.promptsRedacted, events.at(-1)!.kind], [0, false, "stop"]);
    // Payloads by their digest, and audio that every server has.
    assertEquals(events.filter((event) => event.kind === "binary" && event.blob), []);
    const { upload, oddities, slices, ticks } = chosenSession({ header, events, tornBytes });
    assertEquals([upload, oddities], [null, []]);
    assert(slices.length > 100 && ticks.length > 100);
  });

  Deno.test(`${name} replays to the same trace twice, with the answers that were recorded`, async () => {
    const recording = await readRecording(file);
    const replay = () =>
      replayRecording(recording, {
        name: scenarioName(name),
        uploads: uploadsIn("none"),
        play: () => ({ target: "sim", studio }),
      });
    const [first, second] = [await replay(), await replay()];
    assertEquals(first.omissions, []);
    assertEquals(first.result.verdict, "passed");
    assert(first.result.trace.events > 500);
    assertEquals(first.result.trace.hash, second.result.trace.hash);
    assertEquals(first.recording!.events, second.recording!.events);
    const differing = first.diff!.rows.filter(({ verdict }) => verdict === "differs");
    assertEquals(differing, []);
    // A buffer is the fixture's on every server, byte for byte; so much of it is no matter of time.
    const exact = first.diff!.rows.filter(({ what }) => /^(initial|swap) .*bytes$/.test(what));
    assert(exact.length > 0 && exact.every(({ verdict }) => verdict === "same"));
  });
}

Deno.test("the sessions that ship are sessions of somebody who does something", async () => {
  const steps = new Set<string>();
  for (const name of FILES) {
    const recording = await readRecording(fileURLToPath(new URL(name, FOLDER)));
    const { scenario } = recordingToScenario(recording, {
      name: scenarioName(name),
      uploads: uploadsIn("none"),
    });
    for (const step of scenario.steps!) steps.add(step.do);
  }
  assertEquals(
    [...steps].sort(),
    ["knobs", "loopBand", "pause", "prompt", "resume", "seek", "swap"],
  );
});
