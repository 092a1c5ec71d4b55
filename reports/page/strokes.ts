/**
 * Slices as strokes of paint on the buffer map, few enough to draw.
 *
 * @module
 */
import type { SliceSeries } from "../model.ts";
import type { Scale } from "./scale.ts";

/** Audio that was rewritten at one moment. */
export interface Stroke {
  /** When it landed, seconds of session time. */
  readonly atS: number;
  /** Where in the buffer it begins, seconds. */
  readonly fromS: number;
  /** Where it ends, seconds. */
  readonly toS: number;
}

/** Most strokes that a map is drawn with. */
export const MAX_STROKES = 4500;
/** Columns that dense maps are gathered in, at first. */
const COLUMNS = 1500;
/** Rows of a dense map: half a pixel each. */
const ROWS = 600;

/**
 * One stroke for each slice, in order of landing. Where there are too many, those of one column of
 * time are painted as one, as if all had landed with its first: parts that meet are joined. A column
 * is made wider until {@link MAX_STROKES} suffice.
 */
export function strokesOf(
  { atS, startS, durationS }: Pick<SliceSeries, "atS" | "startS" | "durationS">,
  x: Scale,
  bufferS: number,
): Stroke[] {
  const all = atS.map((at, i) => ({
    atS: at,
    fromS: startS[i]!,
    toS: startS[i]! + durationS[i]!,
  }));
  let strokes = all;
  for (let columns = COLUMNS; strokes.length > MAX_STROKES; columns /= 2) {
    strokes = gathered(all, (x.max - x.min) / columns, bufferS / ROWS);
  }
  return strokes;
}

function gathered(all: readonly Stroke[], columnS: number, rowS: number): Stroke[] {
  const strokes: Stroke[] = [];
  for (let i = 0; i < all.length;) {
    const column = Math.floor(all[i]!.atS / columnS);
    const first = i;
    while (i < all.length && Math.floor(all[i]!.atS / columnS) === column) i++;
    strokes.push(...joined(all.slice(first, i), rowS));
  }
  return strokes;
}

/** The parts of the buffer that these cover; those less than a row apart are one. */
function joined(strokes: readonly Stroke[], rowS: number): Stroke[] {
  const { atS } = strokes[0]!;
  const parts: { atS: number; fromS: number; toS: number }[] = [];
  for (const { fromS, toS } of [...strokes].sort((a, b) => a.fromS - b.fromS)) {
    const last = parts.at(-1);
    if (last !== undefined && fromS - last.toS < rowS) last.toS = Math.max(last.toS, toS);
    else parts.push({ atS, fromS, toS });
  }
  return parts;
}
