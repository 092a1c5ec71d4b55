/**
 * The summary of one call: what `--json` prints and `summary.json` holds.
 *
 * @module
 */
import type { Fidelity, Verdict } from "../scenarios/result.ts";
import { toJson } from "./json.ts";
import { type Margin, nearestLimit } from "./margin.ts";
import type { Report } from "./model.ts";
import { type RunPlot, runPlot } from "./run_plot.ts";
import { type VoicePlot, voicePlot } from "./voice/glance.ts";
import { heardAnywhere } from "./voice/measures.ts";

/** The name and version of the model. */
export const SUMMARY_SCHEMA = "headway.summary/1";

/** One run in a summary. */
export interface RunSummary {
  /** The scenario's name. */
  readonly name: string;
  /** The question that it asks. */
  readonly description: string;
  /** Known failure modes that it shows. */
  readonly shows: readonly string[];
  /** How it was judged. */
  readonly verdict: Verdict;
  /** True when it is meant to fail. */
  readonly expectedFailure: boolean;
  /** Why there is no judgement; null when there is one. */
  readonly reason: string | null;
  /** The seed. */
  readonly seed: number;
  /** `sim`, `self` or a WebSocket address. */
  readonly target: string;
  /** Samples and all, or their timing only. */
  readonly fidelity: Fidelity;
  /** The run's folder, below the summary's. */
  readonly folder: string;
  /** Files in that folder. */
  readonly files: readonly string[];
  /** What decided against the run, one sentence each. */
  readonly failures: readonly string[];
  /** Key figures; counts are those that no tag explains. */
  readonly figures: {
    readonly leadP50S: number | null;
    readonly freshShare: number | null;
    readonly slicesPerS: number;
    readonly behindPlayhead: number;
    readonly staleTicks: number;
    readonly mirrorIdentical: boolean | null;
    readonly speedup: number;
  };
  /** Figures and picture of a run about voices; absent in others, whose `figures` and `plot` count. */
  readonly voice?: {
    readonly asked: number;
    /** At any ear. */
    readonly heard: number;
    readonly lost: number;
    readonly doubled: number;
    readonly overlaps: number;
    /** From asking to the first sound, median, seconds. */
    readonly firstAudioP50S: number | null;
    readonly plot: VoicePlot | null;
  };
  /** The expectation that came nearest to its limit; null when none has one in numbers. */
  readonly nearestLimit: Margin | null;
  /** What it looks like at a glance; null when nothing was streamed. */
  readonly plot: RunPlot | null;
  /** Length of the session, seconds. */
  readonly sessionS: number;
  /** What it took, seconds. */
  readonly wallS: number;
  /** The run's fingerprint. */
  readonly traceHash: string;
}

/** A scenario that left no report: its name, and one sentence. */
export interface Problem {
  /** The name, or the file that was to hold it. */
  readonly name: string;
  /** Why. */
  readonly message: string;
}

/** A part of a call that is spread over several machines. */
export interface Shard {
  /** Which one, from 1. */
  readonly index: number;
  /** Of how many. */
  readonly of: number;
  /** Scenarios of the whole call, in its order. */
  readonly names: readonly string[];
}

/** The summary of one call: what `--json` prints and `summary.json` holds. */
export interface Summary {
  /** The name and version of this model. */
  readonly schema: typeof SUMMARY_SCHEMA;
  /** The exit code that the call ends with. */
  readonly exitCode: number;
  /** Runs by verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Seconds that the whole call took, with loading, preparing and writing. */
  readonly wallS: number;
  /** Which part of a larger call this is; null when it is whole. */
  readonly shard: Shard | null;
  /** The runs, in the order of the call. */
  readonly runs: readonly RunSummary[];
  /** Scenarios that left no report. */
  readonly problems: readonly Problem[];
}

/** What a call is told beside its runs. */
export interface SummarizedCall {
  /** Seconds that the whole call took. */
  readonly wallS: number;
  /** Scenarios that left no report. */
  readonly problems?: readonly Problem[];
  /**
   * Exit codes beside the verdicts': 2, 3 or 70 for each problem, 3 for a call that was stopped.
   * Problems without any ask for 2.
   */
  readonly problemCodes?: readonly number[];
  /** Which part of a larger call it is; absent when it is whole. */
  readonly shard?: Shard | null;
}

/** The summary of these reports. */
export function summarize(reports: readonly Report[], call: SummarizedCall): Summary {
  return summarizeRuns(reports.map((report) => summarizeRun(report)), call);
}

/** The summary of runs that have been summarized one by one. */
export function summarizeRuns(runs: readonly RunSummary[], call: SummarizedCall): Summary {
  const counts = { passed: 0, failed: 0, inconclusive: 0, "not-applicable": 0 };
  for (const { verdict } of runs) counts[verdict]++;
  const { problems = [], problemCodes = [], shard = null } = call;
  return {
    schema: SUMMARY_SCHEMA,
    exitCode: exitCode(
      counts,
      problems.length > 0 && problemCodes.length === 0 ? [2] : problemCodes,
    ),
    counts,
    wallS: call.wallS,
    shard,
    runs: [...runs],
    problems: [...problems],
  };
}

/**
 * The run's line in a summary, with numbers as files have them: a summary that was read says the same
 * as one that was just made.
 *
 * @param folder - Where the run's files are, below the summary's.
 */
export function summarizeRun(report: Report, folder: string = report.scenario): RunSummary {
  const { lag, timing } = report;
  const run: RunSummary = {
    name: report.scenario,
    description: report.description,
    shows: report.shows,
    verdict: report.verdict,
    expectedFailure: report.expectedFailure,
    reason: report.reason,
    seed: report.seed,
    target: report.target,
    fidelity: report.fidelity,
    folder,
    files: report.files,
    failures: failuresOf(report),
    figures: {
      leadP50S: lag.slices.leadS.p50,
      freshShare: lag.freshShare,
      slicesPerS: lag.slices.perS,
      behindPlayhead: lag.unexplained.behindPlayhead,
      staleTicks: lag.unexplained.staleTicks,
      mirrorIdentical: report.mirror.identical,
      speedup: timing.speedup,
    },
    ...(report.voice !== undefined && { voice: voiceFigures(report) }),
    nearestLimit: nearestLimit(report.expectations),
    plot: runPlot(report),
    sessionS: timing.sessionS,
    wallS: timing.wallS,
    traceHash: report.trace.hash,
  };
  return JSON.parse(toJson(run));
}

function voiceFigures(report: Report): RunSummary["voice"] & object {
  const voice = report.voice!;
  const { jobs, overlaps, firstAudioS } = voice;
  return {
    asked: jobs.asked,
    heard: heardAnywhere(voice),
    ...{ lost: jobs.lost, doubled: jobs.doubled, overlaps },
    firstAudioP50S: firstAudioS.p50,
    plot: voicePlot(report),
  };
}

/** What decided against the run, one sentence each; empty when it was not failed. */
export function failuresOf(report: Report): string[] {
  if (report.verdict !== "failed") return [];
  const sentences = report.expectations.filter((it) => it.passed === it.expectedToFail).map((it) =>
    it.expectedToFail
      ? `${nameOf(it)} held (${withUnit(it.actual, it.unit)}), which this scenario says it must not`
      : `${nameOf(it)} is ${withUnit(it.actual, it.unit)}, limit ${withUnit(it.limit, it.unit)}`
  );
  if (hasMirrorFailure(report)) sentences.push("client and server mirrors differ");
  if (sentences.length === 0) sentences.push(report.reason ?? "the run was judged failed");
  return sentences;
}

/** Names that were made of metric and limit do without the limit: it stands beside them. */
function nameOf({ name, metric, limit }: Report["expectations"][number]): string {
  const made = `${metric} ${limit}`;
  return name.startsWith(made) ? metric + name.slice(made.length) : name;
}

/** True when mirrors differ in a failed run that has no expectation of its own about them. */
export function hasMirrorFailure({ verdict, mirror, expectations }: Report): boolean {
  return verdict === "failed" && mirror.identical === false &&
    !expectations.some(({ metric }) => metric === "mirror.identical");
}

/** A value or a limit for people: at most four significant digits, with its unit; shares in per cent. */
export function withUnit(value: number | string | boolean | null, unit: string): string {
  if (value === null) return "nothing";
  const text = unit === "of frames"
    ? String(value).replace(/-?\d+(\.\d+)?(e-?\d+)?/g, (number) => share(Number(number)))
    : typeof value === "number"
    ? short(value)
    : String(value);
  return unit === "" ? text : `${text} ${unit}`;
}

/** A number for people: whole numbers as they are, others with four significant digits. */
export function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A share for people, e.g. `58.12 %`: with as many digits as it takes to tell nearly all from all. */
export function share(value: number): string {
  const missing = 1 - value;
  const isNearlyAll = missing > 0 && missing < 0.001;
  const decimals = isNearlyAll ? Math.min(10, -1 - Math.floor(Math.log10(missing))) : 0;
  const perCent = isNearlyAll ? (value * 100).toFixed(decimals) : short(value * 100);
  return `${Number(Number(perCent).toPrecision(12))} %`;
}

/**
 * A defect of Headway's before usage before failure before no judgement before success: 70, 2, 1, 3,
 * 0. A code that is none of these is a defect too: what left a problem is never a success.
 */
function exitCode(counts: Summary["counts"], problemCodes: readonly number[]): number {
  const codes = new Set([
    ...problemCodes.map((code) => [2, 3].includes(code) ? code : 70),
    ...(counts.failed > 0 ? [1] : []),
    ...(counts.inconclusive > 0 ? [3] : []),
  ]);
  return gravestCode([...codes]);
}

/** The exit code that says most: a defect, bad input, a failure, no judgement, success. */
export function gravestCode(codes: readonly number[]): number {
  return [70, 2, 1, 3].find((code) => codes.includes(code)) ?? 0;
}
