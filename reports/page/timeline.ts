/**
 * What all plots of a page have in common: the stretch of time, the buffer, the states that explain
 * odd records, the gaps where nothing was measured.
 *
 * @module
 */
import { median } from "./statistics.ts";
import type { Report } from "../model.ts";
import { fewest } from "./few.ts";
import { type Scale, scaleOf } from "./scale.ts";

/** A stretch of session time. */
export interface Stretch {
  /** Where it begins, seconds. */
  readonly fromS: number;
  /** Where it ends, seconds. */
  readonly toS: number;
}

/** A stretch with the tag that all its ticks carry. */
export interface StateStretch extends Stretch {
  /** E.g. `paused`. */
  readonly tag: string;
}

/** What all plots of a page have in common. */
export interface Timeline {
  /** Session time, the x axis of every plot. */
  readonly x: Scale;
  /** Length of the longest buffer, seconds; 0 when there never was one. */
  readonly bufferS: number;
  /** Times when a new buffer began to play, ascending; the first is when streaming began. */
  readonly buffersFromS: readonly number[];
  /** Stretches in which a tag explained the ticks; those of one tag do not overlap. */
  readonly states: readonly StateStretch[];
  /** Stretches without ticks: nobody listened, or nobody was heard of. */
  readonly gaps: readonly Stretch[];
}

/** States that stretches are drawn for; `seamPinned` belongs to slices, not to times. */
export const STATES: Readonly<Record<string, string>> = {
  paused: "paused",
  idle: "idle",
  loopBand: "loop band",
  settling: "settling",
};

/** Most stretches of one state, and most gaps, that are drawn behind a plot. */
const MAX_STRETCHES = 100;
/** Most buffers that have a ground of their own: two in one part of the time axis are not told apart. */
const MAX_BUFFERS = 200;

/** Kinds of marks at which another buffer begins to play. */
const NEW_BUFFER: ReadonlySet<string> = new Set(["swap", "reconnect"]);

/** Gathers it from a report. */
export function timelineOf(report: Report): Timeline {
  const { slices, ticks } = report.series;
  const { marks } = report;
  const lastS = Math.max(
    report.timing.sessionS,
    ticks.atS.at(-1) ?? 0,
    slices.atS.at(-1) ?? 0,
    ...marks.slice(-1).map(({ atS }) => atS),
  );
  return {
    x: scaleOf(0, lastS),
    bufferS: longestBuffer(report),
    buffersFromS: [
      0,
      ...lastOfEach(
        marks.filter(({ kind }) => NEW_BUFFER.has(kind)).map(({ atS }) => atS),
        lastS / MAX_BUFFERS,
      ),
    ],
    states: Object.keys(STATES).flatMap((tag) =>
      fewest(statesOf(ticks.atS, ticks.tags, tag), MAX_STRETCHES).map((it) => ({ tag, ...it }))
    ),
    gaps: fewest(gapsOf(ticks.atS, lastS), MAX_STRETCHES),
  };
}

/** Of times that fall into one part of `partS` the last; all of them while they are few. */
function lastOfEach(times: readonly number[], partS: number): readonly number[] {
  if (times.length <= MAX_BUFFERS) return times;
  return [...new Map(times.map((atS) => [Math.floor(atS / partS), atS])).values()];
}

/** True when `tags` (as a series has them) explain the record. */
export function isExplained(tags: string): boolean {
  return tags !== "";
}

function longestBuffer({ session, series }: Report): number {
  let longest = session.bufferS ?? 0;
  const { startS, durationS } = series.slices;
  // A microsecond is what rounding adds; a slice never reaches beyond its buffer.
  startS.forEach((start, i) => longest = Math.max(longest, start + durationS[i]! - 1e-6));
  for (const playhead of series.ticks.playheadS) longest = Math.max(longest, playhead);
  return longest;
}

function statesOf(atS: readonly number[], tags: readonly string[], tag: string): Stretch[] {
  const found: Stretch[] = [];
  for (let i = 0; i < atS.length; i++) {
    if (!tags[i]!.split(" ").includes(tag)) continue;
    const fromS = atS[i]!;
    while (i + 1 < atS.length && tags[i + 1]!.split(" ").includes(tag)) i++;
    found.push({ fromS, toS: atS[i + 1] ?? atS[i]! });
  }
  return found;
}

/** Distance between ticks from which on something was missing. */
export function longTickS(atS: readonly number[]): number {
  const usual = median(atS.slice(1).map((at, i) => at - atS[i]!)) ?? 0;
  return Math.max(0.25, usual * 4);
}

function gapsOf(atS: readonly number[], lastS: number): Stretch[] {
  if (atS.length === 0) return [];
  const longS = longTickS(atS);
  const ends = [...atS, lastS];
  return ends.flatMap((toS, i) => {
    const fromS = i === 0 ? 0 : ends[i - 1]!;
    return toS - fromS > longS ? [{ fromS, toS }] : [];
  });
}
