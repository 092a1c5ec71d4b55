import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertStringIncludes,
} from "@std/assert";
import wavefile from "wavefile";
import { clipOf } from "../../audio/clip.ts";
import { readWav } from "../../audio/wav_read.ts";
import type { HeardStretch, RunResult } from "../../scenarios/result.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { excerptOf } from "./excerpt.ts";

/** Fresh audio for `lengthS`, but for the old pieces: `[from, to, tag]` in seconds. */
function heardWith(
  lengthS: number,
  old: readonly (readonly [fromS: number, toS: number, tag?: string])[] = [],
): HeardStretch[] {
  const piece = (fromS: number, toS: number, isFresh: boolean, tag?: string): HeardStretch => ({
    atS: 100 + fromS,
    endS: 100 + toS,
    startS: fromS,
    durationS: toS - fromS,
    bufferStartS: fromS,
    isFresh,
    tags: tag === undefined ? [] : [tag],
  });
  const stretches: HeardStretch[] = [];
  let atS = 0;
  for (const [fromS, toS, tag] of old) {
    if (fromS > atS) stretches.push(piece(atS, fromS, true));
    stretches.push(piece(fromS, toS, false, tag));
    atS = toS;
  }
  if (atS < lengthS) stretches.push(piece(atS, lengthS, true));
  return stretches;
}

/** The excerpt of two minutes of stereo silence of which this was heard. */
function excerpt(changes: Partial<RunResult>, lengthS = 120) {
  const played = clipOf(new Float32Array(lengthS * 96000), 2);
  const report = reportOf(sampleRun({ marks: [], slices: [], ...changes, played }));
  return excerptOf(played, report)!;
}

const slice = (atS: number, leadS: number, tags: string[] = []) => ({
  atS: 100 + atS,
  startS: 0,
  durationS: 0.36,
  leadS,
  tags,
});

Deno.test("the excerpt begins a little before the most old audio that nothing explains", () => {
  const old = [[10, 11], [40, 60, "idle"], [70, 73], [75, 76], [115, 116]] as const;
  const made = excerpt({ heard: heardWith(120, old), slices: [slice(20, -3)] });
  assertEquals([made.fromS, made.durationS, made.focusS], [66, 30, 4]);
  assertEquals(
    made.reason,
    "The most old audio: 4.0 s in 2 pieces from 170.0 s on, the longest 3.0 s at 170.0 s.",
  );
  assertEquals(made.markers, [
    { atS: 4, endS: 7, kind: "stale", text: "old audio, 3.0 s" },
    { atS: 9, endS: 10, kind: "stale", text: "old audio, 1.0 s" },
  ]);
});

Deno.test("of trouble that lasts the excerpt shows how it began", () => {
  const old = Array.from({ length: 80 }, (_, i) => [20 + i, 20.6 + i * 1.0005] as const);
  assertEquals(excerpt({ heard: heardWith(120, old) }).fromS, 16);
  const whole = excerpt({ heard: heardWith(120, [[30, 120]]) });
  assertEquals(whole.fromS, 26);
  assertEquals(whole.markers, [{ atS: 4, endS: 30, kind: "stale", text: "old audio, 90.0 s" }]);
  assertEquals(whole.reason, "The longest old audio: 90.0 s from 130.0 s on.");
});

Deno.test("without old audio, the excerpt is about the slice furthest behind the playhead", () => {
  const slices = [slice(30, 0.1), slice(50, -0.4), slice(60, -0.1), slice(90, -9, ["seamPinned"])];
  const made = excerpt({ heard: heardWith(120), slices });
  assertEquals([made.fromS, made.focusS], [46, 4]);
  assertEquals(made.reason, "A slice landed 0.40 s behind the playhead at 150.0 s.");
});

Deno.test("then about long old audio that has a reason", () => {
  const made = excerpt({ heard: heardWith(120, [[50, 58, "idle"]]), slices: [slice(30, 0.1)] });
  assertEquals(made.fromS, 46);
  assertStringIncludes(made.reason, "8.0 s from 150.0 s on, which its tags explain (idle)");
});

Deno.test("then about where most happened, and then about where slices came closest", () => {
  const mark = (atS: number, kind: string, text: string) => ({ atS: 100 + atS, kind, text });
  const heard = heardWith(120);
  const slices = [slice(30, 0.2), slice(80, 0.1)];
  const marks = [
    mark(5, "step", "prompt"),
    ...Array.from({ length: 20 }, () => mark(20, "step", 'knobs {"values":{}}')),
    mark(40, "step", 'seek {"toS":7}'),
    mark(44, "step", "pause"),
    mark(119, "close", "closed with 1000 "),
  ];
  const busy = excerpt({ heard, slices, marks });
  assertEquals(busy.fromS, 36);
  assertStringIncludes(busy.reason, "2 events from 140.0 s on");
  const calm = excerpt({ heard, slices });
  assertEquals(calm.fromS, 76);
  assertStringIncludes(calm.reason, "closest to the playhead at 180.0 s, 0.10 s ahead");
  const empty = excerpt({ heard });
  assertEquals(empty.fromS, 0);
  assertStringIncludes(empty.reason, "beginning");
});

Deno.test("a fault or a lost connection is more than any number of steps", () => {
  const mark = (atS: number, kind: string, text: string) => ({ atS: 100 + atS, kind, text });
  const steps = Array.from({ length: 9 }, (_, i) => mark(20 + i, "step", 'seek {"toS":7}'));
  const lost = mark(60, "close", "closed with 1006 lost, reconnecting");
  const made = excerpt({ heard: heardWith(120), marks: [...steps, lost] });
  assertEquals([made.fromS, made.focusS], [56, 4]);
});

Deno.test("a shorter excerpt still has the moment, with what came before", () => {
  const report = reportOf(sampleRun({ heard: heardWith(120, [[70, 73]]), marks: [], slices: [] }));
  const made = excerptOf(clipOf(new Float32Array(120 * 48_000), 1), report, 6)!;
  assertEquals([made.fromS, made.durationS, made.focusS], [66, 6, 4]);
  const late = reportOf(sampleRun({ heard: heardWith(120, [[119, 120]]), marks: [], slices: [] }));
  const end = excerptOf(clipOf(new Float32Array(120 * 48_000), 1), late, 6)!;
  assertEquals([end.fromS, end.durationS, end.focusS], [114, 6, 5]);
});

Deno.test("trouble at the end is heard with what came before; a short recording whole", () => {
  const end = excerpt({ heard: heardWith(120, [[118, 120]]) });
  assertEquals([end.fromS, end.durationS, end.focusS], [108, 12, 10]);
  const short = excerpt({ heard: heardWith(20, [[15, 16]]) }, 20);
  assertEquals([short.fromS, short.durationS, short.focusS], [0, 20, 15]);
  assertEquals(excerpt({ heard: [] }, 0), null);
});

Deno.test("the sound is mono at 24 kHz, half a minute at most, and small enough for a page", () => {
  const { wav, durationS } = excerpt({ heard: heardWith(120) });
  const format = new wavefile.WaveFile(wav).fmt as Record<string, number>;
  assertEquals(
    [format["numChannels"], format["sampleRate"], format["bitsPerSample"]],
    [1, 24000, 16],
  );
  assertEquals(durationS, 30);
  assertLess(wav.length, 1_450_000);
});

Deno.test("the sound is what was played at that place, both channels in one", () => {
  const click = 71 * 48000;
  const audio = new Float32Array(120 * 96000);
  for (let i = 0; i < 48; i++) audio[2 * (click + i)] = 0.8;
  const report = reportOf(sampleRun({ heard: heardWith(120, [[70, 73]]), marks: [] }));
  const { wav, peaks, fromS } = excerptOf(clipOf(audio, 2), report)!;
  const { audio: heard } = readWav(wav, { sampleRate: 24000 });
  const at = heard.findIndex((value) => value > 0.2);
  assertAlmostEquals(fromS + at / 24000, 71, 2 / 24000);
  assertAlmostEquals(heard[at + 12]!, 0.4, 0.05);
  assertEquals([peaks.min.length, peaks.max.length], [1000, 1000]);
  assertEquals(peaks.max.indexOf(Math.max(...peaks.max)), Math.floor(5 / 30 * 1000));
  assert(peaks.min.every((low, i) => low <= peaks.max[i]!));
});

Deno.test("a cut in the middle of a sound makes no click", () => {
  const audio = new Float32Array(120 * 48000).fill(0.5);
  const report = reportOf(sampleRun({ heard: heardWith(120, [[70, 73]]), marks: [] }));
  const { audio: heard } = readWav(excerptOf(clipOf(audio, 1), report)!.wav, { sampleRate: 24000 });
  assertLess(Math.abs(heard[0]!), 0.01);
  assertLess(Math.abs(heard.at(-1)!), 0.01);
  assertAlmostEquals(heard[240]!, 0.5, 0.001);
});
