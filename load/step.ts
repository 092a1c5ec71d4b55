import { percentiles } from "../sim/mod.ts";
import type { LoadedSession, LoadStep } from "./report.ts";
import type { SessionReading } from "./session.ts";
import type { ThreadReading } from "./sessions.ts";

/** What a step is judged from. */
export interface StepInput {
  /** How many sessions were asked for. */
  readonly sessions: number;
  /** Why some could not be opened. */
  readonly failures: readonly string[];
  readonly readings: readonly ThreadReading[];
  /** Processor time that this process took meanwhile, seconds. */
  readonly cpuS: number;
  /** Lateness of our own timers (p99) above which the server is not to blame, ms. */
  readonly latenessBudgetMs: number;
}

/** Judges what was measured with some number of sessions. */
export function stepOf(input: StepInput): LoadStep {
  const { sessions, failures, readings, cpuS, latenessBudgetMs } = input;
  const seconds = Math.max(...readings.map((it) => it.seconds));
  const all = readings.flatMap((it) => it.sessions);
  const leadS = percentiles(merged(all.map((it) => it.leadS)));
  const staleTicks = all.reduce((sum, it) => sum + it.staleTicks, 0);
  const latenessP99Ms = p99(merged(readings.map(({ lateMs }) => lateMs)));
  const over = all.filter((it) => it.over !== null);
  const silent = all.filter((it) => it.over === null && it.slices === 0).length;
  const reasons = [
    ...(failures.length === 0 ? [] : [`${failures.length} could not be opened: ${failures[0]}`]),
    ...(over.length === 0 ? [] : [`${over.length} ended by themselves: ${over[0]!.over}`]),
    ...(silent === 0 ? [] : [`${silent} got no slice at all`]),
    ...(leadS.p5 === undefined
      ? ["no lead was measured"]
      : leadS.p5 > 0
      ? []
      : [`lead p5 is ${leadS.p5.toFixed(3)} s, not above 0`]),
    ...(staleTicks === 0 ? [] : [`${staleTicks} ticks played stale audio`]),
  ];
  return {
    sessions,
    holds: reasons.length === 0,
    reasons,
    isHarnessLate: latenessP99Ms > latenessBudgetMs,
    seconds,
    leadS,
    stalenessS: percentiles(merged(all.map((it) => it.stalenessS))),
    staleTicks,
    slicesPerS: all.reduce((sum, it) => sum + it.slices, 0) / seconds,
    latenessP99Ms,
    clientCores: readings.reduce((sum, it) => sum + (it.cpuS ?? 0), cpuS) / seconds,
    each: all.map((it) => sessionOf(it, seconds)).sort(worstFirst),
  };
}

function sessionOf(it: SessionReading, seconds: number): LoadedSession {
  const lead = percentiles(it.leadS);
  return {
    slicesPerS: it.slices / seconds,
    leadP5S: lead.p5 ?? null,
    leadP50S: lead.p50 ?? null,
    stalenessMaxS: percentiles(it.stalenessS).max ?? null,
    staleTicks: it.staleTicks,
    over: it.over,
  };
}

function worstFirst(a: LoadedSession, b: LoadedSession): number {
  return b.staleTicks - a.staleTicks || (a.leadP5S ?? -Infinity) - (b.leadP5S ?? -Infinity);
}

function merged(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function p99(values: Float64Array): number {
  const sorted = values.sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
}
