import type { SliceRecord, TickRecord } from "./lag_records.ts";
import { roundDecimal } from "./percentiles.ts";

/** One step of a {@link lagTimeline}; a field is there only if the step has such a record. */
export interface TimelineRow {
  /** End of the step before the report, in seconds; negative when it lies in the future. */
  readonly tAgoS: number;
  /** How many slices. */
  readonly slices?: number;
  /** Smallest lead, 3 decimals. */
  readonly minLeadS?: number;
  /** Largest staleness, 3 decimals. */
  readonly maxStalenessS?: number;
  /** Playhead of the last tick. */
  readonly playheadS?: number;
}

type Row = { -readonly [field in keyof TimelineRow]: TimelineRow[field] };

/** Rows of `stepS` seconds from the first record to `nowS`; none without records. */
export function lagTimeline(
  slices: readonly SliceRecord[],
  ticks: readonly TickRecord[],
  nowS: number,
  stepS: number,
): TimelineRow[] {
  let originS = Infinity;
  for (const record of slices) originS = Math.min(originS, record.wallS);
  for (const record of ticks) originS = Math.min(originS, record.wallS);
  if (originS === Infinity) return [];
  const count = Math.max(1, Math.ceil((nowS - originS) / stepS));
  const rows = Array.from(
    { length: count },
    (_, i): Row => ({ tAgoS: roundDecimal(nowS - (originS + (i + 1) * stepS), 2) }),
  );
  const rowAt = (wallS: number) =>
    rows[Math.min(count - 1, Math.trunc((wallS - originS) / stepS))]!;
  for (const slice of slices) {
    const row = rowAt(slice.wallS);
    row.slices = (row.slices ?? 0) + 1;
    row.minLeadS = Math.min(row.minLeadS ?? Infinity, slice.leadS);
  }
  for (const tick of ticks) {
    const row = rowAt(tick.wallS);
    row.maxStalenessS = Math.max(row.maxStalenessS ?? 0, tick.stalenessS);
    row.playheadS = roundDecimal(tick.playheadS, 2);
  }
  for (const row of rows) {
    if (row.minLeadS !== undefined) row.minLeadS = roundDecimal(row.minLeadS, 3);
    if (row.maxStalenessS !== undefined) row.maxStalenessS = roundDecimal(row.maxStalenessS, 3);
  }
  return rows;
}
