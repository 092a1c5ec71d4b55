import type { Report } from "./model.ts";

/** What a run looks like at a glance, in columns of equal session time. */
export interface RunPlot {
  /** Length of a column, seconds; the first one begins with streaming. */
  readonly stepS: number;
  /** Lowest lead in each column, seconds; null where no slice landed. */
  readonly leadMinS: readonly (number | null)[];
  /** Highest lead in each column, seconds. */
  readonly leadMaxS: readonly (number | null)[];
  /** Lowest lead behind the playhead that no tag explains, seconds; null where there is none. */
  readonly lateS: readonly (number | null)[];
  /** How much of what was heard was old, 0..1; null where nothing was heard. */
  readonly oldShare: readonly (number | null)[];
  /** Columns in which something was broken on purpose, or the connection closed. */
  readonly faults: readonly number[];
  /** Columns in which the sound was made to jump or pause: seeks, swaps, reconnects. */
  readonly jumps: readonly number[];
}

/** Columns of a plot. */
const COLUMNS = 100;

/** The plot of a run; null when nothing was streamed. */
export function runPlot({ series, marks, timing }: Report): RunPlot | null {
  const { slices, heard } = series;
  if (timing.sessionS <= 0 || slices.atS.length + heard.atS.length === 0) return null;
  const stepS = timing.sessionS / COLUMNS;
  const columnOf = (atS: number) => Math.min(COLUMNS - 1, Math.max(0, Math.floor(atS / stepS)));
  const columnsOf = (isMeant: (kind: string, text: string) => boolean) => [
    ...new Set(marks.filter(({ kind, text }) => isMeant(kind, text)).map((it) => columnOf(it.atS))),
  ];
  const leads = slices.atS.map((atS, i) => ({
    column: columnOf(atS),
    leadS: slices.leadS[i]!,
    isLate: slices.leadS[i]! < 0 && slices.tags[i] === "",
  }));
  const late = leads.filter(({ isLate }) => isLate);
  return {
    stepS,
    leadMinS: extremes(leads, Math.min),
    leadMaxS: extremes(leads, Math.max),
    lateS: extremes(late, Math.min),
    oldShare: oldShares(heard, stepS),
    faults: columnsOf((kind) => kind === "fault" || kind === "close"),
    jumps: columnsOf((kind, text) =>
      kind === "swap" || kind === "reconnect" ||
      kind === "step" && /^(seek|pause|resume|rate|loopBand)\b/.test(text)
    ),
  };
}

/** The extreme lead of each column, to the millisecond. */
function extremes(
  leads: readonly { readonly column: number; readonly leadS: number }[],
  extreme: (a: number, b: number) => number,
): (number | null)[] {
  const columns: (number | null)[] = new Array(COLUMNS).fill(null);
  for (const { column, leadS } of leads) {
    const value = thousandths(leadS);
    columns[column] = extreme(columns[column] ?? value, value);
  }
  return columns;
}

/** How much of what was heard in each column was old. */
function oldShares(heard: Report["series"]["heard"], stepS: number): (number | null)[] {
  const allS = new Float64Array(COLUMNS);
  const oldS = new Float64Array(COLUMNS);
  for (const [i, fromS] of heard.atS.entries()) {
    const toS = heard.endS[i]!;
    const last = Math.min(COLUMNS - 1, Math.floor(toS / stepS));
    for (let column = Math.max(0, Math.floor(fromS / stepS)); column <= last; column++) {
      const insideS = Math.min(toS, (column + 1) * stepS) - Math.max(fromS, column * stepS);
      allS[column]! += insideS;
      if (!heard.fresh[i]!) oldS[column]! += insideS;
    }
  }
  return Array.from(
    allS,
    (seconds, i) => seconds <= 1e-6 ? null : thousandths(oldS[i]! / seconds),
  );
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
