/**
 * What the headless tools give back, under the names of the reference.
 *
 * @module
 */
import { z } from "zod";
import type { ClientStatus, LagReport } from "../../sim/mod.ts";

/** `leadS` as `lead_s`, at every level of plain data. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [snakeCase(key), snakeKeys(field)]),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

const seconds = z.number();
const percentiles = z.object({
  min: z.number(),
  p5: z.number(),
  p50: z.number(),
  p95: z.number(),
  max: z.number(),
  mean: z.number(),
}).partial();

/** A lag report. */
export const lagReportSchema = z.object({
  window_s: seconds.nullable().describe("seconds that the report covers; null is everything"),
  buffer_duration_s: seconds,
  slices: z.object({
    count: z.number(),
    behind_playhead: z.number().describe("slices that landed behind the playhead, so too late"),
    lead_s: percentiles.describe("how far ahead of the playhead slices landed; negative is late"),
    band_lead_s: percentiles.describe("the same inside an armed loop band"),
    interval_s: percentiles.describe("gaps between slices"),
    tick_ms: percentiles.describe("generation time as the server reports it"),
    dec_ms: percentiles,
    num_gens_last: z.number().optional(),
  }),
  ticks: z.object({
    count: z.number(),
    stale_threshold_s: seconds,
    stale_ticks: z.number().describe("ticks at which the audio under the playhead was older"),
    staleness_s: percentiles,
    worst_stale: z.object({ ago_s: seconds, playhead_s: seconds, staleness_s: seconds }).optional(),
  }),
  unexplained: z.object({ behind_playhead: z.number(), stale_ticks: z.number() })
    .describe(
      "the same counts without those that a pause, a seek, idling or the loop seam explains",
    ),
  timeline: z.array(z.object({
    t_ago_s: seconds.describe("end of the step, before the report"),
    slices: z.number().optional(),
    min_lead_s: seconds.optional(),
    max_staleness_s: seconds.optional(),
    playhead_s: seconds.optional(),
  })).optional(),
});

/** A lag report in the reference's names. */
export type LagReportData = z.infer<typeof lagReportSchema>;

/** A lag report in the reference's names. */
export function lagReportData(report: LagReport): LagReportData {
  return snakeKeys(report) as LagReportData;
}

/** A status. What belongs to a buffer is absent before the first one. */
export const statusSchema = z.object({
  running: z.boolean(),
  note: z.string().optional().describe("why there is no more to say"),
  closed_reason: z.string().nullable().optional(),
  close_code: z.number().nullable().optional(),
  session_id: z.string().nullable().optional(),
  url: z.string().nullable().optional(),
  slice_count: z.number().optional().describe("slices since the start, over swaps"),
  params_hz: z.number().optional(),
  playhead_s: seconds.optional(),
  playback_rate: z.number().optional(),
  paused: z.boolean().optional(),
  buffer_duration_s: seconds.optional(),
  lag: lagReportSchema.optional().describe("of the last 10 s"),
  recent_events: z.array(z.looseObject({ type: z.string(), ago_s: seconds })).optional(),
});

/** A status in the reference's names. */
export type StatusData = z.infer<typeof statusSchema>;

/** A client's status in the reference's names. */
export function statusData(status: ClientStatus): StatusData {
  const { playback } = status;
  return {
    running: status.running,
    closed_reason: status.closedReason,
    close_code: status.closeCode,
    session_id: status.sessionId,
    url: status.url,
    slice_count: status.sliceCount,
    params_hz: status.paramsHz,
    ...(playback === undefined ? {} : {
      playhead_s: playback.playheadS,
      playback_rate: playback.rate,
      paused: playback.paused,
      buffer_duration_s: playback.bufferDurationS,
      lag: lagReportData(playback.lag),
    }),
    recent_events: status.recentEvents.map(({ agoS, type, ...fields }) => ({
      type: String(type),
      ...fields,
      ago_s: agoS,
    })),
  };
}

/** A lag report in two sentences: what was measured, and what it means. */
export function lagText({ slices, ticks, unexplained }: LagReportData): string {
  if (ticks.count === 0) return "Nothing was measured yet: the session has not ticked.";
  const { p5, p50 } = slices.lead_s;
  const measured = [
    slices.count === 0
      ? "no slice arrived"
      : `${slices.count} slices, lead p5 ${p5} s, p50 ${p50} s`,
    `${slices.behind_playhead} behind the playhead`,
    `${ticks.stale_ticks} of ${ticks.count} ticks staler than ${ticks.stale_threshold_s} s`,
  ].join(", ");
  return `${measured}. ${meaning(slices, ticks, unexplained)}`;
}

function meaning(
  slices: LagReportData["slices"],
  ticks: LagReportData["ticks"],
  unexplained: LagReportData["unexplained"],
): string {
  if (unexplained.behind_playhead > 0 || unexplained.stale_ticks > 0) {
    return "This is lag: audio arrives after the listener has passed. " +
      "A tick_ms close to interval_s means a slow engine, a small one a slow way.";
  }
  if (slices.count === 0) return "Without slices there is nothing to judge; look again later.";
  const looksBad = slices.behind_playhead > 0 || ticks.stale_ticks > 0;
  return looksBad
    ? "A pause, a seek, idling or the loop seam explains all of that: it is no lag."
    : "Audio arrives ahead of the listener.";
}
