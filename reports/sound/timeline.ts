/**
 * Two clocks of one run: session time, which runs on through pauses and lost connections, and the
 * place in `played.wav`, which does not.
 *
 * @module
 */
import type { HeardSeries, Report } from "../model.ts";

/**
 * When a place of the recording was heard.
 *
 * @param recordingS Place in `played.wav`, seconds.
 * @returns Seconds of session time; null outside the recording.
 */
export function sessionTimeOf(report: Pick<Report, "series">, recordingS: number): number | null {
  const { heard } = report.series;
  const i = lastNotAfter(heard.startS, recordingS);
  if (i < 0) return null;
  const start = heard.startS[i]!;
  const share = heard.durationS[i]! === 0 ? 0 : (recordingS - start) / heard.durationS[i]!;
  // A place between two stretches can only be a rounding error; after the last one it is none.
  if (share > 1 && i === heard.startS.length - 1) return null;
  return heard.atS[i]! + Math.min(1, share) * (heard.endS[i]! - heard.atS[i]!);
}

/**
 * Where in the recording a moment is, or where the recording goes on when nothing was heard at it.
 *
 * @param sessionS Seconds of session time.
 * @returns Place in `played.wav`, seconds; null before and after the recording.
 */
export function recordingTimeOf(report: Pick<Report, "series">, sessionS: number): number | null {
  const { heard } = report.series;
  const i = lastNotAfter(heard.atS, sessionS);
  const isOver = i < 0 || sessionS > heard.endS[i]!;
  const start = heard.startS[isOver ? i + 1 : i] ?? null;
  if (start === null || isOver) return i < 0 ? null : start;
  return start + heard.durationS[i]! * shareOf(heard, i, sessionS);
}

function shareOf({ atS, endS }: HeardSeries, i: number, sessionS: number): number {
  const lengthS = endS[i]! - atS[i]!;
  return lengthS <= 0 ? 0 : Math.min(1, (sessionS - atS[i]!) / lengthS);
}

/** Index of the last value at or below `limit` of a rising list that may begin with nulls; else −1. */
function lastNotAfter(values: readonly (number | null)[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle]!;
    if (value === null || value <= limit) low = middle + 1;
    else high = middle;
  }
  return low === 0 || values[low - 1] === null ? -1 : low - 1;
}
