/**
 * One scenario under review, in pieces: figures and overlays, maps, sound. A page takes as many of
 * them as it bears.
 *
 * @module
 */
import {
  changeWords,
  type Curves,
  curvesOf,
  type MetricComparison,
  type ScenarioComparison,
} from "../compare/mod.ts";
import { valueWords } from "../compare/judge.ts";
import type { Report } from "../model.ts";
import { bufferMap, mapLegend } from "../page/buffer_map.ts";
import type { Grid } from "../page/frame.ts";
import { heardStretches } from "../page/heard.ts";
import { type Markup, markup } from "../page/markup.ts";
import { groupMarks, markBadges, markLines, shownGroups } from "../page/marks.ts";
import { scaleOf } from "../page/scale.ts";
import { timelineOf } from "../page/timeline.ts";
import { clipped, seconds } from "../page/words.ts";
import { voiceLanes } from "../voice/lanes.ts";
import { type Moment, momentOf } from "./moment.ts";
import { leadOverlay, lengthOf, stalenessOverlay } from "./overlay.ts";
import type { ReviewCase, ReviewSide } from "./side.ts";
import { alignedSound } from "./sound.ts";

/** Columns of an overlay where the whole series is at hand. */
const FINE = 240;
/** How long is listened, seconds. */
export const LISTEN_S = 8;
/** Most kinds of events that are named: the report has all. */
const MAX_EVENTS = 12;
/** Most reasons that are told of one scenario: the table has all figures. */
const MAX_REASONS = 12;

/** The pieces of a scenario, those first that no page leaves out. */
export interface CasePieces {
  /** Figures and overlays. */
  readonly core: Markup;
  /** Both buffer maps; null where there is no report to draw them from. */
  readonly maps: Markup | null;
  /** Both sounds; null where there is none. */
  readonly sound: Markup | null;
  /** What the page's script knows of it. */
  readonly data: CaseData;
}

/** What the page's script knows of a scenario. */
export interface CaseData {
  /** Length of the longer session, seconds. */
  readonly endS: number;
  /** Length of a column, lowest lead and greatest staleness in each; null without a run. */
  readonly before: readonly [number, readonly (number | null)[], readonly (number | null)[]] | null;
  /** The same after. */
  readonly after: CaseData["before"];
  /** Where the sound begins and how long it is, seconds of session time; null without. */
  readonly sound: readonly [fromS: number, lengthS: number] | null;
}

/** Draws a scenario. `id` tells its parts from those of others on the page. */
export function casePieces(
  scenario: ScenarioComparison,
  { before, after }: ReviewCase,
  id: string,
): CasePieces {
  const [a, b] = [curvesFor(before), curvesFor(after)];
  const sessionS = Math.max(...[before, after].map((it) => it?.report?.timing.sessionS ?? 0));
  const endS = Math.max(lengthOf(a), lengthOf(b), isAboutVoices(scenario) ? sessionS : 0, 1);
  const grid = gridOf(after?.report ?? before?.report ?? null, endS);
  const moment = before?.report && after?.report
    ? momentOf(before.report, after.report, LISTEN_S)
    : null;
  const sound = moment === null ? null : soundPiece(before!, after!, moment, id);
  const staleS = (after?.report ?? before?.report)?.lag.ticks.staleThresholdS ?? null;
  const hasCurves = a !== null || b !== null;
  const core = markup`
    ${scenario.metrics.length === 0 ? reasonList(scenario) : figureTable(scenario.metrics)}
    ${
    hasCurves
      ? markup`
    ${eventsLine(after?.report ?? before?.report ?? null)}
    <figure><figcaption><h4>Lead</h4> <span class="soft">The lowest of each moment.</span> ${KEY}</figcaption>
    ${leadOverlay({ id, before: a, after: b, grid })}</figure>
    <figure><figcaption><h4>Staleness</h4> <span class="soft">The greatest of each moment.</span> ${KEY}</figcaption>
    ${stalenessOverlay({ id, before: a, after: b, grid }, staleS)}</figure>`
      : isAboutVoices(scenario)
      ? null
      : markup`<p class="nothing">Nothing was streamed, so there is nothing to draw.</p>`
  }`;
  return {
    core,
    maps: isAboutVoices(scenario)
      ? lanesPiece(before?.report ?? null, after?.report ?? null, id)
      : mapsPiece(before?.report ?? null, after?.report ?? null, endS, id),
    sound,
    data: {
      endS,
      before: dataOf(a),
      after: dataOf(b),
      sound: sound === null ? null : [moment!.fromS, LISTEN_S],
    },
  };
}

const KEY =
  markup`<span class="key"><svg class="swatch" aria-hidden="true"><line class="curve before" x1="2" x2="26" y1="7" y2="7"/></svg> before
  <svg class="swatch" aria-hidden="true"><line class="curve after" x1="2" x2="26" y1="7" y2="7"/></svg> after</span>`;

/** The whole series where it is at hand, else what a baseline kept of it. */
function curvesFor(side: ReviewSide | null): Curves | null {
  if (side === null) return null;
  return side.report === null ? side.sample.curves : curvesOf(side.report, FINE);
}

function dataOf(curves: Curves | null): CaseData["before"] {
  return curves === null ? null : [curves.stepS, curves.leadMinS, curves.stalenessMaxS];
}

function gridOf(report: Report | null, endS: number): Grid {
  const x = scaleOf(0, endS);
  const groups = report === null ? [] : groupMarks(report.marks);
  const timeline = report === null
    ? { x, bufferS: 0, buffersFromS: [0], states: [], gaps: [] }
    : { ...timelineOf(report), x };
  return { timeline, lines: markLines(groups, x), badges: markBadges(groups, x) };
}

/** What the numbers on the plots stand for. */
function eventsLine(report: Report | null): Markup | null {
  if (report === null || report.marks.length === 0) return null;
  const { shown, hidden } = shownGroups(groupMarks(report.marks));
  return markup`<p class="happened"><span class="soft">What happened:</span> ${
    shown.slice(0, MAX_EVENTS).map(({ number, title, marks }) =>
      markup`<span class="one"><span class="number">${number}</span> ${clipped(title)}${
        marks.length === 1 ? null : ` (${marks.length})`
      }</span> `
    )
  }${
    shown.length + hidden > MAX_EVENTS
      ? markup`<span class="soft">and ${shown.length + hidden - MAX_EVENTS} more</span>`
      : null
  }</p>`;
}

function reasonList({ reasons }: ScenarioComparison): Markup {
  return markup`<ul class="reasons">${
    reasons.slice(0, MAX_REASONS).map((it) => markup`<li>${clipped(it, 400)}</li>`)
  }${
    reasons.length > MAX_REASONS
      ? markup`<li>and ${reasons.length - MAX_REASONS} more, below</li>`
      : null
  }</ul>`;
}

function figureTable(metrics: readonly MetricComparison[]): Markup {
  const moved = metrics.filter(({ hasMoved, verdict }) => hasMoved || verdict === "incomparable");
  const still = metrics.filter((it) => !moved.includes(it));
  const rows = (shown: readonly MetricComparison[]) =>
    shown.map((it) =>
      markup`<tr class="${it.hasMoved ? `moved ${it.verdict}` : it.verdict}">
        <th scope="row">${it.title}</th>
        <td data-name="before">${value(it, it.before)}</td>
        <td data-name="after">${value(it, it.after)}</td>
        <td data-name="change" title="${it.reason}">${changeWords(it)}</td></tr>`
    );
  const head =
    markup`<thead><tr><th scope="col">Figure</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Change</th></tr></thead>`;
  const main = moved.length === 0
    ? null
    : markup`<table class="numbers figures-table">${head}<tbody>${rows(moved)}</tbody></table>`;
  if (still.length === 0) return main ?? markup``;
  return markup`${main}<details class="still"><summary>${
    still.length === 1 ? "1 figure is" : `${still.length} figures are`
  } the same</summary><table class="numbers figures-table">${head}<tbody>${
    rows(still)
  }</tbody></table></details>`;
}

function value({ metric, unit }: MetricComparison, number: number | null): string {
  return number === null ? "–" : valueWords({ name: metric, unit }, number);
}

/** Whether figures of voices were compared: of those there are no leads. */
function isAboutVoices({ metrics }: ScenarioComparison): boolean {
  return metrics.some(({ metric }) => metric.startsWith("voice."));
}

/** Jobs over time, before and after. */
function lanesPiece(before: Report | null, after: Report | null, id: string): Markup | null {
  if (before === null && after === null) return null;
  const lanes = (report: Report | null, side: "before" | "after") =>
    markup`<div class="voices ${side}"><h5>${side === "before" ? "Before" : "After"}</h5>${
      report?.voice === undefined
        ? markup`<p class="nothing">${NO_SERIES}</p>`
        : voiceLanes(report.voice, gridOf(report, report.timing.sessionS), {
          id: `${id}-lane-${side}`,
          hasLegend: side === "after",
        })
    }</div>`;
  return markup`<figure class="maps"><figcaption><h4>Jobs</h4> <span class="soft">When each waited, was made, and was heard.</span></figcaption>
    ${lanes(before, "before")}${lanes(after, "after")}</figure>`;
}

function mapsPiece(
  before: Report | null,
  after: Report | null,
  endS: number,
  id: string,
): Markup | null {
  if (before === null && after === null) return null;
  const bufferS = Math.max(before?.session.bufferS ?? 0, after?.session.bufferS ?? 0);
  const map = (report: Report | null, side: "before" | "after") =>
    markup`<div class="map ${side}"><h5>${side === "before" ? "Before" : "After"}</h5>${
      report === null
        ? markup`<p class="nothing">${NO_SERIES}</p>`
        : bufferMap(report, heardStretches(report), gridOf(report, endS), {
          id: `${id}-map-${side}`,
          hasLegend: false,
        })
    }</div>`;
  return markup`<figure class="maps"><figcaption><h4>Buffer maps</h4> <span class="soft">Each slice is a stroke that ages; the line is the listener, orange where old audio is heard.</span></figcaption>
    <div class="pair">${map(before, "before")}${map(after, "after")}</div>${
    bufferS > 0 ? mapLegend(`${id}-map-${after === null ? "before" : "after"}`, bufferS) : null
  }</figure>`;
}

/** A committed baseline has figures and curves only. */
const NO_SERIES = "A committed baseline keeps figures and curves, no strokes and no sound. " +
  "Run with --hear-baseline, and they are made again from the code that it was accepted with.";

function soundPiece(
  before: ReviewSide,
  after: ReviewSide,
  { fromS, reason }: Moment,
  id: string,
): Markup | null {
  if (before.played === null || after.played === null) return null;
  const sounds = [before, after].map(({ played, report }) =>
    alignedSound(played!, report!, fromS, LISTEN_S)
  );
  const [a, b] = sounds;
  if (a == null || b == null) return null;
  const audio = (side: string, wav: Uint8Array) =>
    markup`<p class="plain-sound">${side} <audio controls preload="none" data-side="${side}" aria-label="${side}, ${
      seconds(LISTEN_S)
    } from ${seconds(fromS)} on" src="data:audio/wav;base64,${wav.toBase64()}"></audio></p>`;
  return markup`<figure class="sound" id="${id}-sound"><figcaption><h4>Sound</h4> <span class="soft">${
    seconds(LISTEN_S)
  } from ${seconds(fromS)} on: ${reason}.</span></figcaption>
    <p class="scripted ab" role="group" aria-label="Compare the sound"><button type="button" class="main play">▶ Play both</button>
    <button type="button" class="side" data-side="before" aria-pressed="false">Before</button>
    <button type="button" class="side" data-side="after" aria-pressed="true">After</button>
    <span class="soft">Both play at once, you hear one: switch while they play. Space plays, X switches.</span></p>
    ${audio("before", a)}${audio("after", b)}</figure>`;
}
