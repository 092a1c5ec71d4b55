import type { Report, TickSeries } from "../model.ts";
import { type Grid, plotFrame, stretched } from "./frame.ts";
import { type Markup, markup } from "./markup.ts";
import { percent, type Scale, scaleOf, shareOf, SIDE, squareX, squareY, trim } from "./scale.ts";
import { keepExtremes } from "./thin.ts";
import { tagsNote } from "./tags_note.ts";
import { isExplained, longTickS } from "./timeline.ts";
import { count, seconds } from "./words.ts";

/** Age of the audio under the playhead over time, and the limit above which it counts as stale. */
export function stalenessPlot({ series, lag }: Report, grid: Grid): Markup {
  const { ticks } = series;
  if (ticks.atS.length === 0) return markup`<p class="nothing">The client never ticked.</p>`;
  const { staleThresholdS, staleTicks, stalenessS } = lag.ticks;
  let greatest = staleThresholdS * 1.25;
  for (const value of ticks.stalenessS) greatest = Math.max(greatest, value);
  const y = scaleOf(0, greatest * 1.06);
  const x = grid.timeline.x;
  const limit = percent(1 - shareOf(y, staleThresholdS));
  const label = `Age of the audio under the playhead over time: median ${
    seconds(stalenessS.p50 ?? 0)
  }, at most ${seconds(stalenessS.max ?? 0)}; ${count(staleTicks, "tick")} over ${
    seconds(staleThresholdS)
  }.`;
  const curves = [
    limitGradient(1 - shareOf(y, staleThresholdS)),
    markup`<path class="line explained" d="${line(ticks, true, x, y)}"/>`,
    markup`<path class="line" stroke="url(#over-limit)" d="${line(ticks, false, x, y)}"/>`,
  ];
  const content = markup`
    <rect class="stale ground" width="100%" height="${limit}"/>
    ${stretched(curves)}
    <line class="limit" x1="0" x2="100%" y1="${limit}" y2="${limit}"/>
    <text class="note start" x="0" y="${limit}" dx="6" dy="-6">stale: over ${
    seconds(staleThresholdS)
  }</text>`;
  return markup`${plotFrame({ id: "staleness", label, y, content }, grid)}${
    tagsNote(lag.ticks.tagged, "tick")
  }`;
}

/** One colour above the limit, another below, with a hard edge between. */
function limitGradient(share: number): Markup {
  return markup`
    <linearGradient id="over-limit" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="0"
      y2="${SIDE}">
      <stop class="over" offset="${trim(share, 4)}" />
      <stop class="under" offset="${trim(share, 4)}" />
    </linearGradient>
  `;
}

/** The curve of explained or of unexplained ticks, broken where ticks are missing. */
function line({ atS, stalenessS, tags }: TickSeries, explained: boolean, x: Scale, y: Scale) {
  const longS = longTickS(atS);
  let gaps = 0;
  const gapsBefore = atS.map((at, i) => i > 0 && at - atS[i - 1]! > longS ? ++gaps : gaps);
  const kept = keepExtremes(atS, stalenessS);
  let path = "";
  let penAt = -1;
  for (let k = 1; k < kept.length; k++) {
    const [from, to] = [kept[k - 1]!, kept[k]!];
    // The way between two points is explained when either of them is.
    const isWayExplained = isExplained(tags[from]!) || isExplained(tags[to]!);
    if (gapsBefore[from] !== gapsBefore[to] || isWayExplained !== explained) continue;
    if (penAt !== from) path += `M${point(from)}`;
    path += `L${point(to)}`;
    penAt = to;
  }
  return path;

  function point(i: number): string {
    return `${squareX(x, atS[i]!)} ${squareY(y, stalenessS[i]!)}`;
  }
}
