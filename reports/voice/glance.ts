/**
 * A run about voices at a glance: how many spoke and how many waited, in columns of equal time.
 *
 * @module
 */
import { escapeXml } from "../escape.ts";
import type { Report } from "../model.ts";
import { overlapsOf } from "./measures.ts";

/** What a run about voices looks like at a glance. */
export interface VoicePlot {
  /** Length of a column, seconds; the first one begins with the run. */
  readonly stepS: number;
  /** Most jobs that were heard at once in each column. */
  readonly heard: readonly number[];
  /** Most jobs that had been asked for and were not heard yet, in each column. */
  readonly waiting: readonly number[];
  /** Columns in which two sounds were heard at one ear. */
  readonly overlaps: readonly number[];
  /** Columns in which something was broken on purpose, or a connection was lost. */
  readonly faults: readonly number[];
}

/** Columns of a plot. */
const COLUMNS = 100;
const AHEAD = 22;
const BEHIND = 14;
const ZERO = AHEAD + 1;
const STRIP_TOP = ZERO + BEHIND + 2;
const HEIGHT = STRIP_TOP + 5;
/** So many at once are drawn half way up. */
const HALF = 2;

/** The plot of a run about voices; null of another, and of one that did not run. */
export function voicePlot({ voice, marks, timing }: Report): VoicePlot | null {
  if (voice === undefined || timing.sessionS <= 0) return null;
  const stepS = timing.sessionS / COLUMNS;
  const columnOf = (atS: number) => Math.min(COLUMNS - 1, Math.max(0, Math.floor(atS / stepS)));
  const counted = (stretches: readonly { fromS: number; toS: number }[]) => {
    const columns: number[] = new Array(COLUMNS).fill(0);
    for (const { fromS, toS } of stretches) {
      for (let i = columnOf(fromS); i <= columnOf(toS); i++) columns[i]!++;
    }
    return columns;
  };
  return {
    stepS,
    heard: counted(voice.timeline.jobs.flatMap(({ sounds }) => sounds)),
    waiting: counted(voice.timeline.jobs.flatMap(({ askedS, sounds, madeS }) => {
      const toS = sounds[0]?.fromS ?? madeS;
      return toS === null || toS <= askedS ? [] : [{ fromS: askedS, toS }];
    })),
    overlaps: [
      ...new Set(
        overlapsOf(voice).flatMap(({ fromS, toS }) => {
          const [from, to] = [columnOf(fromS), columnOf(toS)];
          return Array.from({ length: to - from + 1 }, (_, i) => from + i);
        }),
      ),
    ],
    faults: [
      ...new Set(
        marks.filter(({ kind }) => kind === "fault" || kind === "close").map(({ atS }) =>
          columnOf(atS)
        ),
      ),
    ],
  };
}

/** The picture: what is heard above the line, what waits below it, overlaps in the strip. */
export function voiceSparkline(plot: VoicePlot, label: string): string {
  const heightOf = (value: number, most: number) => most * value / (value + HALF);
  const columns = (values: readonly number[], spanOf: (value: number) => [number, number]) =>
    values.map((value, i) => {
      if (value === 0) return "";
      const [top, bottom] = spanOf(value);
      return `M${i + 0.5} ${top.toFixed(1)}V${bottom.toFixed(1)}`;
    }).join("");
  const shapes = [
    ["ahead", columns(plot.heard, (value) => [ZERO - heightOf(value, AHEAD), ZERO])],
    ["behind", columns(plot.waiting, (value) => [ZERO, ZERO + heightOf(value, BEHIND)])],
    ["heard", plot.heard.map((_, i) => `M${i + 0.5} ${STRIP_TOP}V${HEIGHT}`).join("")],
    ["old", plot.overlaps.map((i) => `M${i + 0.5} ${STRIP_TOP}V${HEIGHT}`).join("")],
    ["fault", plot.faults.map((i) => `M${i + 0.5} 0V4`).join("")],
  ];
  return `<svg viewBox="0 0 ${COLUMNS} ${HEIGHT}" preserveAspectRatio="none" role="img" ` +
    `aria-label="${escapeXml(label)}"><path class="zero" d="M0 ${ZERO}H${COLUMNS}"/>` +
    shapes.map(([name, d]) => d === "" ? "" : `<path class="${name}" d="${d}"/>`).join("") +
    "</svg>";
}
