/**
 * Lead, staleness and old audio over a session in a few columns: what an overlay is drawn from where
 * the whole series is not at hand.
 *
 * @module
 */
import type { Report } from "../model.ts";

/** Columns of equal session time; the first one begins with streaming. */
export interface Curves {
  /** Length of a column, seconds. */
  readonly stepS: number;
  /** Lowest lead in each column, seconds; null where no slice landed. */
  readonly leadMinS: readonly (number | null)[];
  /** Highest staleness in each column, seconds; null without a tick. */
  readonly stalenessMaxS: readonly (number | null)[];
}

/** Columns in a file: one for each second of an ordinary session, so that a line can be read. */
const COLUMNS = 60;

/** The curves of a run; null when nothing was streamed. */
export function curvesOf(
  { series: { slices, ticks }, timing }: Report,
  columns: number = COLUMNS,
): Curves | null {
  if (timing.sessionS <= 0 || slices.atS.length + ticks.atS.length === 0) return null;
  // To the millisecond, so that what is read from a file is what was written.
  const stepS = Math.max(0.001, hundredths(timing.sessionS / columns * 10) / 10);
  const column = (
    atS: readonly number[],
    values: readonly number[],
    extreme: (a: number, b: number) => number,
  ) => {
    const found: (number | null)[] = new Array(columns).fill(null);
    for (const [i, value] of values.entries()) {
      const at = Math.min(columns - 1, Math.max(0, Math.floor(atS[i]! / stepS)));
      found[at] = extreme(found[at] ?? value, value);
    }
    return found.map((value) => value === null ? null : hundredths(value));
  };
  return {
    stepS,
    leadMinS: column(slices.atS, slices.leadS, Math.min),
    stalenessMaxS: column(ticks.atS, ticks.stalenessS, Math.max),
  };
}

function hundredths(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? 0 : rounded;
}
