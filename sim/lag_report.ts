/**
 * Lead and staleness as numbers to judge by.
 *
 * @module
 */
import { UsageError } from "../runtime/errors.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import type { SliceRecord, TickRecord } from "./lag_records.ts";
import { lagTimeline, type TimelineRow } from "./lag_timeline.ts";
import { type Percentiles, percentiles, roundDecimal } from "./percentiles.ts";

/** The records that a report is drawn from. */
export interface LagRecords {
  /** Length of the circular buffer in frames. */
  readonly frames: number;
  /** In the order in which they came. */
  readonly slices: readonly SliceRecord[];
  /** In the order in which they came. */
  readonly ticks: readonly TickRecord[];
}

/** How a report is drawn. */
export interface LagReportOptions {
  /** Only records of the last `windowS` seconds; null means all. Default 30. */
  readonly windowS?: number | null;
  /** A tick is stale above this. Default 3. */
  readonly staleThresholdS?: number;
  /** Whether to add a {@link LagReport.timeline}. Default false. */
  readonly includeTimeline?: boolean;
  /** Length of a row of the timeline, above 0. Default 1. */
  readonly timelineStepS?: number;
}

/** The stalest tick. */
export interface WorstStale {
  /** How long before the report, 2 decimals. */
  readonly agoS: number;
  /** Where it was, 3 decimals. */
  readonly playheadS: number;
  /** How old the audio there was, 3 decimals. */
  readonly stalenessS: number;
}

/** Lead at the slices, staleness at the ticks. */
export interface LagReport {
  /** The window that it covers; null is everything. */
  readonly windowS: number | null;
  /** Length of the buffer, 3 decimals. */
  readonly bufferDurationS: number;
  /** Where slices fell. */
  readonly slices: {
    readonly count: number;
    /** Slices with a negative lead. */
    readonly behindPlayhead: number;
    readonly leadS: Percentiles;
    /** Lead folded on the loop band, of the slices that arrived while one was armed. */
    readonly bandLeadS: Percentiles;
    /** Gaps between slices, the first one's left out. */
    readonly intervalS: Percentiles;
    readonly tickMs: Percentiles;
    readonly decMs: Percentiles;
    /** Generations as the newest slice reports them; absent without slices. */
    readonly numGensLast?: number;
  };
  /** How old the audio was that was heard. */
  readonly ticks: {
    readonly count: number;
    readonly staleThresholdS: number;
    /** Ticks with a staleness above the threshold. */
    readonly staleTicks: number;
    readonly stalenessS: Percentiles;
    /** The first of the stalest ticks; absent when none is stale. */
    readonly worstStale?: WorstStale;
  };
  /** What is left of the raw counts without the records that a tag explains. */
  readonly unexplained: { readonly behindPlayhead: number; readonly staleTicks: number };
  /** Step by step, if asked for. */
  readonly timeline?: readonly TimelineRow[];
}

/**
 * Sums records up. A record is inside the window if it is not older than `windowS` at `nowS`.
 *
 * @throws {UsageError} if the window is negative or the timeline step is not above 0.
 */
export function lagReport(
  records: LagRecords,
  nowS: number,
  options: LagReportOptions = {},
): LagReport {
  const { windowS = 30, staleThresholdS = 3, includeTimeline = false, timelineStepS = 1 } = options;
  if (windowS !== null && !(windowS >= 0)) {
    throw new UsageError(`lag window must be at least 0 s, got ${windowS}`, { windowS });
  }
  if (!(timelineStepS > 0)) {
    throw new UsageError(`timeline step must be above 0 s, got ${timelineStepS}`, {
      timelineStepS,
    });
  }
  const sinceS = windowS === null ? -Infinity : nowS - windowS;
  const slices = records.slices.filter((slice) => slice.wallS >= sinceS);
  const ticks = records.ticks.filter((tick) => tick.wallS >= sinceS);
  const behind = slices.filter((slice) => slice.leadS < 0);
  const stale = ticks.filter((tick) => tick.stalenessS > staleThresholdS);
  const lastSlice = slices.at(-1);
  return {
    windowS,
    bufferDurationS: roundDecimal(records.frames / SAMPLE_RATE, 3),
    slices: {
      count: slices.length,
      behindPlayhead: behind.length,
      leadS: percentiles(slices.map((slice) => slice.leadS)),
      bandLeadS: percentiles(
        slices.map((slice) => slice.bandLeadS).filter((leadS) => leadS !== null),
      ),
      intervalS: percentiles(
        slices.map((slice) => slice.intervalS).filter((intervalS) => intervalS > 0),
      ),
      tickMs: percentiles(slices.map((slice) => slice.tickMs)),
      decMs: percentiles(slices.map((slice) => slice.decMs)),
      ...(lastSlice === undefined ? {} : { numGensLast: lastSlice.numGens }),
    },
    ticks: {
      count: ticks.length,
      staleThresholdS,
      staleTicks: stale.length,
      stalenessS: percentiles(ticks.map((tick) => tick.stalenessS)),
      ...worstStale(stale, nowS),
    },
    unexplained: {
      behindPlayhead: behind.filter((slice) => slice.tags === 0).length,
      staleTicks: stale.filter((tick) => tick.tags === 0).length,
    },
    ...(includeTimeline ? { timeline: lagTimeline(slices, ticks, nowS, timelineStepS) } : {}),
  };
}

function worstStale(stale: readonly TickRecord[], nowS: number): { worstStale?: WorstStale } {
  let worst = stale[0];
  if (worst === undefined) return {};
  for (const tick of stale) if (tick.stalenessS > worst.stalenessS) worst = tick;
  return {
    worstStale: {
      agoS: roundDecimal(nowS - worst.wallS, 2),
      playheadS: roundDecimal(worst.playheadS, 3),
      stalenessS: roundDecimal(worst.stalenessS, 3),
    },
  };
}
