/**
 * Runs the jobs of a call on other machines, by way of a queue on NATS.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import {
  dispatch,
  type DispatchOptions,
  openQueue,
  type QueuedJob,
  type QueueOptions,
} from "../queue/mod.ts";
import type { CliContext, Output } from "./context.ts";
import type { RunJobs } from "./scenario_call.ts";
import type { ScenarioJob } from "./scenario_job.ts";

/** Jobs by way of the NATS server at `url`; runs are written into `out` as they come. */
export function queueJobs(
  url: string,
  out: string,
  { clock, stderr }: Pick<CliContext, "clock"> & { readonly stderr: Pick<Output, "write"> },
  options: Pick<QueueOptions, "redeliverS"> & Pick<DispatchOptions, "patienceS"> = {},
): RunJobs {
  return async (jobs, signal, onOutcome) => {
    await using queue = await openQueue({ url, name: "headway scenario", ...options });
    await dispatch(jobs.map(queued), {
      ...options,
      queue,
      clock,
      call: crypto.randomUUID(),
      out,
      signal,
      onOutcome,
      onWorkers: (areThere) =>
        stderr.write(
          areThere
            ? "headway: workers are there again\n"
            : "headway: no worker is there; start some with headway worker --nats\n",
        ),
    });
  };
}

/** A job without what belongs to this machine: its token and its folder. */
function queued({ token: _, out: __, ...job }: ScenarioJob): QueuedJob {
  return { version: config.version, ...job };
}
