/**
 * The frame that every plot stands in: axes, marks, states, gaps, the cursor. Frames are as wide as
 * the page and of fixed height; places are in per cent and letters in pixels, so that one drawing is
 * legible on a phone and on a desk, and one moment is one vertical line through all plots.
 *
 * @module
 */
import { type Markup, markup, raw } from "./markup.ts";
import { badgeWidth, type MarkBadge, type MarkLine } from "./marks.ts";
import { percent, type Scale, shareOf, SIDE, ticksOf, tickText, trim } from "./scale.ts";
import { STATES, type Timeline } from "./timeline.ts";

/** What frames share on one page. */
export interface Grid {
  /** Time, buffer, states, gaps. */
  readonly timeline: Timeline;
  /** Lines of what happened. */
  readonly lines: readonly MarkLine[];
  /** Numbers of what happened. */
  readonly badges: readonly MarkBadge[];
}

/** One plot. */
export interface Plot {
  /** Id of its figure. */
  readonly id: string;
  /** Says in words what the picture shows. */
  readonly label: string;
  /** The y axis; null for a plot without one. */
  readonly y: Scale | null;
  /** What the y axis counts; seconds unless told. */
  readonly unit?: string;
  /** Below the marks: what is measured. */
  readonly content: Markup;
  /** Names states and gaps in this plot. */
  readonly namesStates?: boolean;
  /** Time of this plot, where it is not the page's. */
  readonly x?: Scale;
  /** How high it is, pixels; as the page's style has it unless told. */
  readonly heightPx?: number;
  /** Whether times stand below it; they do unless told. */
  readonly hasTimes?: boolean;
}

/** Draws a plot. */
export function plotFrame(plot: Plot, grid: Grid): Markup {
  const { y, x = grid.timeline.x, heightPx, hasTimes = true } = plot;
  const isShared = x === grid.timeline.x;
  return markup`
    <div class="frame" data-min="${x.min}" data-max="${x.max}">
      <svg class="canvas" id="${plot.id}-plot"${
    heightPx === undefined ? null : markup` height="${heightPx}"`
  } role="img" aria-label="${plot.label}">
    <rect class="ground" width="100%" height="100%"/>
    ${isShared ? backdrop(grid.timeline, plot.namesStates === true) : null}${
    y === null ? null : yAxis(y, plot.unit ?? "s")
  }${plot.content}${isShared ? marks(grid) : null}${hasTimes ? xAxis(x) : null}
    <line class="cursor" x1="0" x2="0" y1="0" y2="100%" visibility="hidden"/>
      </svg>
    </div>
  `;
}

/** A square of {@link SIDE} stretched over the whole plot: curves are drawn in it. */
export function stretched(content: Markup | readonly Markup[]): Markup {
  return markup`
    <svg class="square" width="100%" height="100%" viewBox="0 0 ${SIDE} ${SIDE}"
      preserveAspectRatio="none">${content}</svg>
  `;
}

/** A picture's attributes for a stretch of time. */
export function span(x: Scale, fromS: number, toS: number): Markup {
  const from = Math.max(0, shareOf(x, fromS));
  const to = Math.min(1, shareOf(x, toS));
  return raw(`x="${percent(from)}" width="${percent(Math.max(0, to - from))}"`);
}

function yAxis(y: Scale, unit: string): Markup {
  const ticks = ticksOf(y, 5).map((value) => {
    const at = percent(1 - shareOf(y, value));
    return markup`<line x1="0" x2="100%" y1="${at}" y2="${at}"/><text x="-7" y="${at}" dy=".33em">${
      tickText(value)
    }</text>`;
  });
  return markup`<g class="y axis">${ticks}<text class="unit" x="-7" y="-8">${unit}</text></g>`;
}

function xAxis(x: Scale): Markup {
  const ticks = ticksOf(x, 10);
  const texts = ticks.map((value, i) => {
    const isLast = i === ticks.length - 1;
    return markup`<text class="${i % 2 === 0 ? "even" : "odd"}" x="${
      percent(shareOf(x, value))
    }" y="100%" dx="${isLast ? 4 : 0}" dy="17">${tickText(value)}${isLast ? " s" : ""}</text>`;
  });
  return markup`<g class="x axis">${texts}</g>`;
}

/** Names of states stand only where there is room for them: as a share of the width. */
const NAMED_FROM = 0.09;

function backdrop({ x, states, gaps }: Timeline, isNamed: boolean): Markup[] {
  const drawn = [
    ...states.filter(({ tag }) => tag !== "settling").map((it) => ({
      ...it,
      name: STATES[it.tag]!,
    })),
    ...gaps.map((it) => ({ ...it, tag: "gap", name: "no ticks" })),
  ];
  return drawn.map(({ tag, name, fromS, toS }) => {
    const hasRoom = isNamed && (toS - fromS) / (x.max - x.min) >= NAMED_FROM;
    return markup`<rect class="state ${tag}" ${span(x, fromS, toS)} height="100%"/>${
      hasRoom
        ? markup`<text class="state" x="${percent(shareOf(x, fromS))}" dx="5" y="15">${name}</text>`
        : null
    }`;
  });
}

function marks({ lines, badges }: Grid): Markup {
  return markup`<g class="marks">${
    lines.map(({ from, to, kind, isOften }) => {
      const x = percent(from);
      return from === to
        ? markup`<line class="${kind}" x1="${x}" x2="${x}" y1="0" y2="${isOften ? "7" : "100%"}"/>`
        : markup`<rect class="${kind}" x="${x}" width="${percent(to - from)}" height="100%"/>`;
    })
  }${badges.map(badge)}</g>`;
}

function badge({ x, label, title }: MarkBadge): Markup {
  const width = badgeWidth(label);
  return markup`<svg class="badge" x="${x}" y="-19"><title>${title}</title>
    <rect x="${trim(-width / 2, 1)}" width="${trim(width, 1)}" height="15" rx="7.5"/>
    <text y="11.5">${label}</text></svg>`;
}
