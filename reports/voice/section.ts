/**
 * The part of a run's page that is about voices: jobs over time, what was heard, the bar that reads
 * both.
 *
 * @module
 */
import type { VoiceResult } from "../../scenarios/voice/result.ts";
import type { Report } from "../model.ts";
import { eventList } from "../page/events_section.ts";
import { type Grid, plotFrame, stretched } from "../page/frame.ts";
import { type Markup, markup } from "../page/markup.ts";
import { markBadges, type MarkGroup, markLines } from "../page/marks.ts";
import { SIDE, squareX, trim } from "../page/scale.ts";
import type { Timeline } from "../page/timeline.ts";
import { seconds } from "../page/words.ts";
import type { SoundExcerpt } from "../sound/mod.ts";
import { voiceLanes } from "./lanes.ts";

/** What plots are drawn from, beside the report. */
export interface VoicePlotInput {
  readonly timeline: Timeline;
  readonly groups: readonly MarkGroup[];
  readonly excerpt: SoundExcerpt | null;
  /** Where the cursor stands at first; null for the start. */
  readonly worstS: number | null;
}

/** Jobs, sound, and the bar. */
export function voiceSection(report: Report, voice: VoiceResult, input: VoicePlotInput): Markup {
  const { timeline, groups, excerpt, worstS } = input;
  const grid: Grid = {
    timeline,
    lines: markLines(groups, timeline.x),
    badges: markBadges(groups, timeline.x),
  };
  return markup`<section id="plots" class="voices" aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
<p class="soft">All plots share one time axis: seconds since the start. Numbers mark what happened. <span class="scripted">Point, tap or use ← → to read them at one moment${
    excerpt === null ? "" : "; click to hear it, space to stop"
  }.</span></p>
${eventList(groups)}
<figure><figcaption><h3>Jobs</h3> <span class="soft">A row for each, in the order of asking: when it waited, was made, and was heard.</span></figcaption>
${voiceLanes(voice, grid)}</figure>
<figure><figcaption><h3>Sound</h3> <span class="soft">What all ears heard, in one.</span></figcaption>
${excerpt === null ? silence(report) : wave(report, excerpt, grid)}</figure>
${bar(timeline, worstS, excerpt !== null)}
</section>`;
}

function silence({ fidelity, target, files }: Report): Markup {
  const why = fidelity === "timing"
    ? "There is no sound: at timing fidelity only the times of speech exist. Run it again with --fidelity full to hear it."
    : files.includes("played.wav")
    ? "The page has no room for sound: played.wav has it."
    : target === "sim"
    ? "Nothing was heard."
    : "Nothing was heard by listeners; what a loudspeaker plays elsewhere cannot be recorded here.";
  return markup`<p class="nothing">${why}</p>`;
}

function wave(report: Report, excerpt: SoundExcerpt, grid: Grid): Markup {
  const { peaks, fromS, durationS } = excerpt;
  const { x } = grid.timeline;
  const columnS = durationS / Math.max(1, peaks.min.length);
  const y = (value: number) => trim((0.5 - value * 0.48) * SIDE, 0);
  const path = Array.from(
    peaks.min,
    (min, i) => `M${squareX(x, fromS + (i + 0.5) * columnS)} ${y(peaks.max[i]!)}V${y(min)}`,
  ).join("");
  const content = stretched(markup`<path class="wave" d="${path}"/>`);
  const label = `Waveform of what was heard: ${seconds(durationS)} from ${seconds(fromS)} on.`;
  const isAll = durationS >= 0.99 * (x.max - x.min);
  return markup`${
    plotFrame({ id: "wave", label, y: null, content }, { ...grid, badges: [] })
  }<p class="aside">${
    isAll
      ? "All of it, mono at 24 kHz."
      : `${seconds(durationS)} from ${seconds(fromS)} on, mono at 24 kHz.`
  } Speech is a tone for each voice where the engine is modelled.${
    report.files.includes("played.wav")
      ? markup` In full quality: <a href="./played.wav">played.wav</a>.`
      : null
  }</p>
<audio id="sound" controls preload="auto" src="data:audio/wav;base64,${excerpt.wav.toBase64()}"></audio>`;
}

/** The bar that stays in sight below the plots: play button, time, what was the case then. */
function bar({ x }: Timeline, worstS: number | null, hasSound: boolean): Markup {
  const fields = [["Heard", "now-heard"], ["Being made", "now-making"], ["Waiting", "now-waiting"]];
  return markup`
    <div class="bar scripted" role="group" aria-label="Cursor">
      <div class="axis"><input type="range" id="time" min="0" max="${
    trim(x.max, 3)
  }" step="any" value="${trim(worstS ?? 0, 3)}" aria-label="Moment, seconds"></div>
      <div class="reading">${
    hasSound ? markup`<button type="button" id="play" class="main">▶ Play</button>` : null
  }<output id="now">${seconds(worstS ?? 0)}</output>
    <dl>${
    fields.map(([name, id]) =>
      markup`
        <div class="${id!}">
          <dt>${name!}</dt>
          <dd id="${id!}">–</dd>
        </div>
      `
    )
  }</dl><span id="now-mark" class="soft"></span></div>
    </div>
  `;
}
