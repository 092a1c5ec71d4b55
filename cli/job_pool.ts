/**
 * Runs jobs one after the other here, or side by side in workers.
 *
 * @module
 */
import { Studio } from "../scenarios/mod.ts";
import { type JobOutcome, runJob, type ScenarioJob } from "./scenario_job.ts";

/** Told of each job when it is done, in the order of completion. */
export type OnOutcome = (index: number, outcome: JobOutcome) => void;

/**
 * Runs all jobs, `width` at a time. Stops taking new ones when the signal aborts.
 *
 * @param width 1 runs them in this thread; more starts that many workers.
 */
export async function runJobs(
  jobs: readonly ScenarioJob[],
  width: number,
  signal: AbortSignal,
  onOutcome: OnOutcome,
): Promise<void> {
  let next = 0;
  const take = () => next < jobs.length && !signal.aborted ? next++ : null;
  if (width <= 1) {
    const studio = new Studio();
    for (let i = take(); i !== null; i = take()) onOutcome(i, await runJob(jobs[i]!, studio));
    return;
  }
  const lanes = Array.from({ length: Math.min(width, jobs.length) }, async () => {
    const lane = new Lane();
    try {
      for (let i = take(); i !== null; i = take()) onOutcome(i, await lane.run(jobs[i]!));
    } finally {
      lane.close();
    }
  });
  await Promise.all(lanes);
}

/** One worker, one job at a time. */
export class Lane {
  readonly #worker = new Worker(new URL("./scenario_worker.ts", import.meta.url), {
    type: "module",
  });

  /** Runs a job, when the one before is done. */
  run(job: ScenarioJob): Promise<JobOutcome> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<JobOutcome>) => resolve(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`a scenario worker failed: ${event.message}`));
      };
      this.#worker.postMessage(job);
    });
  }

  /** Ends it, whatever it does. */
  close(): void {
    this.#worker.terminate();
  }
}
