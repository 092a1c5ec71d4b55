import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { clipOf } from "../../audio/clip.ts";
import { readWav } from "../../audio/wav_read.ts";
import { Rng } from "../../runtime/rng.ts";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { comparisonJunit } from "../compare/comparison_junit.ts";
import { comparisonMarkdown } from "../compare/comparison_markdown.ts";
import { compareRuns, type RunSample, sampleOf } from "../compare/mod.ts";
import { reportOf } from "../from_result.ts";
import type { Report } from "../model.ts";
import { fittingReview, MAX_REVIEW_BYTES } from "./fit.ts";
import { momentOf } from "./moment.ts";
import type { ReviewSide } from "./side.ts";
import { alignedSound, SOUND_RATE } from "./sound.ts";

type Heard = Report["series"]["heard"];

/** Ten seconds that were heard, of which `old` were old. */
function heard(...old: readonly (readonly [fromS: number, toS: number])[]): Heard {
  const edges = [0, ...old.flat(), 10];
  const pieces = edges.slice(1).map((toS, i) => ({ fromS: edges[i]!, toS, fresh: i % 2 === 0 }))
    .filter(({ fromS, toS }) => toS > fromS);
  return {
    every: 1,
    atS: pieces.map(({ fromS }) => fromS),
    endS: pieces.map(({ toS }) => toS),
    startS: pieces.map(({ fromS }) => fromS),
    durationS: pieces.map(({ fromS, toS }) => toS - fromS),
    bufferStartS: pieces.map(({ fromS }) => fromS),
    fresh: pieces.map(({ fresh }) => fresh),
    tags: pieces.map(() => ""),
  };
}

function report(series: Partial<Report["series"]> = {}, freshShare = 0.99): Report {
  const plain = reportOf(sampleRun());
  return {
    ...plain,
    lag: { ...plain.lag, freshShare },
    series: { ...plain.series, heard: heard(), ...series },
  };
}

/** Ten seconds of a rising ramp, so that every sample says where it is from. */
function ramp() {
  const audio = Float32Array.from({ length: 480_000 }, (_, i) => i / 480_000);
  return clipOf(audio, 1);
}

function side(given: Report, hasSound = true): ReviewSide {
  return { sample: sampleOf(given), report: given, played: hasSound ? ramp() : null };
}

function comparisonOf(before: readonly RunSample[], after: readonly RunSample[]) {
  return compareRuns({ name: "before", samples: before }, { name: "after", samples: after }, {
    rng: new Rng(1),
  });
}

async function review(before: ReviewSide, after: ReviewSide, maxBytes?: number): Promise<string> {
  const comparison = comparisonOf([before.sample], [after.sample]);
  return await fittingReview(comparison, {
    load: () => Promise.resolve({ before, after }),
    accept: "deno task scenario --update-baseline",
    ...(maxBytes !== undefined && { maxBytes }),
  });
}

Deno.test("a run at another fidelity is no new baseline: the page does not offer to accept it", async () => {
  const accepts = "If this is what the change was meant to do, accept it";
  assertStringIncludes(await review(side(report()), side(report({}, 0.5))), accepts);
  const timed = side(report());
  const page = await review(
    side(report()),
    { ...timed, sample: { ...timed.sample, fidelity: "timing" } },
  );
  assert(!page.includes(accepts));
  assertStringIncludes(page, "full before, timing after; run it with --fidelity full");
});

Deno.test("the page stands alone: it loads nothing, and its policy allows only its own", async () => {
  const page = await review(side(report()), side(report({}, 0.5)));
  assert(!/(?:src|href)="(?!data:|#)/.test(page));
  assert(!/https?:\/\//.test(page.replaceAll("http://www.w3.org", "")));
  const [policy] = /content="default-src 'none';[^"]*"/.exec(page) ?? [""];
  assert(!policy.includes("unsafe") && policy.includes("media-src data:"));
  assertStringIncludes(page, "healthy-stream got worst. Fresh share of what was heard got worse");
});

Deno.test("both sides are there: figures, overlays, maps, and sound on one head", async () => {
  const page = await review(side(report()), side(report({}, 0.5)));
  for (const id of ["case-0-lead-plot", "case-0-staleness-plot", "case-0-map-before-plot"]) {
    assertStringIncludes(page, `id="${id}"`);
  }
  assertEquals(page.match(/<audio controls preload="none" data-side="/g)?.length, 2);
  assertEquals(new Set(page.match(/ id="[^"]+"/g)).size, page.match(/ id="[^"]+"/g)!.length);
});

Deno.test("a baseline without series still has its curves, and says what is missing", async () => {
  const before = { ...side(report()), report: null, played: null };
  const page = await review(before, side(report({}, 0.5)));
  assertStringIncludes(page, "Run with --hear-baseline");
  assertStringIncludes(page, 'class="curve before"');
  assert(!page.includes("<audio"));
});

Deno.test("what is foreign is text on the page, in Markdown and in JUnit", async () => {
  const evil = "<img src=x onerror=alert(1)>|`x`";
  const hostile = (it: ReviewSide): ReviewSide => ({
    ...it,
    sample: { ...it.sample, target: evil, reason: evil, verdict: "not-applicable" },
  });
  const [before, after] = [hostile(side(report())), side(report())];
  const comparison = comparisonOf([before.sample], [after.sample]);
  const page = await review(before, after);
  for (const text of [page, comparisonJunit(comparison)]) assert(!text.includes("<img"));
  assertStringIncludes(comparisonMarkdown(comparison), "\\<img src=x");
});

Deno.test("a page is never longer than it may be, and leaves out sound before figures", async () => {
  const many = Array.from({ length: 40 }, (_, i) => {
    const name = `scenario-${i}`;
    const of = (share: number) => ({ ...report({}, share), scenario: name });
    return { name, before: side(of(0.9)), after: side(of(0.1)) };
  });
  const comparison = comparisonOf(
    many.map(({ before }) => before.sample),
    many.map(({ after }) => after.sample),
  );
  const load = (name: string) => Promise.resolve(many.find((it) => it.name === name)!);
  const page = await fittingReview(comparison, { load, accept: null });
  assert(page.length <= MAX_REVIEW_BYTES, `${page.length}`);
  const sounds = page.match(/<audio/g)!.length / 2;
  assert(sounds > 2 && sounds < 40, `${sounds}`);
  assertEquals(page.match(/id="case-\d+-lead-plot"/g)!.length, 40);
  assertStringIncludes(page, "The page has no room for sound of this scenario");
  const small = await fittingReview(comparison, { load, accept: null, maxBytes: 200_000 });
  assert(small.length < 200_000 && small.includes("scenario-39"));
});

Deno.test("nothing that differs is nothing to look at", async () => {
  const page = await review(side(report()), side(report()));
  assertStringIncludes(page, "Nothing got worse, and nothing better.");
  assert(!page.includes('<details class="case"') && !page.includes("<audio"));
});

Deno.test("the moment is where most more old audio is heard, else where most less", () => {
  const old = report({ heard: heard([6, 9]) });
  const most = momentOf(report(), old, 4);
  assertEquals([most.fromS, most.reason], [4.5, "2.5 s more old audio after than before"]);
  assertStringIncludes(momentOf(old, report(), 4).reason, "less old audio");
  assertEquals(momentOf(old, old, 4).fromS, 0);
  const leads = (leadS: number) => ({
    every: 1,
    atS: [1, 7],
    startS: [0, 0],
    durationS: [0.36, 0.36],
    leadS: [0.2, leadS],
    tags: ["", ""],
  });
  const apart = momentOf(report({ slices: leads(0.2) }), report({ slices: leads(-1) }), 4);
  assertEquals([apart.fromS, apart.reason], [
    5.5,
    "slices landed at the most different leads here",
  ]);
});

Deno.test("both sounds are on the session's clock: one head, one moment", () => {
  const plain = readWav(alignedSound(ramp(), report(), 2, 4)!, { sampleRate: SOUND_RATE });
  assertEquals(plain.frames, 4 * SOUND_RATE);
  const at = (atS: number) => plain.audio[Math.round(atS * SOUND_RATE)]!;
  // The recording is a ramp of ten seconds.
  for (const atS of [0.5, 2, 3.5]) assert(Math.abs(at(atS) - (2 + atS) / 10) < 1e-3);
});

Deno.test("where nothing was heard there is silence, so that later moments stay in place", () => {
  const late = heard();
  const gap = { ...late, atS: [3], endS: [10], startS: [0], durationS: [7], bufferStartS: [0] };
  const { audio } = readWav(alignedSound(ramp(), report({ heard: gap }), 2, 4)!, {
    sampleRate: SOUND_RATE,
  });
  const at = (atS: number) => audio[Math.round(atS * SOUND_RATE)]!;
  assertEquals(at(0.5), 0);
  assert(Math.abs(at(2) - 0.1) < 1e-3, `${at(2)}`);
  assertEquals(alignedSound(ramp(), report({ heard: gap }), 0, 2), null);
});
