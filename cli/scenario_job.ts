/**
 * One scenario of a call: run, judged, written. The same in the main thread and in a worker.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { errorMessage } from "../runtime/mod.ts";
import { type Report, reportOf, type RunSummary, summarizeRun, writeRun } from "../reports/mod.ts";
import {
  type AnyScenario,
  type Fidelity,
  playScenario,
  type RunResult,
  type Studio,
  type Target,
  targetOptions,
} from "../scenarios/mod.ts";
import { exitCodeOf } from "./dispatch.ts";

/** What one job is told. Plain data: it may go to a worker. */
export interface ScenarioJob {
  readonly scenario: AnyScenario;
  /** The word that named it on the command line, which the replay line repeats. */
  readonly origin: string;
  readonly target: Target;
  readonly controlUrl: string | null;
  readonly token: string | null;
  readonly fidelity: Fidelity;
  readonly seed: number;
  readonly latenessBudgetMs: number;
  readonly checkDeterminism: boolean;
  /** Where the call's reports go; null writes none. */
  readonly out: string | null;
  /** Its own folder below that; the last part is the scenario's name. */
  readonly folder: string;
}

/** What became of it. */
export type JobOutcome =
  | {
    readonly ok: true;
    readonly report: Report;
    /** Its line in the call's summary. */
    readonly run: RunSummary;
  }
  | { readonly ok: false; readonly message: string; readonly code: number };

/** Runs a job. Whatever goes wrong becomes its outcome. */
export async function runJob(job: ScenarioJob, studio: Studio): Promise<JobOutcome> {
  try {
    const result = await play(job, studio);
    const report = reportOf(result, job);
    if (job.out !== null) await writeRun(dirname(join(job.out, job.folder)), report, result);
    return { ok: true, report, run: summarizeRun(report, job.folder) };
  } catch (error) {
    return { ok: false, message: errorMessage(error), code: exitCodeOf(error) };
  }
}

async function play(job: ScenarioJob, studio: Studio): Promise<RunResult> {
  const result = await runOnce(job, studio);
  if (!job.checkDeterminism || job.target !== "sim" || result.verdict === "not-applicable") {
    return result;
  }
  const again = await runOnce(job, studio);
  if (again.trace.hash === result.trace.hash) return result;
  const [first, second] = [result.trace.lines, again.trace.lines];
  const differing = first.findIndex((text, i) => text !== second[i]);
  const line = differing === -1 ? first.length : differing;
  return {
    ...result,
    verdict: "failed",
    reason: `two runs with seed ${job.seed} differ, first at trace line ${line + 1}: ` +
      `${first[line] ?? "the end"} and then ${second[line] ?? "the end"}`,
  };
}

function runOnce(job: ScenarioJob, studio: Studio): Promise<RunResult> {
  const { scenario, fidelity, seed, latenessBudgetMs } = job;
  return playScenario(scenario, {
    fidelity,
    seed,
    latenessBudgetMs,
    studio,
    ...targetOptions(scenario, job),
  });
}
