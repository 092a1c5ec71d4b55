/**
 * Lag of a run, or of a window of it, from the records that the client's tracker made.
 *
 * @module
 */
import type { FreshnessMeter, LagTags, SliceRecord, TickRecord } from "../sim/mod.ts";
import { percentileOfSorted, tagNames } from "../sim/mod.ts";
import type { Distribution, LagSummary } from "./result.ts";

export type { LagSummary };

/** A tick above this is stale, seconds. */
export const STALE_THRESHOLD_S = 3;

/** All records of a run, over swaps and reconnects. */
export interface LagData {
  readonly slices: readonly SliceRecord[];
  readonly ticks: readonly TickRecord[];
  readonly freshness: FreshnessMeter;
}

/** A stretch of the run's clock. */
export interface LagWindow {
  readonly fromS: number;
  readonly toS: number;
}

/** Sums up the records inside a window. */
export function lagSummary(data: LagData, window: LagWindow): LagSummary {
  const inside = (record: { readonly wallS: number }) =>
    record.wallS >= window.fromS && record.wallS <= window.toS;
  const slices = data.slices.filter(inside);
  const ticks = data.ticks.filter(inside);
  const isBehind = (slice: SliceRecord) => slice.leadS < 0;
  const isStale = (tick: TickRecord) => tick.stalenessS > STALE_THRESHOLD_S;
  const fresh = data.freshness.report({ sinceS: window.fromS, untilS: window.toS });
  const lengthS = window.toS - window.fromS;
  return {
    slices: {
      count: slices.length,
      behindPlayhead: slices.filter(isBehind).length,
      perS: lengthS > 0 ? round(slices.length / lengthS) : 0,
      leadS: distribution(slices.map((slice) => slice.leadS)),
      intervalS: distribution(slices.map((slice) => slice.intervalS).filter((gap) => gap > 0)),
      tickMs: distribution(slices.map((slice) => slice.tickMs)),
      decMs: distribution(slices.map((slice) => slice.decMs)),
      tagged: tagCounts(slices),
    },
    ticks: {
      count: ticks.length,
      staleThresholdS: STALE_THRESHOLD_S,
      staleTicks: ticks.filter(isStale).length,
      stalenessS: distribution(ticks.map((tick) => tick.stalenessS)),
      tagged: tagCounts(ticks),
    },
    freshShare: fresh.freshShare === null ? null : round(fresh.freshShare),
    longestUnrefreshedS: round(fresh.longestUnrefreshedS),
    unexplained: {
      behindPlayhead: slices.filter((slice) => slice.tags === 0 && isBehind(slice)).length,
      staleTicks: ticks.filter((tick) => tick.tags === 0 && isStale(tick)).length,
    },
  };
}

/** Percentiles of some values, to the microsecond; all null without any. */
export function distribution(values: readonly number[]): Distribution {
  if (values.length === 0) {
    return { min: null, p5: null, p50: null, p95: null, max: null, mean: null };
  }
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => round(percentileOfSorted(sorted, q));
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    min: at(0),
    p5: at(5),
    p50: at(50),
    p95: at(95),
    max: at(100),
    mean: round(sum / values.length),
  };
}

function tagCounts(records: readonly { readonly tags: LagTags }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { tags } of records) {
    if (tags === 0) continue;
    for (const name of tagNames(tags)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
