import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunResult } from "../../scenarios/result.ts";
import { expectation, NOTHING, sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import { heardStretches } from "./heard.ts";
import { storyOf } from "./story.ts";

const BASE = sampleRun();

/** `count` slices, one each `everyS`, each of 0.36 s, that land `leadS` ahead. */
function slices(count: number, everyS: number, leadS = 0.2): RunResult["slices"] {
  return Array.from({ length: count }, (_, i) => ({
    atS: (i + 1) * everyS,
    startS: i * everyS,
    durationS: 0.36,
    leadS,
    tags: [],
  }));
}

function heard(...stretches: [number, number, boolean, string?][]): RunResult["heard"] {
  return stretches.map(([atS, endS, isFresh, tag]) => ({
    atS,
    endS,
    startS: atS,
    durationS: endS - atS,
    bufferStartS: atS,
    isFresh,
    tags: tag === undefined ? [] : [tag],
  }));
}

function told(changes: Partial<RunResult>) {
  const report = reportOf(
    sampleRun({ slices: slices(160, 1 / 16), heard: heard([0, 10, true]), ...changes }),
  );
  return storyOf(report, heardStretches(report));
}

function lag(changes: Partial<RunResult["lag"]>): RunResult["lag"] {
  return { ...BASE.lag, ...changes };
}

Deno.test("a healthy run: nothing went wrong, and how well it went", () => {
  const story = told({ heard: heard([0, 0.24, false, "settling"], [0.24, 10, true]) });
  assertEquals([story.heading, story.kind], ["Nothing went wrong", "fine"]);
  assertEquals(
    story.lead,
    "99.91 % of what was heard had been rewritten for this lap; " +
      "the longest stretch of old audio lasted 0.02 s.",
  );
});

Deno.test("an overload: how much was old, from when to when, and why", () => {
  const story = told({
    expectedFailure: true,
    slices: slices(10, 1),
    heard: heard([0, 1, false, "settling"], [1, 3.76, false], [3.76, 9, true], [9, 10, false]),
    lag: lag({ freshShare: 0.31, unexplained: { behindPlayhead: 0, staleTicks: 40 } }),
  });
  assertEquals(story.heading, "What goes wrong here, as foretold");
  assertEquals(
    story.lead,
    "69 % of what was heard was old audio: not rewritten for this lap.",
  );
  assertEquals(story.more[0], "The longest stretch of it lasted 3.76 s, from 0 s to 3.76 s.");
  assertStringIncludes(story.more[1]!, "each covers 0.36 s: at most 36 % of what plays");
  assertEquals(story.worstS, 0);
});

Deno.test("old audio while the session rested is no trouble", () => {
  const story = told({ heard: heard([0, 3, true], [3, 9, false, "idle"], [9, 10, true]) });
  assertEquals([story.kind, story.worstS], ["fine", null]);
});

Deno.test("old audio at rest is told apart from what was heard otherwise", () => {
  const { lead, more } = told({
    heard: heard([0, 0.1, false], [0.1, 3, true], [3, 9, false, "idle"], [9, 10, true]),
    lag: lag({ freshShare: 0.39, longestUnrefreshedS: 6 }),
  });
  assertEquals(
    lead,
    "Apart from rest, 98 % of what was heard had been rewritten for this lap; " +
      "the longest stretch of old audio lasted 0.1 s.",
  );
  assertEquals(more[0], "While the session rested 6 s of old audio was heard: that is no fault.");
});

Deno.test("without old audio the worst moment is the loss, the pause, the first late slice", () => {
  const lost = {
    session: { ...BASE.session, closeCode: 1006, reconnects: 2, gapS: 1.1 },
    marks: [
      { atS: 2, kind: "step", text: "prompt" },
      { atS: 3, kind: "close", text: "closed with 1006 lost, reconnecting" },
      { atS: 3.2, kind: "reconnect", text: "reconnect: epoch 0" },
      { atS: 6, kind: "close", text: "closed with 1006 lost, reconnecting" },
      { atS: 7.1, kind: "reconnect", text: "reconnect: epoch 0" },
    ],
  };
  assertEquals(told(lost).worstS, 6);
  const forGood = { ...lost, marks: lost.marks.slice(0, 4) };
  assertEquals(told(forGood).worstS, 6);
  const all = slices(160, 1 / 16);
  const late = all.map((it, i) => i === 31 || i === 47 ? { ...it, leadS: -0.1 } : it);
  assertEquals(told({ slices: late }).worstS, 2);
  const stalled = late.map((it) => ({ ...it, atS: it.atS > 5 ? it.atS + 2 : it.atS }));
  const timing = { ...BASE.timing, sessionS: 12 };
  assertEquals(told({ slices: stalled, timing }).worstS, 5);
  assertEquals(told({ ...lost, slices: stalled, timing }).worstS, 6);
  assertEquals(told({}).worstS, null);
});

Deno.test("a pause of the slices is told with its time, but not when the session rested", () => {
  const stalled = slices(160, 1 / 16).map((it) => ({
    ...it,
    atS: it.atS > 5 ? it.atS + 2 : it.atS,
  }));
  const timing = { ...BASE.timing, sessionS: 12 };
  assertStringIncludes(
    told({ slices: stalled, timing }).lead,
    "For 2.06 s no slice came, from 5 s on",
  );
  const idle = stalled.map((it) => ({ ...it, tags: ["idle"] }));
  assertEquals(told({ slices: idle, timing }).kind, "fine");
});

Deno.test("a failed run names the limits that it broke", () => {
  const story = told({
    verdict: "failed",
    expectations: [expectation({ passed: false, actual: 0.5 })],
  });
  assertEquals(story.heading, "What went wrong");
  assertEquals(story.lead, "Against the limits: lead p50 is 0.5 s, limit ≤ 0.35 s.");
});

Deno.test("late slices, damaged ones and unlike mirrors are each told", () => {
  const late = slices(160, 1 / 16).map((it, i) => i === 31 ? { ...it, leadS: -0.1 } : it);
  const { lead, more } = told({
    slices: late,
    lag: lag({ unexplained: { behindPlayhead: 1, staleTicks: 0 } }),
    mirror: { identical: false, checkedSlices: 9 },
    session: { ...BASE.session, closeCode: null, decodeErrors: 2 },
    marks: [{ atS: 4.5, kind: "fault", text: "undecodable slice: bad magic" }],
  });
  assertEquals(lead, "1 slice landed behind the playhead, too late for this lap, at 2 s.");
  assertEquals(more[0], "2 slices could not be decoded, the first at 4.5 s.");
  assertStringIncludes(more[1]!, "no longer hold the same audio");
});

Deno.test("a lost connection is told first, with its time and code", () => {
  const { lead } = told({
    session: { ...BASE.session, closeCode: 1006, closeReason: "lost", reconnects: 1, gapS: 0.53 },
    marks: [{ atS: 6, kind: "close", text: "closed with 1006 lost" }],
  });
  assertEquals(
    lead,
    "The connection was lost at 6 s with 1006 (lost); the client came back once, " +
      "and without slices for at most 0.53 s.",
  );
});

Deno.test("runs without judgement, without a stream and that did not run say so", () => {
  const doubtful = told({ verdict: "inconclusive", reason: "ticks were 80 ms late" });
  assertEquals(doubtful.lead, "There is no judgement: ticks were 80 ms late.");
  const never = told({
    slices: [],
    ticks: [],
    heard: [],
    lag: lag({ freshShare: null, slices: { ...BASE.lag.slices, leadS: NOTHING } }),
    marks: [{ atS: 10, kind: "close", text: "closed with 1011 fixture unavailable" }],
  });
  assertEquals(
    never.lead,
    "The session never began to stream: closed with 1011 fixture unavailable.",
  );
  const skipped = told({ verdict: "not-applicable", reason: "it needs the simulation" });
  assertEquals(skipped.lead, "This scenario did not run here: it needs the simulation.");
  assertEquals(skipped.kind, "unjudged");
});

Deno.test("what cannot be measured is never told as a number", () => {
  const story = told({
    slices: [],
    lag: lag({ freshShare: null, slices: { ...BASE.lag.slices, leadS: NOTHING } }),
    heard: [],
  });
  for (const sentence of [story.lead, ...story.more]) {
    assert(!/null|NaN|undefined|Infinity/.test(sentence), sentence);
  }
});

Deno.test("a broken invariant comes first, and is the moment that the page opens at", () => {
  const story = told({
    verdict: "failed",
    heard: heard([0, 1, true], [1, 3.76, false], [3.76, 10, true]),
    marks: [
      { atS: 2.5, kind: "breach", text: "mirrors-identical: a slice differs" },
      { atS: 4, kind: "step", text: "seek" },
    ],
  });
  assertEquals(story.worstS, 2.5);
  assertEquals(
    story.lead,
    "At 2.5 s an invariant was broken, mirrors-identical: a slice differs.",
  );
});
