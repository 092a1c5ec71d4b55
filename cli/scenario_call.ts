/**
 * One call of `headway scenario`: its jobs run somewhere, its results shown as they come, and written.
 *
 * @module
 */
import {
  checkOut,
  type Problem,
  problemLine,
  type Report,
  runLines,
  type RunSummary,
  type Shard,
  summarizeRuns,
  type Summary,
  writeCall,
} from "../reports/mod.ts";
import { EXIT } from "./command.ts";
import type { CliContext } from "./context.ts";
import type { OnOutcome } from "./job_pool.ts";
import { Progress } from "./progress.ts";
import type { JobOutcome, ScenarioJob } from "./scenario_job.ts";

/** How often the time on the progress line is drawn anew, seconds. */
const PROGRESS_EVERY_S = 1;

/** Where and how jobs run: in this process, in workers, on other machines. */
export type RunJobs = (
  jobs: readonly ScenarioJob[],
  signal: AbortSignal,
  onOutcome: OnOutcome,
) => Promise<void>;

/** What a call is told beside its jobs. */
export interface CallOptions {
  /** Where reports go. */
  readonly out: string;
  /** Whether runs are shown as they end. */
  readonly isQuiet: boolean;
  /** Which part of a larger call it is; null when it is whole. */
  readonly shard: Shard | null;
  /** Runs the jobs. */
  readonly run: RunJobs;
}

/** What a call left. */
export interface CallResult {
  readonly out: string;
  readonly summary: Summary;
  /** The reports, in the order of the call. */
  readonly reports: readonly Report[];
  /** Whether reports were written: not when nothing ran. */
  readonly isWritten: boolean;
}

/**
 * Runs the jobs and writes their reports.
 *
 * @throws {UsageError} when reports cannot be written.
 */
export async function runCall(
  jobs: readonly ScenarioJob[],
  { out, isQuiet, shard, run }: CallOptions,
  context: Pick<CliContext, "stdout" | "stderr" | "env" | "clock" | "stopSignal">,
): Promise<CallResult> {
  const { stdout, stderr, clock } = context;
  const startS = clock.now();
  await checkOut(out);
  const signal = context.stopSignal();
  const progress = new Progress(context);
  const nameWidth = Math.max(0, ...jobs.map(({ scenario }) => scenario.name.length));
  const color = stdout.isTerminal && (context.env("NO_COLOR") ?? "") === "";
  const outcomes: (JobOutcome | undefined)[] = jobs.map(() => undefined);
  let done = 0;
  const showProgress = () =>
    progress.update(`${done} of ${jobs.length} scenarios, ${(clock.now() - startS).toFixed(0)} s`);
  showProgress();
  // A live scenario takes as long as its session: without a clock that runs it looks stuck.
  let ticking = progress.isShown ? clock.after(PROGRESS_EVERY_S, tick) : null;
  function tick() {
    showProgress();
    ticking = clock.after(PROGRESS_EVERY_S, tick);
  }
  const onStop = () => {
    progress.clear();
    stderr.write("headway: stopping after this scenario; again stops at once\n");
  };
  if (jobs[0]?.target !== "sim") signal.addEventListener("abort", onStop);
  const onOutcome: OnOutcome = (index, outcome) => {
    outcomes[index] = outcome;
    done++;
    progress.clear();
    const { name } = jobs[index]!.scenario;
    if (!isQuiet) {
      stdout.write(
        outcome.ok
          ? runLines(outcome.run, { nameWidth, color })
          : problemLine({ name, message: outcome.message }, { nameWidth, color }),
      );
    }
    showProgress();
  };
  try {
    await run(jobs, signal, onOutcome);
  } finally {
    ticking?.cancel();
  }
  signal.removeEventListener("abort", onStop);
  progress.clear();
  const { runs, reports, problems, codes } = sorted(jobs, outcomes);
  const summary = summarizeRuns(runs, {
    wallS: clock.now() - startS,
    problems,
    problemCodes: [...codes, ...(signal.aborted ? [EXIT.inconclusive] : [])],
    shard,
  });
  // Problems alone are written too: an older summary must not stand there and claim success. So is
  // a shard without any scenario, as its part of the whole has to be there.
  const isWritten = runs.length + problems.length > 0 || shard !== null;
  if (isWritten) await writeCall(out, summary, reports);
  if (signal.aborted) stderr.write(`headway: stopped after ${done} of ${jobs.length} scenarios\n`);
  return { out, summary, reports, isWritten };
}

/** Outcomes by kind, in the order of the call. */
function sorted(jobs: readonly ScenarioJob[], outcomes: readonly (JobOutcome | undefined)[]) {
  const runs: RunSummary[] = [];
  const reports: Report[] = [];
  const problems: Problem[] = [];
  const codes: number[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome === undefined) continue;
    if (outcome.ok) {
      runs.push(outcome.run);
      reports.push(outcome.report);
    } else {
      problems.push({ name: jobs[i]!.scenario.name, message: outcome.message });
      codes.push(outcome.code);
    }
  }
  return { runs, reports, problems, codes };
}
