import type { Report } from "../model.ts";
import type { SoundExcerpt } from "../sound/mod.ts";
import { bufferMap } from "./buffer_map.ts";
import { eventList } from "./events_section.ts";
import type { Grid } from "./frame.ts";
import type { HeardStretch } from "./heard.ts";
import { heardLane } from "./heard_lane.ts";
import { leadPlot } from "./lead_plot.ts";
import { type Markup, markup } from "./markup.ts";
import { markBadges, type MarkGroup, markLines } from "./marks.ts";
import { soundSection } from "./sound_section.ts";
import { stalenessPlot } from "./staleness_plot.ts";
import type { Timeline } from "./timeline.ts";
import { trim } from "./scale.ts";
import { seconds } from "./words.ts";

/** What plots are drawn from, beside the report. */
export interface PlotInput {
  readonly timeline: Timeline;
  readonly groups: readonly MarkGroup[];
  readonly heard: readonly HeardStretch[];
  readonly excerpt: SoundExcerpt | null;
  /** Where the cursor stands at first; null for the start. */
  readonly worstS: number | null;
  /** Whether anything was measured. */
  readonly hasRun: boolean;
}

/** All plots over one time axis, what happened, and the bar that reads them. */
export function plotSection(report: Report, input: PlotInput): Markup {
  const { timeline, groups, heard, excerpt, worstS, hasRun } = input;
  const grid: Grid = {
    timeline,
    lines: markLines(groups, timeline.x),
    badges: markBadges(groups, timeline.x),
  };
  if (!hasRun) {
    return markup`<section id="plots" aria-labelledby="over-time"><h2 id="over-time">Over time</h2>
<p class="nothing">Nothing was measured, so there is nothing to draw.</p>
${eventList(groups)}${bar(timeline, worstS, false, false)}</section>`;
  }
  return markup`<section id="plots" aria-labelledby="over-time">
<h2 id="over-time">Over time</h2>
<p class="soft">All plots share one time axis: seconds since streaming began. Numbers mark what happened${
    groups.length === 0 ? " (nothing here)" : ""
  }; grey is explained and no fault. <span class="scripted">Point, tap or use ← → to read them at one moment${
    excerpt === null ? "" : "; click to hear it, space to stop"
  }.</span></p>
${eventList(groups)}
${figure("Lead", "How far ahead of the listener each slice landed.", leadPlot(report, grid))}
${
    figure(
      "Staleness",
      "How old the audio under the playhead was, in buckets of 0.25 s.",
      stalenessPlot(report, grid),
    )
  }
${
    heard.length === 0 ? null : figure(
      "Heard",
      "The exact measure: had it been rewritten for this lap?",
      heardLane(report, heard, grid),
    )
  }
${
    figure(
      "Buffer map",
      "Each slice is a stroke that ages; the line is the listener going through the buffer.",
      bufferMap(report, heard, grid),
    )
  }
${figure("Sound", "What the listener heard.", soundSection(report, excerpt, heard, grid))}
${bar(timeline, worstS, excerpt !== null, true)}
</section>`;
}

function figure(title: string, says: string, content: Markup | null): Markup {
  return markup`<figure><figcaption><h3>${title}</h3> <span class="soft">${says}</span></figcaption>
${content}</figure>`;
}

/** The bar that stays in sight below the plots: play button, time, what was the case then. */
function bar(
  { x }: Timeline,
  worstS: number | null,
  hasSound: boolean,
  isShown: boolean,
): Markup {
  const fields = [
    ["Heard", "now-heard"],
    ["Last slice", "now-lead"],
    ["Staleness", "now-staleness"],
    ["Playhead", "now-playhead"],
  ] as const;
  return markup`
    <div class="bar${isShown ? " scripted" : " off"}" role="group" aria-label="Cursor">
      <div
        class="axis"><input type="range" id="time" min="0" max="${
    trim(
      x.max,
      3,
    )
  }" step="any" value="${trim(worstS ?? 0, 3)}" aria-label="Moment, seconds"></div>
      <div class="reading">${
    hasSound ? markup`<button type="button" id="play" class="main">▶ Play</button>` : null
  }<output id="now">${seconds(worstS ?? 0)}</output>
    <dl>${
    fields.map(([name, id]) =>
      markup`
        <div class="${id}">
          <dt>${name}</dt>
          <dd id="${id}">–</dd>
        </div>
      `
    )
  }</dl><span id="now-mark" class="soft"></span></div>
    </div>
  `;
}
