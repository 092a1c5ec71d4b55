/**
 * The sessions of a project side by side in lanes, with their commits.
 *
 * @module
 */
import { QUARTER_MS } from "../money/usage.ts";
import { roundUsd } from "../state/usage_facts.ts";
import type { InsightData } from "./model.ts";

/** A span of time, ms since the Unix epoch. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Most sessions that are shown. */
export const MAX_BARS = 500;
/** Pauses that are longer part a session's bar, ms. */
const PAUSE_MS = 30 * 60_000;
const MIN_GAP_MS = 5 * 60_000;
const GAP_SHARE = 0.005;

/** The lane of each span: none overlaps another in its lane, and those in a lane are a gap apart. */
export function laneOf(
  spans: readonly (Span & { readonly id: string })[],
  gapMs: number,
): number[] {
  const order = spans.map((span, no) => ({ span, no })).sort((a, b) =>
    a.span.startMs - b.span.startMs || (a.span.id < b.span.id ? -1 : 1)
  );
  const ends: number[] = [];
  const lanes = Array.from({ length: spans.length }, () => 0);
  for (const { no, span } of order) {
    const free = ends.findIndex((endMs) => endMs + gapMs <= span.startMs);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = span.endMs;
    lanes[no] = lane;
  }
  return lanes;
}

/** The parts of a session's time in which something happened. */
export function segmentsOf(
  { activity, startedMs, updatedMs }: {
    readonly activity: Readonly<Record<string, unknown>>;
    readonly startedMs: number;
    readonly updatedMs: number;
  },
): Span[] {
  const segments: { startMs: number; endMs: number }[] = [];
  const quarters = Object.keys(activity).map(Number).sort((a, b) => a - b);
  for (const quarter of quarters) {
    const startMs = Math.max(startedMs, quarter * QUARTER_MS);
    const endMs = Math.min(updatedMs, (quarter + 1) * QUARTER_MS);
    const last = segments.at(-1);
    if (last !== undefined && startMs - last.endMs <= PAUSE_MS) {
      last.endMs = Math.max(last.endMs, endMs);
    } else if (endMs >= startMs) segments.push({ startMs, endMs });
  }
  return segments.length > 0 ? segments : [{ startMs: startedMs, endMs: updatedMs }];
}

/** The timeline of the sessions that are given, in a range. Null when they are too many. */
export function timelineOf({ commits, sessions, usage }: InsightData, range: Span): object | null {
  const shown = sessions.filter(({ startedMs, updatedMs }) =>
    startedMs <= range.endMs && updatedMs >= range.startMs
  );
  if (shown.length > MAX_BARS) return null;
  const usd = new Map<string, number>();
  for (const it of usage) usd.set(it.session, (usd.get(it.session) ?? 0) + it.usd);
  const gapMs = Math.max(MIN_GAP_MS, (range.endMs - range.startMs) * GAP_SHARE);
  const lanes = laneOf(
    shown.map(({ id, startedMs, updatedMs }) => ({ id, startMs: startedMs, endMs: updatedMs })),
    gapMs,
  );
  const ids = new Set(shown.map(({ id }) => id));
  return {
    lanes: lanes.length === 0 ? 0 : Math.max(...lanes) + 1,
    bars: shown.map((it, no) => ({
      id: it.id,
      title: it.title,
      start: iso(it.startedMs),
      end: iso(it.updatedMs),
      lane: lanes[no],
      usd: roundUsd(usd.get(it.id) ?? 0),
      health: it.worstHealth,
      live: it.isLive,
      segments: segmentsOf(it).map(({ endMs, startMs }) => [iso(startMs), iso(endMs)]),
    })),
    ticks: commits
      .filter(({ authorMs, session }) =>
        ids.has(session) && authorMs >= range.startMs && authorMs <= range.endMs
      )
      .map(({ authorMs, confidence, session, sha, subject }) => ({
        ...{ sha, subject, ts: iso(authorMs), confidence, sessionId: session },
      })),
    range: { start: iso(range.startMs), end: iso(range.endMs) },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
