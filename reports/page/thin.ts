/**
 * Fewer points for the same picture. A screen has a thousand or two columns; of the points that fall
 * into one, the first, the lowest, the highest and the last draw the same curve as all of them, so
 * no worst value is ever lost.
 *
 * @module
 */

/** Columns that a plot is drawn with at most. */
export const COLUMNS = 1200;

/**
 * Indices of the points that draw the same curve: all of them while they are at most four for each
 * column, else of each column the first, the least, the greatest and the last.
 *
 * @param atS - Times, ascending.
 * @param values - As many values.
 * @returns Indices, ascending.
 */
export function keepExtremes(
  atS: readonly number[],
  values: readonly number[],
  columns: number = COLUMNS,
): number[] {
  const count = atS.length;
  if (count <= columns * 4) return Array.from({ length: count }, (_, i) => i);
  const startS = atS[0]!;
  const columnS = (atS[count - 1]! - startS) / columns || 1;
  const kept: number[] = [];
  for (let first = 0; first < count;) {
    const column = Math.floor((atS[first]! - startS) / columnS);
    let last = first;
    let least = first;
    let greatest = first;
    while (last + 1 < count && Math.floor((atS[last + 1]! - startS) / columnS) === column) {
      last++;
      if (values[last]! < values[least]!) least = last;
      if (values[last]! > values[greatest]!) greatest = last;
    }
    kept.push(...[...new Set([first, least, greatest, last])].sort((a, b) => a - b));
    first = last + 1;
  }
  return kept;
}

/** A point of a line, in any unit. */
export interface Point {
  /** Ascending along the line. */
  readonly x: number;
  /** The value. */
  readonly y: number;
}

/**
 * Leaves out points of a line, so that at no point left out is the line further off than
 * `tolerance`. Ends stay where they are.
 *
 * The slopes from the last point kept that pass every point since within the tolerance form a cone;
 * when a point falls outside of it, the point before is kept.
 */
export function straighten(points: readonly Point[], tolerance: number): Point[] {
  if (points.length < 3) return [...points];
  const kept = [points[0]!];
  let from = points[0]!;
  let lowest = -Infinity;
  let highest = Infinity;
  for (let i = 1; i < points.length; i++) {
    const { x, y } = points[i]!;
    const run = x - from.x;
    const slope = (y - from.y) / run;
    if (!(run > 0) || slope < lowest || slope > highest) {
      from = points[i - 1]!;
      if (from !== kept[kept.length - 1]) kept.push(from);
      lowest = -Infinity;
      highest = Infinity;
      if (x - from.x > 0) narrow(x - from.x, y - from.y);
      continue;
    }
    narrow(run, y - from.y);
  }
  kept.push(points[points.length - 1]!);
  return kept;

  function narrow(run: number, rise: number): void {
    lowest = Math.max(lowest, (rise - tolerance) / run);
    highest = Math.min(highest, (rise + tolerance) / run);
  }
}
