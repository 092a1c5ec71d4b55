/// <reference lib="dom" />
/**
 * Plays a scenario in a browser and with a headless client, at the same time and on the same server.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { writeWav } from "../../audio/mod.ts";
import type { Report } from "../../reports/mod.ts";
import { runScenario } from "../../scenarios/library.ts";
import { type RunResult, type Scenario, type Step, Studio } from "../../scenarios/mod.ts";
import type { PlayerTab } from "../../tests/support/browser.ts";
import type { PageCommand, Records } from "../../web/session/messages.ts";
import type { AudioClock } from "../../web/player/audio_output.ts";
import type { Place } from "./place.ts";

/** What the page measured. */
export interface PagePlay {
  /** When streaming began, seconds on the page's clock. */
  readonly startS: number;
  readonly records: Records;
  readonly report: Report;
  /** What the audio device said of its clock, many times. */
  readonly clocks: readonly AudioClock[];
}

/** One scenario, played by both. */
export interface Play {
  readonly scenario: Scenario;
  readonly page: PagePlay;
  readonly headless: RunResult;
}

/** Plays a scenario on both sides at once; takes as long as the scenario. */
export async function playBoth(scenario: Scenario, { httpUrl, browser }: Place): Promise<Play> {
  const tab = await (await browser.tab()).open(httpUrl);
  try {
    await chooseTrack(tab, scenario);
    const [, headless] = await Promise.all([
      playInPage(tab, scenario),
      runScenario(scenario, { target: httpUrl.replace(/^http/, "ws") as `ws://${string}` }),
    ]);
    return { scenario, page: await takeFrom(tab), headless };
  } finally {
    await tab.page.context().close();
  }
}

/** Uploads the scenario's source as a file, as a person would, and waits until it is chosen. */
async function chooseTrack(tab: PlayerTab, { name, source }: Scenario): Promise<void> {
  const { audio, channels } = new Studio().shelf("full").clip(source);
  const fileName = `${name}.wav`;
  await tab.page.setInputFiles("#file", {
    name: fileName,
    mimeType: "audio/wav",
    buffer: Buffer.from(writeWav(audio, channels, { format: "float32" })),
  });
  await tab.until(
    (stem) => document.querySelector<HTMLSelectElement>("#track")!.value.startsWith(stem),
    name,
  );
}

/** What the page measured stays there: to bring it over would make the headless client late. */
declare global {
  var fidelityPlay: PagePlay;
}

/** Presses play, carries the steps out at their times, and measures until the end. */
async function playInPage(tab: PlayerTab, scenario: Scenario): Promise<void> {
  const steps = scenario.steps.map((step) => ({ atS: step.atS ?? 0, command: commandOf(step) }));
  await tab.page.click("#play");
  await tab.page.evaluate(async ({ steps, durationS }) => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    while (headway.view === null) await wait(5);
    const { moves } = (await headway.records())!;
    const startS = moves.find(({ type }) => type === "reset")!.wallS;
    const inMs = (atS: number) => Math.max(0, (startS + atS) * 1000 - performance.now());
    for (const { atS, command } of steps) setTimeout(() => headway.do(command), inMs(atS));
    const clocks = [];
    while (inMs(durationS) > 0) {
      clocks.push(headway.audioClock!);
      await wait(20);
    }
    const [records, report] = await Promise.all([headway.records(), headway.report()]);
    globalThis.fidelityPlay = { startS, records: records!, report: report!, clocks };
  }, { steps, durationS: scenario.durationS });
  if (tab.problems.length > 0) throw new Error(`the page had trouble: ${tab.problems.join("; ")}`);
}

/** Brings over what the page measured. */
async function takeFrom(tab: PlayerTab): Promise<PagePlay> {
  return await tab.page.evaluate(() => globalThis.fidelityPlay);
}

/** The same step as a command of the page. */
function commandOf(step: Step): PageCommand {
  switch (step.do) {
    case "seek":
      return { type: "seek", positionS: step.toS };
    case "pause":
    case "resume":
      return { type: "pause", isPaused: step.do === "pause" };
    case "loopBand":
      return { type: "band", band: step.band };
    case "knobs":
      return { type: "knobs", values: step.values };
    default:
      throw new RangeError(`the page has no command for the step ${step.do}`);
  }
}
