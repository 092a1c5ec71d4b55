/// <reference lib="dom" />
/**
 * A headless client measures what a browser measures. How near they come depends on the machine where
 * audio, sockets and timers are late; what does not is held always, the rest to the published targets
 * if the play was quiet, and to wide limits if it was not. `deno task fidelity` measures many plays.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import { assert, assertEquals } from "@std/assert";
import { type Report, reportOf } from "../../reports/mod.ts";
import { runScenario } from "../../scenarios/library.ts";
import { defineScenario, type Scenario } from "../../scenarios/mod.ts";
import {
  compare,
  frameCount,
  isQuiet,
  type PlayFigures,
  quantile,
} from "../../tools/fidelity/compare.ts";
import { type Place, withPlace } from "../../tools/fidelity/place.ts";
import { type Play, playBoth } from "../../tools/fidelity/play.ts";
import { MOVES, WRAPS } from "../../tools/fidelity/scenarios.ts";
import {
  gapOf,
  LEAD_TARGET_MS,
  PLAYHEAD_TARGET_MS,
  summarize,
} from "../../tools/fidelity/summary.ts";
import "../../web/player/headway_window.ts";

/** A play is quiet when no side's ticks are later than this (p99), ms … */
const LATE_MS = 10;
/** … and the audio is there within this time, ms: its device alone takes about 40. */
const PROMPT_MS = 50;
/** What a busy machine may add to the start of the audio, ms. */
const LATE_START_MS = 1000;
/** What it may do to the lead: a server that learns of late slices raises it, ms. */
const LATE_LEAD_MS = 1500;
/**
 * One period of the browser's audio device, ms. Where in it a play begins is chance, and stays so for
 * the play: one play may be off by that much, and the published figures are those of several.
 */
const DEVICE_PERIOD_MS = 20;
/** How far one quiet play's playheads may be apart, ms. */
const QUIET_PLAYHEAD_MS = PLAYHEAD_TARGET_MS + DEVICE_PERIOD_MS;
/** What it may do to a playhead that has begun, ms. */
const LATE_PLAYHEAD_MS = 100;
/** Frames of a block of the audio thread. */
const BLOCK_FRAMES = 128;
/** How many blocks of 7 500 a busy machine may keep it from. */
const LATE_BLOCKS = 75;

/** Holds one play to what it has to keep to. */
type Check = (play: Play, figures: PlayFigures, isQuiet: boolean) => void;

/**
 * Plays once, and checks it. A quiet play is held to the published targets too (its playhead to one
 * period of the device more), another to what a machine may do that is busy with other things.
 */
async function hold(scenario: Scenario, place: Place, check: Check): Promise<void> {
  const play = await playBoth(scenario, place);
  const figures = compare(play);
  const { latenessMs, device, leadP50Ms, playhead } = figures;
  const wasQuiet = isQuiet(figures, LATE_MS) && device.startMs <= PROMPT_MS;
  check(play, figures, wasQuiet);
  if (wasQuiet) return holdQuiet(scenario, figures);
  console.warn(
    `${scenario.name}: the play was not quiet (ticks up to ${latenessMs.browser} and ` +
      `${latenessMs.headless} ms late, audio after ${device.startMs.toFixed(0)} ms): ` +
      "held to wide limits",
  );
  assert(gapOf(playhead.beforeMs)!.p50Ms <= LATE_START_MS);
  assert(Math.abs(leadP50Ms.headless - leadP50Ms.browser) <= LATE_LEAD_MS);
}

/** Holds a quiet play to the targets. */
function holdQuiet(scenario: Scenario, figures: PlayFigures): void {
  const { playhead: { before, afterSeam }, leadP50GapMs } = summarize(scenario, [figures]);
  for (const gap of [before, afterSeam]) {
    assert(gap === null || gap.p95Ms <= QUIET_PLAYHEAD_MS, `playhead off by ${gap?.p95Ms} ms`);
  }
  assert(Math.abs(leadP50GapMs) <= LEAD_TARGET_MS, `lead off by ${leadP50GapMs} ms`);
}

Deno.test("a loop that turns: simulated and real playhead are one, over the seam too", async () => {
  await withPlace((place) =>
    hold(WRAPS, place, ({ page, headless }, { playhead }, isQuiet) => {
      assertEquals([headless.session.reconnects, headless.session.decodeErrors], [0, 0]);
      assertEquals(page.records.moves.map(({ type }) => type), ["reset"]);
      // To the frame, and as many as the audio device's clock has counted.
      const { jumps, clockFrames } = frameCount(page.records);
      assertEquals(jumps, []);
      const missedFrames = (isQuiet ? 1 : LATE_BLOCKS) * BLOCK_FRAMES;
      assert(Math.abs(clockFrames) <= missedFrames, `${clockFrames} frames`);
      assert(page.records.audio.length > 1000, `${page.records.audio.length} reports in 20 s`);
      // On the computer's clock the seam costs nothing, and a hard wrap 50 ms for each turn.
      const { beforeMs, afterSeamMs, afterZeroMs } = playhead;
      const step = quantile(afterSeamMs, 50) - quantile(beforeMs, 50);
      assert(Math.abs(step) <= (isQuiet ? PLAYHEAD_TARGET_MS : LATE_PLAYHEAD_MS), `${step} ms`);
      const cost = afterSeamMs.map((gap, i) => Math.round(gap - afterZeroMs[i]!));
      assertEquals([quantile(cost, 1), quantile(cost, 99)], [50, 100]);
    })
  );
});

Deno.test("seeks, a pause and a loop band move the simulated playhead as they move the real one", async () => {
  await withPlace((place) =>
    hold(MOVES, place, ({ page }, { playhead }, isQuiet) => {
      const kinds = page.records.moves.map(({ type }) => type).join(" ");
      assertEquals(kinds, "reset seek seek pause pause band band seek");
      // A late start ends with the first seek: from there on only the audio itself counts.
      const [firstSeek] = page.records.moves.filter(({ type }) => type === "seek");
      const since = playhead.series.filter(({ atS }) => atS > firstSeek!.wallS - page.startS + 0.5);
      const { p50Ms } = gapOf(since.map(({ seamMs }) => seamMs))!;
      assert(p50Ms <= (isQuiet ? QUIET_PLAYHEAD_MS : LATE_PLAYHEAD_MS), `${p50Ms} ms`);
    })
  );
});

Deno.test("the report that the page hands out is what a headless client's is, field for field", async () => {
  await withPlace(async ({ httpUrl, browser }) => {
    const scenario = defineScenario({
      name: "short-look",
      description: "What does a headless client report of the same server?",
      durationS: 2,
      client: { paramsHz: 125, wrap: "seam" },
      expectations: [{ metric: "lag.slices.leadS.p50", min: 0 }],
    });
    const tab = await (await browser.tab()).open(httpUrl);
    await tab.play();
    await tab.until(() => headway.view!.playheadS > 2);
    const [download, result] = await Promise.all([
      tab.page.waitForEvent("download"),
      runScenario(scenario, { target: httpUrl.replace(/^http/, "ws") as `ws://${string}` }),
      tab.page.click("#report"),
    ]);
    const page = JSON.parse(await Deno.readTextFile(await download.path())) as Report;
    const headless = JSON.parse(JSON.stringify(reportOf(result))) as Report;
    const schema = JSON.parse(
      await Deno.readTextFile(new URL("../../reports/report.schema.json", import.meta.url)),
    );
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
    for (const report of [page, headless]) {
      assert(validate(report), JSON.stringify(validate.errors));
    }
    assertEquals(fieldsOf(page), fieldsOf(headless));
    assert(page.lag.slices.leadS.p50! > 0);
  });
});

/** Paths of all fields, but for those whose names are data: events, tags, knobs, files. */
function fieldsOf(report: Report): string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (/\.(events|tagged|config|source|steps|files|series|expectations)$/.test(path)) return;
    if (Array.isArray(value) || typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      paths.push(`${path}.${key}`);
      walk(inner, `${path}.${key}`);
    }
  };
  walk(report, "");
  return paths.sort();
}
