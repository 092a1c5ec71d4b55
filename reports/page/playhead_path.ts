import type { TickSeries } from "../model.ts";
import { type Scale, shareOf, SIDE, squareX, squareY, trim } from "./scale.ts";
import { type Point, straighten } from "./thin.ts";
import { longTickS } from "./timeline.ts";

/** Most corners and ends that a path has; a playhead that jumps more often is drawn in columns. */
const MAX_POINTS = 6000;
/** As many: each is as high as the playhead went within it. */
const COLUMNS = 1200;

/** How far the drawn playhead may be off, in parts of {@link SIDE}: less than a pixel. */
const TOLERANCE = 1;

/**
 * The playhead over time as a path: broken at wraps, jumps and where ticks are missing, straightened
 * between.
 */
export function playheadPath(
  { atS, playheadS }: Pick<TickSeries, "atS" | "playheadS">,
  x: Scale,
  y: Scale,
): string {
  const longS = longTickS(atS);
  let path = "";
  let count = 0;
  for (let i = 0; i < atS.length;) {
    const points: Point[] = [place(i)];
    while (++i < atS.length && isPlayed(i)) points.push(place(i));
    const line = straighten(points, TOLERANCE);
    count += line.length;
    if (count > MAX_POINTS) return columnPath(atS, playheadS, x, y);
    path += line
      .map(({ x, y }, k) => `${k === 0 ? "M" : "L"}${trim(x, 2)} ${trim(y, 1)}`).join("");
    if (points.length === 1) path += "h0";
  }
  return path;

  function place(i: number): Point {
    return {
      x: shareOf(x, atS[i]!) * SIDE,
      y: (1 - shareOf(y, playheadS[i]!)) * SIDE,
    };
  }

  /** Whether the playhead came here by playing: forwards, and no further than time allows. */
  function isPlayed(i: number): boolean {
    const passedS = atS[i]! - atS[i - 1]!;
    const movedS = playheadS[i]! - playheadS[i - 1]!;
    return passedS <= longS && movedS > -0.01 && movedS <= passedS * 2 + 0.1;
  }
}

/** How far down and up the playhead was in each column. */
function columnPath(
  atS: readonly number[],
  playheadS: readonly number[],
  x: Scale,
  y: Scale,
): string {
  const columns = new Map<number, { lowS: number; highS: number }>();
  for (const [i, at] of atS.entries()) {
    const column = Math.round(shareOf(x, at) * COLUMNS);
    const { lowS, highS } = columns.get(column) ?? { lowS: Infinity, highS: -Infinity };
    const playhead = playheadS[i]!;
    columns.set(column, { lowS: Math.min(lowS, playhead), highS: Math.max(highS, playhead) });
  }
  return [...columns].map(([column, { lowS, highS }]) =>
    `M${trim(column / COLUMNS * SIDE, 2)} ${squareY(y, highS)}V${squareY(y, lowS)}`
  ).join("");
}

/** Stretches of the buffer that were heard, as a path of straight lines. */
export function heardPath(
  stretches: readonly {
    readonly fromS: number;
    readonly toS: number;
    readonly bufferStartS: number;
    readonly durationS: number;
  }[],
  x: Scale,
  y: Scale,
): string {
  return stretches.map(({ fromS, toS, bufferStartS, durationS }) =>
    `M${squareX(x, fromS)} ${squareY(y, bufferStartS)}L${squareX(x, toS)} ${
      squareY(y, bufferStartS + durationS)
    }`
  ).join("");
}
