import { assert, assertEquals, assertLess } from "@std/assert";
import type { RunResult } from "../../scenarios/result.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { heardStretches } from "./heard.ts";
import { groupMarks } from "./marks.ts";
import { type Columns, pageData, soundMap } from "./page_data.ts";
import { timelineOf } from "./timeline.ts";

function dataOf(changes: Partial<RunResult>) {
  const report = reportOf(sampleRun(changes));
  const heard = heardStretches(report);
  return pageData(report, timelineOf(report), heard, groupMarks(report.marks), null);
}

function stretch(atS: number, endS: number, isFresh: boolean, tags: string[] = []) {
  return { atS, endS, startS: atS, durationS: endS - atS, bufferStartS: atS, isFresh, tags };
}

function isIn([from, to]: Columns, atS: number): boolean {
  return from.some((fromS, i) => fromS <= atS && atS <= to[i]!);
}

Deno.test("the read-out knows all old audio to the end, however many pieces there are", () => {
  const count = 20_000;
  const heard = Array.from({ length: count }, (_, i) => [
    stretch(i * 0.17, i * 0.17 + 0.05, false, ["settling"]),
    stretch(i * 0.17 + 0.05, (i + 1) * 0.17, true),
  ]).flat();
  const timing = { ...sampleRun().timing, sessionS: count * 0.17 };
  const data = dataOf({ heard, timing });
  for (let i = 0; i < count; i += 99) {
    assert(isIn(data.old, i * 0.17 + 0.025), `old piece ${i} is unknown`);
    assert(isIn(data.heard, i * 0.17 + 0.1));
  }
  assert(isIn(data.old, (count - 1) * 0.17 + 0.025));
  assertLess(JSON.stringify(data).length, 200_000);
});

Deno.test("few pieces are known as they are: old, fresh and nothing in between", () => {
  const data = dataOf({ heard: [stretch(0, 1, true), stretch(1, 2, false), stretch(4, 5, true)] });
  assertEquals([data.heard, data.old, data.rest], [[[0, 4], [2, 5]], [[1], [2]], [[], []]]);
});

Deno.test("old audio of a session at rest is told apart, its last moments without the tag too", () => {
  const { old, rest } = dataOf({
    heard: [
      stretch(0, 3, true, ["idle"]),
      stretch(3, 9, false, ["idle"]),
      stretch(9, 9.2, false, ["settling"]),
      stretch(9.2, 10, true),
    ],
  });
  assertEquals([old, rest], [[[], []], [[3], [9.2]]]);
});

Deno.test("the read-out knows the marks of the end, and a fault among very many steps", () => {
  const steps = Array.from({ length: 30_000 }, (_, i) => ({
    atS: i / 10,
    kind: "step",
    text: `seek {"toS":${i % 977}}`,
  }));
  const fault = { atS: 2_999.91, kind: "fault", text: 'network {"fault":"halfOpen"}' };
  const timing = { ...sampleRun().timing, sessionS: 3000 };
  const data = dataOf({ marks: [...steps, fault], timing });
  const told = data.marks[0].map((atS, i) => ({ atS, text: data.words[data.marks[1][i]!]! }));
  assert(told.some(({ atS, text }) => atS === 2_999.91 && text.includes("halfOpen")));
  assert(told.filter(({ atS }) => atS > 2_990).length > 4);
  assertLess(JSON.stringify([data.marks, data.words]).length, 200_000);
});

Deno.test("sound that goes on is one stretch of the map, a pause begins the next", () => {
  const report = reportOf(sampleRun({
    heard: [
      stretch(0, 1, true),
      stretch(1, 2, false),
      { ...stretch(5, 6, true), startS: 2 },
    ],
  }));
  const map = soundMap(heardStretches(report), { fromS: 0.5, durationS: 2 });
  assertEquals(map, [[0.5, 5], [2, 5.5], [0, 1.5], [1.5, 2]]);
});
