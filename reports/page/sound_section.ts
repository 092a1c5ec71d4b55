import type { Report } from "../model.ts";
import { sessionTimeOf } from "../sound/mod.ts";
import type { SoundExcerpt, SoundMarker } from "../sound/mod.ts";
import { type Grid, plotFrame, stretched } from "./frame.ts";
import type { HeardStretch } from "./heard.ts";
import { type Markup, markup } from "./markup.ts";
import { percent, type Scale, scaleOf, shareOf, SIDE, squareX, trim } from "./scale.ts";
import { seconds } from "./words.ts";

/** From this share of the session on, the waveform stands on the time axis of all plots. */
const SHARED_FROM = 0.6;
/** Most places that are offered for listening. */
const MAX_PLACES = 12;
/** Texts in the waveform stand at least this share of its width apart. */
const APART = 0.2;

/** The excerpt: waveform, player, places worth hearing; or why there is no sound. */
export function soundSection(
  report: Report,
  excerpt: SoundExcerpt | null,
  heard: readonly HeardStretch[],
  grid: Grid,
): Markup {
  if (excerpt === null) return markup`<p class="nothing">${silenceReason(report)}</p>`;
  const x = excerptScale(report, excerpt, grid.timeline.x);
  const isShared = x === grid.timeline.x;
  const columns = columnsOf(report, excerpt, heard);
  const label = `Waveform of ${seconds(excerpt.durationS)} of what was heard, from ${
    seconds(excerpt.fromS)
  } of the recording on; old audio stands out.`;
  const curves = (["fresh", "rest", "old"] as const).map((kind) =>
    markup`<path class="wave ${kind}" d="${wave(columns.filter((it) => it.kind === kind), x)}"/>`
  );
  const content = markup`
    <line class="zero" x1="0" x2="100%" y1="50%" y2="50%"/>
    ${stretched(curves)}${isShared ? null : markerLines(report, excerpt, x)}`;
  const frame = plotFrame(
    { id: "wave", label, y: null, content, ...(isShared ? {} : { x }) },
    grid,
  );
  return markup`${frame}<p class="aside">${extent(report, excerpt)} <span
    class="wave old key">Orange</span> is old audio, not rewritten for this lap.${
    report.files.includes("played.wav")
      ? markup` All of it, in full quality: <a href="./played.wav">played.wav</a>.`
      : null
  }</p>
${places(report, excerpt)}
<audio id="sound" controls preload="auto" src="data:audio/wav;base64,${excerpt.wav.toBase64()}"></audio>`;
}

function extent(report: Report, { fromS, durationS, reason }: SoundExcerpt): string {
  if (durationS >= 0.99 * playedS(report)) {
    return `All ${seconds(durationS)} that were heard, mono at 24 kHz.`;
  }
  const atS = sessionTimeOf(report, fromS);
  const from = atS === null ? "" : `, from ${seconds(atS)} on`;
  return `${seconds(durationS)} of what was heard${from}, mono at 24 kHz. ${
    reason.replace(/\.?$/, ".")
  }`;
}

function silenceReason({ fidelity, lag, verdict, files }: Report): string {
  if (verdict === "not-applicable") return "The scenario did not run, so nothing was heard.";
  if (fidelity === "timing") {
    return "There is no sound: at timing fidelity only the times of audio exist. " +
      "Run it again with --fidelity full to hear it.";
  }
  if (files.includes("played.wav")) return "The page has no room for sound: played.wav has it.";
  return lag.freshShare === null ? "Nothing was played." : "No sound was kept.";
}

function playedS({ series: { heard } }: Report): number {
  return heard.durationS.reduce((sum, it) => sum + it, 0);
}

function excerptScale(report: Report, { fromS, durationS }: SoundExcerpt, shared: Scale): Scale {
  const from = sessionTimeOf(report, fromS) ?? shared.min;
  const to = sessionTimeOf(report, fromS + durationS - 1e-3) ?? shared.max;
  return to - from >= SHARED_FROM * (shared.max - shared.min) ? shared : scaleOf(from, to);
}

interface Column {
  readonly atS: number;
  readonly min: number;
  readonly max: number;
  /** Old audio while the session rested is no fault. */
  readonly kind: "fresh" | "rest" | "old";
}

/** The waveform's columns at the session times when they were heard. */
function columnsOf(
  report: Report,
  { peaks, fromS, durationS }: SoundExcerpt,
  heard: readonly HeardStretch[],
): Column[] {
  const columnS = durationS / Math.max(1, peaks.min.length);
  let stretch = 0;
  const columns: Column[] = [];
  peaks.min.forEach((min, i) => {
    const place = fromS + (i + 0.5) * columnS;
    const atS = sessionTimeOf(report, place);
    if (atS === null) return;
    while (stretch + 1 < heard.length && (heard[stretch + 1]!.startS ?? 0) <= place) stretch++;
    const { isFresh = true, isResting = false } = heard[stretch] ?? {};
    const kind = isFresh ? "fresh" : isResting ? "rest" : "old";
    columns.push({ atS, min, max: peaks.max[i]!, kind });
  });
  return columns;
}

/** Upright strokes, one for each column. */
function wave(columns: readonly Column[], x: Scale): string {
  const y = (value: number) => trim((0.5 - value * 0.48) * SIDE, 0);
  return columns.map(({ atS, min, max }) => `M${squareX(x, atS)} ${y(max)}V${y(min)}`).join("");
}

/** Jumps and their like; old audio has its colour. */
function markerLines(report: Report, { fromS, markers }: SoundExcerpt, x: Scale): Markup {
  let freeFrom = -1;
  return markup`<g class="marks">${
    markers.filter(({ kind }) => kind !== "stale").map(({ atS, kind, text }) => {
      const share = shareOf(x, sessionTimeOf(report, fromS + atS) ?? x.min);
      const isNamed = share >= freeFrom && share < 0.8;
      if (isNamed) freeFrom = share + APART;
      const at = percent(share);
      return markup`
        <line class="${kind}" x1="${at}" x2="${at}" y1="0" y2="100%" />${
        isNamed ? markup`<text class="state" x="${at}" dx="4" y="13">${text}</text>` : null
      }
      `;
    })
  }</g>`;
}

function places(report: Report, { markers, fromS }: SoundExcerpt): Markup | null {
  if (markers.length === 0) return null;
  const shown = [...markers].sort((a, b) => weight(b) - weight(a)).slice(0, MAX_PLACES)
    .sort((a, b) => a.atS - b.atS);
  const hidden = markers.length - shown.length;
  return markup`
    <div class="places">
      <h4>Listen for</h4>
      <ul>${
    shown.map(({ atS, text }) => {
      const at = sessionTimeOf(report, fromS + atS) ?? 0;
      return markup`<li><button type="button" class="time" data-at="${trim(at, 3)}" data-play>${
        seconds(at)
      }</button> ${text}</li>`;
    })
  }${hidden === 0 ? null : markup`<li>and ${hidden} shorter ones</li>`}</ul>
    </div>
  `;
}

/** Longer stretches first; what has no length (a seek, a swap) counts as a second. */
function weight({ atS, endS }: SoundMarker): number {
  return endS === undefined ? 1 : endS - atS;
}
