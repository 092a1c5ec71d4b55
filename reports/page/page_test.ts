import {
  assert,
  assertEquals,
  assertFalse,
  assertLess,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { Rng } from "../../runtime/mod.ts";
import type { RunResult } from "../../scenarios/result.ts";
import { expectation, NOTHING, sampleRun } from "../../tests/support/sample_run.ts";
import { reportOf } from "../from_result.ts";
import type { SoundExcerpt } from "../sound/mod.ts";
import { fittingPage, MAX_PAGE_BYTES, PAGE_POLICY, reportPage } from "./mod.ts";
import { SCRIPT } from "./script.ts";

const HOSTILE = `"><script>alert('x')</script></title>]]>&\x00\ud800\u202e`;

function page(changes: Parameters<typeof sampleRun>[0] = {}, excerpt: SoundExcerpt | null = null) {
  return reportPage(reportOf(sampleRun(changes)), excerpt);
}

/** A sound of `durationS` seconds of silence. */
function sound(durationS: number): SoundExcerpt {
  const columns = () => new Float32Array(1000).fill(0.25);
  return {
    wav: new Uint8Array(44 + durationS * 48_000),
    fromS: 0,
    durationS,
    focusS: 0.1,
    peaks: { min: columns(), max: columns() },
    markers: [{ atS: 0.1, endS: 0.4, kind: "stale", text: "old audio, 0.3 s" }],
    reason: "the longest stretch of old audio",
  };
}

/** Elements that have no end tag. */
const VOID = new Set(["meta", "input", "hr", "br"]);

/** Every element is closed, by the right tag; attributes are quoted and no id stands twice. */
function assertWellFormed(text: string): void {
  const body = text.replace(/^<!doctype html>/, "")
    .replace(/<(style|script)([^>]*)>[^]*?<\/\1>/g, "<$1$2></$1>");
  const open: string[] = [];
  const ids = new Set<string>();
  for (
    const [tag, end, name, attributes, selfEnd] of body.matchAll(
      /<(\/?)([\w-]*)((?:[^"<>]|"[^"<]*")*?)(\/?)>/g,
    )
  ) {
    if (end === "/") {
      assertEquals(open.pop(), name, tag);
      continue;
    }
    assertMatch(name!, /^\w/, tag);
    assertMatch(attributes!, /^(\s+[\w:-]+(="[^"]*")?)*\s*$/, tag);
    const id = /\sid="([^"]*)"/.exec(attributes!)?.[1];
    if (id !== undefined) assertFalse(ids.has(id), `id ${id} stands twice`);
    if (id !== undefined) ids.add(id);
    if (selfEnd !== "/" && !VOID.has(name!)) open.push(name!);
  }
  assertEquals(open, []);
  assertNotMatch(body.replace(/<[^>]*>/g, ""), /[<>]/);
}

const NO_SESSION: Partial<RunResult> = {
  slices: [],
  ticks: [],
  heard: [],
  played: null,
  buffer: null,
  lag: {
    ...sampleRun().lag,
    freshShare: null,
    slices: { ...sampleRun().lag.slices, leadS: NOTHING, count: 0 },
    ticks: { ...sampleRun().lag.ticks, stalenessS: NOTHING, count: 0 },
  },
  session: { ...sampleRun().session, id: null, bufferS: null, channels: null },
};

const KINDS: Readonly<Record<string, string>> = {
  "a healthy run": page({}, sound(0.5)),
  "timing fidelity": page({ fidelity: "timing", played: null, buffer: null }),
  "no session": page({ ...NO_SESSION, verdict: "failed" }),
  "not applicable": page({ ...NO_SESSION, verdict: "not-applicable", expectations: [], marks: [] }),
  "inconclusive": page({ verdict: "inconclusive", reason: "ticks were late" }),
  "slices only": page({ ticks: [], heard: [] }),
  "ticks only": page({ slices: [] }),
  "nothing heard": page({ heard: [] }),
};

for (const [kind, text] of Object.entries(KINDS)) {
  Deno.test(`the page of ${kind} is well-formed and complete`, () => {
    assertWellFormed(text);
    assertNotMatch(text.replace(SCRIPT, ""), /NaN|Infinity|undefined|\[object/);
    assertStringIncludes(text, '<html lang="en">');
    assertStringIncludes(text, "<main>");
    const levels = [...text.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    assertEquals(levels[0], 1);
    levels.forEach((level, i) => assert(i === 0 || (level > 1 && level <= levels[i - 1]! + 1)));
  });
}

Deno.test("the page loads nothing and allows its own style and script only", async () => {
  const text = page({}, sound(0.5));
  assertNotMatch(text, /https?:|<link|<img|<iframe|\son\w+=|javascript:|@import|url\((?!#)/i);
  const hash = async (part: string) =>
    `sha256-${
      new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(part)))
        .toBase64()
    }`;
  const [, style] = /<style>([^]*?)<\/style>/.exec(text)!;
  const [, script] = /<script>([^]*?)<\/script>/.exec(text)!;
  assertStringIncludes(PAGE_POLICY, `style-src '${await hash(style!)}'`);
  assertStringIncludes(PAGE_POLICY, `script-src '${await hash(script!)}'`);
  assertStringIncludes(text, `content="${PAGE_POLICY}"`);
  assertNotMatch(text, /\sstyle="/);
});

Deno.test("the page's data is JSON that cannot leave its script", () => {
  const text = page({ marks: [{ atS: 1, kind: "event", text: HOSTILE }] });
  const [, json] = /<script type="application\/json" id="data">([^]*?)<\/script>/.exec(text)!;
  assertNotMatch(json!, /[<>&]/);
  assertEquals(JSON.parse(json!).endS, 10);
});

Deno.test("the page's script is JavaScript, and finds everything that it asks for", () => {
  assertEquals(typeof new Function(SCRIPT), "function");
  const text = page({}, sound(0.5));
  // The same script serves runs of voices, whose pages alone have these.
  const ofVoices = ["now-making", "now-waiting"];
  for (const [, id] of SCRIPT.matchAll(/(?:\$|say)\("([\w-]+)"/g)) {
    if (ofVoices.includes(id!)) continue;
    assertStringIncludes(text, `id="${id}"`);
  }
});

Deno.test("foreign text stays text, wherever it stands", () => {
  const run = sampleRun();
  const text = page({
    scenario: { ...run.scenario, name: HOSTILE, description: HOSTILE, shows: [HOSTILE] },
    reason: HOSTILE,
    verdict: "failed",
    target: `ws://${HOSTILE}`,
    expectations: [expectation({ name: HOSTILE, actual: HOSTILE, limit: HOSTILE, passed: false })],
    marks: [{ atS: 1, kind: HOSTILE, text: HOSTILE }, { atS: 2, kind: "step", text: HOSTILE }],
    session: { ...run.session, id: HOSTILE, closeReason: HOSTILE, events: { [HOSTILE]: 1 } },
  });
  assertWellFormed(text);
  assertEquals(text.match(/<script/g)!.length, 2);
  assertFalse(text.includes("\u202e") || text.includes("\0"));
});

Deno.test("the verdict and what went wrong come before everything else", () => {
  const text = page({
    verdict: "failed",
    expectations: [expectation({ passed: false, actual: 0.5 })],
  }, sound(0.5));
  const places = ["<h1>", "What went wrong", "Against the limits", "Expectations", "Lead</h3>"]
    .concat(["Staleness</h3>", "Buffer map</h3>", "Sound</h3>", "Run it again"])
    .map((part) => text.indexOf(part));
  assertEquals(places, [...places].sort((a, b) => a - b));
  assert(places[0]! > 0);
});

Deno.test("a failure that was foretold is explained, with its mode", () => {
  const run = sampleRun();
  const text = page({
    expectedFailure: true,
    scenario: { ...run.scenario, shows: ["lag/1 generation lags behind the playhead"] },
    expectations: [expectation({ passed: false, expectedToFail: true })],
  });
  assertStringIncludes(text, "Passed: fails as foretold");
  assertStringIncludes(text, "<strong>lag/1 generation lags behind the playhead</strong>");
  assertStringIncludes(text, "has to fail, and the run passes because it does");
});

Deno.test("on the map later slices paint over earlier ones, each buffer on its own ground", () => {
  const slice = (atS: number, startS: number) => ({
    atS,
    startS,
    durationS: 1,
    leadS: 0.2,
    tags: [],
  });
  const text = page({
    slices: [slice(1, 0), slice(2, 0.5), slice(6, 3)],
    marks: [{ atS: 5, kind: "swap", text: "swap: epoch 1" }],
    ticks: [{ atS: 9, playheadS: 59, stalenessS: 0, tags: [] }],
  });
  const map = text.slice(text.indexOf('id="map-plot"'), text.indexOf('class="landing"'));
  const painted = [...map.matchAll(/fill="url\(#map-never\)" x="([\d.]+)%"|<rect x="([\d.]+)" y=/g)]
    .map(([, ground, stroke]) => ground === undefined ? Number(stroke) : `ground ${ground}`);
  assertEquals(painted, ["ground 0", 100, 200, "ground 50", 600]);
});

Deno.test("late slices that nothing explains are drawn apart from explained ones", () => {
  const slice = (atS: number, leadS: number, tags: string[]) => ({
    atS,
    startS: atS,
    durationS: 0.36,
    leadS,
    tags,
  });
  const text = page({
    slices: [slice(1, 0.2, []), slice(2, -0.2, []), slice(3, -0.1, ["seamPinned"])],
  });
  const dots = (kind: string) =>
    new RegExp(`class="dots ${kind}" d="([^"]*)"`).exec(text)![1]!.match(/M[\d.]+/g);
  assertEquals([dots("ahead"), dots("behind"), dots("explained")], [["M100"], ["M200"], ["M300"]]);
});

/** Far more steps than a page bears; as JSON 5 MB. */
const STEPS = Array.from({ length: 40_000 }, (_, i) => ({
  do: "seek" as const,
  atS: i / 16,
  toS: i % 59,
  note: "a long way from here",
})) as unknown as RunResult["scenario"]["steps"];

/** The sample's scenario with many steps of a stream. */
function withSteps(): ReturnType<typeof sampleRun>["scenario"] {
  const { scenario } = sampleRun();
  return { ...scenario, steps: STEPS } as typeof scenario;
}

Deno.test("a definition too long for a page is shown in part, and leads to report.json", () => {
  const text = page({ scenario: withSteps() });
  assertLess(text.length, 200_000);
  assertWellFormed(text);
  assertMatch(text, /<a href="\.\/report\.json">report\.json<\/a> has all of it/);
  assertFalse(page().includes("too long for a page"));
});

Deno.test("a page that reaches every limit is 3 MB at most: it has less sound, and says where all is", () => {
  const rng = new Rng(3);
  const count = 20_000;
  const endS = 3600;
  const times = Array.from({ length: count }, (_, i) => i * endS / count);
  const odd = (i: number) => `${'<&"'.repeat(60)}${i}`;
  const run = sampleRun();
  const states = ["paused", "idle", "loopBand", "settling"];
  const report = reportOf(sampleRun({
    verdict: "failed",
    reason: odd(1).repeat(100),
    scenario: {
      ...run.scenario,
      description: odd(2).repeat(100),
      steps: STEPS,
      engine: { type: "steady", note: odd(3).repeat(100) },
    } as unknown as RunResult["scenario"],
    timing: { ...run.timing, sessionS: endS },
    expectations: Array.from(
      { length: 3000 },
      (_, i) => expectation({ name: odd(i), passed: false, actual: odd(i) }),
    ),
    session: {
      ...run.session,
      id: odd(4).repeat(100),
      events: Object.fromEntries(times.slice(0, 5000).map((_, i) => [odd(i), 1])),
    },
    slices: times.map((atS) => ({
      atS,
      startS: rng.float() * 59,
      durationS: 0.01,
      leadS: rng.float() * 9 - 4,
      tags: rng.chance(0.5) ? [] : ["seamPinned"],
    })),
    ticks: times.map((atS, i) => ({
      atS: i % 50 === 0 ? atS + 1.5 : atS,
      playheadS: rng.float() * 60,
      stalenessS: rng.float() * 9,
      tags: rng.chance(0.5) ? [] : [states[i % 4]!],
    })).sort((a, b) => a.atS - b.atS),
    heard: times.map((atS, i) => ({
      atS,
      endS: atS + 0.02,
      startS: atS,
      durationS: 0.02,
      bufferStartS: rng.float() * 59,
      isFresh: i % 3 === 0,
      tags: i % 3 === 1 ? ["idle"] : [],
    })),
    marks: times.slice(0, 9_000).map((_, i) => ({
      atS: i * endS / 9_000,
      kind: ["step", "fault", "swap", "reconnect", "close"][i % 5]!,
      text: `${odd(i % 50)} {"text":${JSON.stringify(odd(i))}}`,
    })),
  }));
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  const silent = reportPage(report, null);
  assertWellFormed(silent);
  assertLess(bytes(silent), MAX_PAGE_BYTES * 0.7);
  const tried: number[] = [];
  const fitting = fittingPage(report, (longestS) => {
    tried.push(longestS);
    return sound(longestS);
  });
  assertLess(bytes(fitting), MAX_PAGE_BYTES);
  assert(tried.length > 1);
  assertStringIncludes(fitting, 'id="sound"');
  const without = fittingPage(report, () => sound(60));
  assertFalse(without.includes('id="sound"'));
  assertStringIncludes(without, "played.wav has it");
});

Deno.test("a simulated run says that its harness is punctual, a live one how punctual it was", () => {
  assertStringIncludes(page(), "punctual by construction");
  assertFalse(page().includes("Tick lateness"));
  const live = page({ target: "self" });
  assertStringIncludes(live, "Tick lateness, 99 %");
  assertFalse(live.includes("punctual by construction"));
});

Deno.test("the button of the worst moment does not break within its time", () => {
  const heard = [{ ...sampleRun().heard[0]!, endS: 3, durationS: 3, tags: [] }];
  assertStringIncludes(page({ heard }, sound(0.5)), ">at\u00a00\u00a0s<");
});

Deno.test("a hundred thousand points, thirty seconds of sound: 3 MB at most, the worst kept", () => {
  const points = Array.from({ length: 100_000 }, (_, i) => i / 16);
  const text = page({
    timing: { ...sampleRun().timing, sessionS: 6250 },
    slices: points.map((atS, i) => ({
      atS,
      startS: (i * 7919 % 590_000) / 10_000,
      durationS: 0.36,
      leadS: i === 77_777 ? -5 : 0.2 + (i % 13) / 100,
      tags: [],
    })),
    ticks: points.map((atS, i) => ({
      atS,
      playheadS: atS % 60,
      stalenessS: i === 33_371 ? 40 : (i % 9) / 10,
      tags: i % 100 < 30 ? ["settling"] : [],
    })),
    heard: points.map((atS, i) => ({
      atS,
      endS: atS + 1 / 16,
      startS: atS,
      durationS: 1 / 16,
      bufferStartS: atS % 59,
      isFresh: i % 2 === 0,
      tags: [],
    })),
    marks: points.slice(0, 20_000).map((atS) => ({ atS, kind: "event", text: "params_echo" })),
    scenario: withSteps(),
  }, sound(30));
  assertLess(new TextEncoder().encode(text).length, MAX_PAGE_BYTES);
  assertMatch(text, /class="dots behind" d="M777\.77 /);
  const highest = Math.min(
    ...[...text.matchAll(/stroke="url\(#over-limit\)" d="([^"]*)"/g)]
      .flatMap(([, path]) => [...path!.matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y))),
  );
  assertEquals(highest, Number(((1 - 40 / (40 * 1.06)) * 1000).toFixed(1)));
});

Deno.test("a broken invariant has an address on the page, once, however many there are", () => {
  const marks = Array.from({ length: 60 }, (_, i) => ({
    atS: i / 10,
    kind: i < 57 ? "event" : "breach",
    text: i < 57 ? `type_${i}` : `invariant-${i}: it does not hold`,
  }));
  const text = page({ marks, verdict: "failed" });
  assertEquals(text.match(/id="breach"/g)?.length, 1);
  assertMatch(text, /<li id="breach">[^]*?invariant-57: it does not hold/);
  assertStringIncludes(text, 'data-at="5.7"');
});
