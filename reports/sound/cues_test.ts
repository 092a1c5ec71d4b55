/** Cue points of real runs, read back by another program's reader. */
import { assert, assertAlmostEquals, assertEquals, assertLess, assertMatch } from "@std/assert";
import wavefile from "wavefile";
import { defineScenario } from "../../scenarios/define.ts";
import type { RunResult } from "../../scenarios/result.ts";
import { playScenario } from "../../scenarios/run.ts";
import { SHIPPED_STREAMS } from "../../scenarios/shipped/mod.ts";
import { Studio } from "../../scenarios/studio.ts";
import { MemoryFiles } from "../../tests/support/memory_files.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { writeRun } from "../write.ts";
import { bufferCues, playedCues } from "./cues.ts";

const studio = new Studio();

/** The cue points of a file that a run has written, as `wavefile` reads them. */
async function cuesIn(result: RunResult, name: string): Promise<[sample: number, label: string][]> {
  const disk = new MemoryFiles();
  await writeRun("out", reportOf(result), result, disk);
  const file = new wavefile.WaveFile(disk.files.get(`out/${result.scenario.name}/${name}`)!);
  const { points } = file.cue as { points: { dwName: number; dwSampleOffset: number }[] };
  const labels = (file.LIST[0] as { subChunks: { dwName: number; value: string }[] }).subChunks;
  return points.map((point) => [
    point.dwSampleOffset,
    labels.find(({ dwName }) => dwName === point.dwName)!.value,
  ]);
}

async function playShipped(name: string): Promise<RunResult> {
  return await playScenario(SHIPPED_STREAMS.find((it) => it.name === name)!, { studio });
}

Deno.test("every seek of a storm is a cue at the sample where the sound jumps", async () => {
  const result = await playShipped("seek-storm");
  const seeks = (await cuesIn(result, "played.wav")).filter(([, label]) =>
    label.startsWith("seek")
  );
  const steps = result.scenario.steps.filter((step) => step.do === "seek");
  assertEquals(seeks.length, steps.length);
  for (const [i, { atS, toS }] of steps.entries()) {
    const [sample, label] = seeks[i]!;
    // Positions are whole frames: a jump may cost the recording one.
    assertAlmostEquals(sample, atS! * 48000, 2);
    assertEquals(label, `seek to ${toS.toFixed(1)} s`);
    assert(
      result.heard.some((it) =>
        Math.round(it.startS! * 48000) === sample && Math.abs(it.bufferStartS - toS) < 1e-4
      ),
    );
  }
});

Deno.test("a swap is a cue at the new source's first sample", async () => {
  const result = await playShipped("swap-with-stems");
  const cues = await cuesIn(result, "played.wav");
  const begins = result.heard.filter(({ bufferStartS }) => bufferStartS === 0).slice(1)
    .map(({ startS }) => Math.round(startS! * 48000));
  const swaps = cues.filter(([, label]) => label.startsWith("new source"));
  assertEquals(swaps.map(([, label]) => label), ["new source (epoch 1)", "new source (epoch 2)"]);
  for (const [sample] of swaps) assert(begins.includes(sample), `${sample} of ${begins}`);
});

Deno.test("old audio is a cue at its first sample, with its length, and pieces of it are one", async () => {
  const result = await playShipped("overload");
  const cues = await cuesIn(result, "played.wav");
  assert(cues.length > 5);
  for (const [sample, label] of cues) {
    const lengthS = Number(/^old audio, (\d+\.\d) s$/.exec(label)?.[1]);
    const stretches = result.heard.filter((it) =>
      !it.isFresh && it.startS! >= sample / 48000 - 1e-6 &&
      it.startS! < sample / 48000 + lengthS
    );
    const oldS = stretches.reduce((sum, it) => sum + it.durationS, 0);
    assertAlmostEquals(oldS, lengthS, 0.051);
  }
  assertEquals(cues[0], [0, "old audio, 3.8 s"]);
});

Deno.test("pauses and reconnects are cues; what needs no word has none", async () => {
  const scenario = defineScenario({
    name: "stop-and-go",
    description: "Where are the marks?",
    durationS: 5,
    source: { synthS: 8 },
    steps: [
      { do: "pause", atS: 1 },
      { do: "resume", atS: 2.5 },
      { do: "reconnect", atS: 4 },
    ],
    expectations: [{ metric: "lag.slices.count", min: 1 }],
  });
  const result = await playScenario(scenario, { studio });
  assertEquals(await cuesIn(result, "played.wav"), [
    [48000, "paused 1.5 s"],
    [120000, "reconnected"],
  ]);
  const [[sample, label] = [], ...others] = await cuesIn(result, "buffer.wav");
  assertEquals([label, others], ["playhead at the end", []]);
  assertAlmostEquals(sample!, (result.ticks.at(-1)!.playheadS) * 48000, 1);
});

Deno.test("in a live run, where a mark comes a little early or late, a cue stands at the jump", () => {
  const stretch = (atS: number, endS: number, bufferStartS: number) => ({
    atS,
    endS,
    startS: atS,
    durationS: endS - atS,
    bufferStartS,
    isFresh: true,
    tags: [],
  });
  const heard = [stretch(0, 2.02, 0), stretch(2.02, 5, 30), stretch(5, 8, 0)];
  const marks = [
    { atS: 2, kind: "step", text: 'seek {"toS":30}' },
    { atS: 5.001, kind: "swap", text: "swap: epoch 1" },
  ];
  const cues = playedCues(reportOf(sampleRun({ heard, marks })));
  assertEquals(cues.map(({ startSample }) => startSample), [2.02 * 48000, 5 * 48000]);
});

Deno.test("cues are few, the longest old audio among them, and their labels plain ASCII", () => {
  const heard = Array.from({ length: 2000 }, (_, i) => ({
    atS: i,
    endS: i + 1,
    startS: i,
    durationS: 1 + (i === 1201 ? 7 : 0),
    bufferStartS: i,
    isFresh: i % 2 === 0,
    tags: i === 1301 ? ["ünfug", "idle"] : [],
  }));
  const marks = Array.from({ length: 500 }, (_, i) => ({
    atS: i,
    kind: "swap",
    text: `swap: Łódź\n\x07${i}`,
  }));
  const cues = playedCues(reportOf(sampleRun({ heard, marks })));
  assertLess(cues.length, 256);
  assert(cues.some(({ label }) => label === "old audio, 8.0 s"));
  for (const { label } of cues) assertMatch(label, /^[\x20-\x7e]+$/);
});

Deno.test("a playhead that the buffer does not have is no cue", () => {
  const ticks = [{ atS: 0, playheadS: 60, stalenessS: 0, tags: [] }];
  assertEquals(bufferCues(reportOf(sampleRun({ ticks }))), []);
  assertEquals(bufferCues(reportOf(sampleRun({ ticks: [] }))), []);
});
