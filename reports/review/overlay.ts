/**
 * Lead and staleness of both sides in one plot. Before is dashed and violet, after is full and blue,
 * orange where it is behind or stale: two of shape, colour and words tell them apart.
 *
 * @module
 */
import type { Curves } from "../compare/mod.ts";
import { type Grid, plotFrame, stretched } from "../page/frame.ts";
import { type Markup, markup } from "../page/markup.ts";
import {
  percent,
  type Scale,
  scaleOf,
  shareOf,
  SIDE,
  squareX,
  squareY,
  trim,
} from "../page/scale.ts";
import { seconds } from "../page/words.ts";

/** Values of either side in columns. */
type Column = readonly (number | null)[];

/** What one overlay is drawn from. */
export interface OverlayInput {
  /** Id prefix, of its own for every scenario of the page. */
  readonly id: string;
  /** The run before; null without one. */
  readonly before: Curves | null;
  /** The run after; null without one. */
  readonly after: Curves | null;
  /** Time axis, marks. */
  readonly grid: Grid;
}

/** The lowest lead of each moment, before and after. */
export function leadOverlay({ id, before, after, grid }: OverlayInput): Markup {
  const y = leadScale([before, after]);
  const zero = percent(1 - shareOf(y, 0));
  const content = markup`
    <rect class="behind ground" y="${zero}" width="100%" height="${percent(shareOf(y, 0))}"/>
    <line class="zero" x1="0" x2="100%" y1="${zero}" y2="${zero}"/>
    ${
    stretched([
      limit(`${id}-lead-limit`, 1 - shareOf(y, 0), "after-fill", "after-bad"),
      ...curve(before, before?.leadMinS, grid.timeline.x, y, "before", null),
      ...curve(after, after?.leadMinS, grid.timeline.x, y, "after", `${id}-lead-limit`),
    ])
  }
    <text class="note" x="100%" y="15" dx="-6">↑ ahead of the listener</text>
    <text class="note" x="100%" y="100%" dx="-6" dy="-7">↓ behind: heard a lap later, if at all</text>`;
  const label = `Lowest lead over time: ${leastWords("before", before?.leadMinS)}, ${
    leastWords("after", after?.leadMinS)
  }.`;
  return plotFrame({ id: `${id}-lead`, label, y, content }, grid);
}

/** The greatest staleness of each moment, before and after. */
export function stalenessOverlay(
  { id, before, after, grid }: OverlayInput,
  staleS: number | null,
): Markup {
  const all = [before, after].flatMap((it) => it?.stalenessMaxS ?? []).filter((it) => it !== null);
  const y = scaleOf(0, Math.max(1, (staleS ?? 0) * 1.25, ...all) * 1.06);
  const line = staleS === null ? null : percent(1 - shareOf(y, staleS));
  const content = markup`
    ${
    line === null ? null : markup`<rect class="stale ground" width="100%" height="${line}"/>
      <line class="limit" x1="0" x2="100%" y1="${line}" y2="${line}"/>
      <text class="note start" x="0" y="${line}" dx="6" dy="-6">stale: over ${
      seconds(staleS!)
    }</text>`
  }${
    stretched([
      limit(`${id}-stale-limit`, 1 - shareOf(y, staleS ?? y.max), "after-bad", "after-fill"),
      ...curve(before, before?.stalenessMaxS, grid.timeline.x, y, "before", null),
      ...curve(after, after?.stalenessMaxS, grid.timeline.x, y, "after", `${id}-stale-limit`),
    ])
  }`;
  const label = `Greatest staleness over time: ${mostWords("before", before?.stalenessMaxS)}, ${
    mostWords("after", after?.stalenessMaxS)
  }.`;
  return plotFrame({ id: `${id}-staleness`, label, y, content }, grid);
}

/** Both leads in a line of a list. */
export function leadSparkline(before: Curves | null, after: Curves | null, label: string): Markup {
  const y = leadScale([before, after]);
  const x = scaleOf(0, Math.max(lengthOf(before), lengthOf(after)));
  const zero = squareY(y, 0);
  return markup`<svg class="spark" viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" role="img" aria-label="${label}">
    <path class="zero" d="M0 ${zero}H${SIDE}"/>
    ${curve(before, before?.leadMinS, x, y, "before", null)}
    ${curve(after, after?.leadMinS, x, y, "after", null)}
  </svg>`;
}

/** Length of a session, seconds. */
export function lengthOf(curves: Curves | null): number {
  return curves === null ? 0 : curves.stepS * curves.leadMinS.length;
}

/**
 * Room for all but the outermost fiftieth on either end: a jump of the listener, which explains a
 * lead of half a lap, must not flatten all the rest. What is outside stands at the edge.
 */
function leadScale(sides: readonly (Curves | null)[]): Scale {
  const values = sides.flatMap((it) => it?.leadMinS ?? []).filter((it) => it !== null)
    .sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  const low = Math.min(0, at(0.02));
  const high = Math.max(0.3, at(0.98));
  const air = (high - low) * 0.1;
  return scaleOf(Math.min(low - air, -0.2 * (high - low)), high + air);
}

/** A step for each column; broken where a column has no value. */
function curve(
  curves: Curves | null,
  values: Column | undefined,
  x: Scale,
  y: Scale,
  kind: "before" | "after",
  gradient: string | null,
): Markup[] {
  if (curves === null || values === undefined) return [];
  let isDown = false;
  const path = values.map((value, i) => {
    if (value === null) {
      isDown = false;
      return "";
    }
    const height = squareY(y, Math.max(y.min, Math.min(y.max, value)));
    const end = squareX(x, (i + 1) * curves.stepS);
    const start = isDown ? `V${height}` : `M${squareX(x, i * curves.stepS)} ${height}`;
    isDown = true;
    return `${start}H${end}`;
  }).join("");
  return [
    gradient === null
      ? markup`<path class="curve ${kind}" d="${path}"/>`
      : markup`<path class="curve ${kind}" stroke="url(#${gradient})" d="${path}"/>`,
  ];
}

/** One colour above the limit, another below, with a hard edge between. */
function limit(id: string, share: number, above: string, below: string): Markup {
  return markup`
    <linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1="0" y2="${SIDE}">
      <stop class="${above}" offset="${trim(share, 4)}"/>
      <stop class="${below}" offset="${trim(share, 4)}"/>
    </linearGradient>
  `;
}

function leastWords(side: string, values: Column | undefined): string {
  const found = (values ?? []).filter((it) => it !== null);
  return `${side} ${
    found.length === 0 ? "nothing" : `${seconds(Math.min(...found))} at the least`
  }`;
}

function mostWords(side: string, values: Column | undefined): string {
  const found = (values ?? []).filter((it) => it !== null);
  return `${side} ${found.length === 0 ? "nothing" : `${seconds(Math.max(...found))} at the most`}`;
}
