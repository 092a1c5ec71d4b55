import type { Report } from "../model.ts";
import { type Grid, plotFrame, span, stretched } from "./frame.ts";
import type { HeardStretch } from "./heard.ts";
import { type Markup, markup } from "./markup.ts";
import { heardPath, playheadPath } from "./playhead_path.ts";
import { type Scale, scaleOf, SIDE, squareX, squareY, trim } from "./scale.ts";
import { type Stroke, strokesOf } from "./strokes.ts";
import { perCent, seconds } from "./words.ts";

/** Ages at which the colour has a name of its own, seconds; the last is the lap's. */
const AGES = { first: 1, second: 3 } as const;

/** Most old stretches that are drawn along the playhead; the lane of what was heard has all. */
const MAX_OLD = 2500;
/** From this share of the buffer on, all of it is shown. */
const WHOLE_FROM = 0.6;

/** How a map is drawn where there are several on a page. */
export interface MapOptions {
  /** Id of its figure; every map of a page needs its own. */
  readonly id?: string;
  /** Whether its colours are explained below it. */
  readonly hasLegend?: boolean;
}

/**
 * The buffer over time. Each slice paints its part of the buffer from its landing on, fading with
 * age; whatever lands later paints over it. A new buffer is a new ground. So what stands under the
 * playhead's line is what was heard, and how old it was.
 */
export function bufferMap(
  report: Report,
  heard: readonly HeardStretch[],
  grid: Grid,
  { id = "map", hasLegend = true }: MapOptions = {},
): Markup {
  const { x, bufferS, buffersFromS, gaps } = grid.timeline;
  if (bufferS === 0) return markup`<p class="nothing">There never was a buffer.</p>`;
  const y = mapScale(report.series, bufferS);
  const strokes = strokesOf(report.series.slices, x, bufferS);
  const playhead = playheadPath(report.series.ticks, x, y);
  const drawn = longestOld(heard);
  const rest = heardPath(drawn.filter(({ isResting }) => isResting), x, y);
  const old = heardPath(drawn.filter(({ isResting }) => !isResting), x, y);
  const { freshShare } = report.lag;
  const label = `Map of the buffer over time: strokes of new audio in ${
    seconds(bufferS)
  } of buffer, and the playhead through it; ${
    freshShare === null ? "nothing" : perCent(freshShare)
  } of what it met had been rewritten for this lap.`;
  const curves = markup`
    <path class="landing" d="${landings(strokes, x, y)}"/>
    <path class="halo" d="${playhead}"/>
    <path class="playhead" d="${playhead}"/>
    <path class="halo" d="${rest}${old}"/>
    <path class="heard-rest" d="${rest}"/>
    <path class="heard-old" d="${old}"/>`;
  const content = markup`
    <defs>${ageGradient(`${id}-age`, x.max - x.min, bufferS)}${hatch(id)}</defs>
    ${grounds(buffersFromS, strokes, x, y, id)}
    ${stretched(curves)}
    ${
    gaps.map(({ fromS, toS }) => markup`<rect class="veil" ${span(x, fromS, toS)} height="100%"/>`)
  }`;
  return markup`${plotFrame({ id, label, y, content }, grid)}${
    hasLegend ? mapLegend(id, bufferS) : null
  }${
    y.max - y.min < bufferS
      ? markup`<p class="aside">The buffer is ${
        seconds(bufferS)
      } long; the rest of it was neither played nor rewritten.</p>`
      : null
  }`;
}

/** The whole buffer, or the part that was touched when most of it was not. */
function mapScale({ slices, ticks }: Report["series"], bufferS: number): Scale {
  let [min, max] = [Infinity, 0];
  for (const playheadS of ticks.playheadS) {
    min = Math.min(min, playheadS);
    max = Math.max(max, playheadS);
  }
  slices.startS.forEach((startS, i) => {
    min = Math.min(min, startS);
    max = Math.max(max, startS + slices.durationS[i]!);
  });
  if (max - min > WHOLE_FROM * bufferS || max <= min) return scaleOf(0, bufferS);
  const air = (max - min) * 0.03;
  return scaleOf(Math.max(0, min - air), Math.min(bufferS, max + air));
}

/** Old stretches as they are drawn: the longest, where there are too many for a picture. */
function longestOld(heard: readonly HeardStretch[]): HeardStretch[] {
  const old = heard.filter(({ isFresh }) => !isFresh);
  if (old.length <= MAX_OLD) return old;
  return old.sort((a, b) => b.durationS - a.durationS).slice(0, MAX_OLD);
}

/** Each buffer's ground, and the strokes that landed on it before the next one came. */
function grounds(
  buffersFromS: readonly number[],
  strokes: readonly Stroke[],
  x: Scale,
  y: Scale,
  id: string,
): Markup[] {
  let next = 0;
  return buffersFromS.map((fromS, i) => {
    const untilS = buffersFromS[i + 1] ?? Infinity;
    const first = next;
    while (next < strokes.length && strokes[next]!.atS < untilS) next++;
    const place = span(x, fromS, x.max);
    const painted = strokes.slice(first, next).map((it) => paint(it, x, y));
    return markup`
      <rect class="ground" ${place} height="100%"/>
      <rect fill="url(#${id}-never)" ${place} height="100%"/>
      ${stretched(markup`<g fill="url(#${id}-age)">${painted}</g>`)}`;
  });
}

/**
 * All strokes are as wide as the plot, which cuts them off: so one gradient, from the left edge of
 * each, is the age of all.
 */
function paint({ atS, fromS, toS }: Stroke, x: Scale, y: Scale): Markup {
  const top = squareY(y, toS);
  return markup`<rect x="${squareX(x, atS)}" y="${top}" width="${SIDE}" height="${
    height(fromS, toS, y)
  }"/>`;
}

function landings(strokes: readonly Stroke[], x: Scale, y: Scale): string {
  return strokes.map(({ atS, fromS, toS }) =>
    `M${squareX(x, atS)} ${squareY(y, toS)}v${height(fromS, toS, y)}`
  ).join("");
}

function height(fromS: number, toS: number, y: Scale): string {
  return trim((toS - fromS) / (y.max - y.min) * SIDE, 1);
}

/** Colours by age over `lengthS` seconds; past a lap another colour, with a hard edge. */
function ageGradient(id: string, lengthS: number, lapS: number): Markup {
  const ages: [string, number][] = [["age-0", 0]];
  if (AGES.first < lapS) ages.push(["age-1", AGES.first]);
  if (AGES.second < lapS) ages.push(["age-2", AGES.second]);
  ages.push(["age-lap", lapS], ["age-old", lapS]);
  return markup`<linearGradient id="${id}" x1="0" x2="${trim(lapS / lengthS, 5)}" y1="0" y2="0">${
    ages.map(([name, ageS]) => markup`<stop class="${name}" offset="${trim(ageS / lapS, 5)}"/>`)
  }</linearGradient>`;
}

function hatch(id: string): Markup {
  return markup`
    <pattern id="${id}-never" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line class="hatch" x1="0" x2="0" y1="0" y2="6"/>
    </pattern>`;
}

/** What the colours of the map with this id mean. */
export function mapLegend(id: string, lapS: number): Markup {
  const swatch = (content: Markup, isWide = false) =>
    markup`<svg class="swatch${isWide ? " wide" : ""}" aria-hidden="true">${content}</svg>`;
  const filled = (attributes: Markup) => markup`<rect width="100%" height="100%" ${attributes}/>`;
  const line = (kind: string) => markup`<line class="${kind}" x1="2" x2="26" y1="12" y2="3"/>`;
  const ages = markup`<defs>${ageGradient(`${id}-age-legend`, lapS * 1.0001, lapS)}</defs>${
    filled(markup`fill="url(#${id}-age-legend)"`)
  }`;
  const between = AGES.second < lapS ? `${seconds(AGES.second)} ago … ` : "";
  return markup`<ul class="legend">
    <li>${swatch(ages, true)} rewritten just now … ${between}a lap ago (${seconds(lapS)})</li>
    <li>${swatch(filled(markup`class="past"`))} longer ago: it missed a lap</li>
    <li>${swatch(filled(markup`fill="url(#${id}-never)"`))} never rewritten</li>
    <li>${swatch(line("playhead"))} the listener</li>
    <li>${swatch(line("heard-old"))} the listener, hearing old audio</li>
    </ul>`;
}
