import type { HeardStretch, RunResult, SlicePoint, TickPoint } from "../scenarios/result.ts";
import {
  type HeardSeries,
  type Report,
  REPORT_SCHEMA,
  type SliceSeries,
  type TickSeries,
} from "./model.ts";

/** The most points of one kind that a report keeps: about an hour of ticks. */
const MAX_POINTS = 100_000;

/** How a run was asked for, as far as its result does not say. */
export interface RunOrigin {
  /** The word that named the scenario on the command line; its own name when absent. */
  readonly origin?: string;
  /** The control bus that was named; null or absent without one. */
  readonly controlUrl?: string | null;
}

/** The report of a finished run; `from` completes the command line that repeats it. */
export function reportOf(result: RunResult, from: RunOrigin = {}): Report {
  const { scenario, seed, target, fidelity } = result;
  return {
    schema: REPORT_SCHEMA,
    scenario: scenario.name,
    description: scenario.description,
    shows: scenario.shows,
    seed,
    target,
    fidelity,
    verdict: result.verdict,
    reason: result.reason,
    expectedFailure: result.expectedFailure,
    replay: replayOf(result, from),
    expectations: result.expectations,
    lag: result.lag,
    mirror: result.mirror,
    session: result.session,
    harness: result.harness,
    timing: result.timing,
    trace: { events: result.trace.events, hash: result.trace.hash },
    files: fileNames(result),
    ...(result.voice !== undefined && { voice: result.voice }),
    marks: result.marks,
    series: {
      slices: sliceColumns(result.slices),
      ticks: tickColumns(result.ticks),
      heard: heardColumns(result.heard),
    },
    definition: { ...scenario },
  };
}

function replayOf({ scenario, target, fidelity, seed }: RunResult, from: RunOrigin): string {
  const { origin = scenario.name, controlUrl = null } = from;
  const words = [origin, "--target", target];
  if (controlUrl !== null) words.push("--control", controlUrl);
  words.push("--fidelity", fidelity, "--seed", String(seed));
  return shellLine(["deno", "task", "scenario", ...words]);
}

/** A command line that can be pasted into a POSIX shell. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** A word as a POSIX shell takes it: quoted where it must be. */
function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function fileNames({ played, buffer }: RunResult): string[] {
  return [
    "report.html",
    "report.json",
    "junit.xml",
    "summary.md",
    ...(played === null ? [] : ["played.wav"]),
    ...(buffer === null ? [] : ["buffer.wav"]),
    "trace.ndjson",
  ];
}

/** Every `every`-th item, so that at most {@link MAX_POINTS} are left. */
function thin<T>(items: readonly T[]): { every: number; kept: readonly T[] } {
  const every = Math.max(1, Math.ceil(items.length / MAX_POINTS));
  return { every, kept: every === 1 ? items : items.filter((_, i) => i % every === 0) };
}

function sliceColumns(points: readonly SlicePoint[]): SliceSeries {
  const { every, kept } = thin(points);
  return {
    every,
    atS: kept.map((it) => it.atS),
    startS: kept.map((it) => it.startS),
    durationS: kept.map((it) => it.durationS),
    leadS: kept.map((it) => it.leadS),
    tags: kept.map((it) => it.tags.join(" ")),
  };
}

function tickColumns(points: readonly TickPoint[]): TickSeries {
  const { every, kept } = thin(points);
  return {
    every,
    atS: kept.map((it) => it.atS),
    playheadS: kept.map((it) => it.playheadS),
    stalenessS: kept.map((it) => it.stalenessS),
    tags: kept.map((it) => it.tags.join(" ")),
  };
}

function heardColumns(stretches: readonly HeardStretch[]): HeardSeries {
  const { every, kept } = thin(stretches);
  return {
    every,
    atS: kept.map((it) => it.atS),
    endS: kept.map((it) => it.endS),
    startS: kept.map((it) => it.startS),
    durationS: kept.map((it) => it.durationS),
    bufferStartS: kept.map((it) => it.bufferStartS),
    fresh: kept.map((it) => it.isFresh),
    tags: kept.map((it) => it.tags.join(" ")),
  };
}
