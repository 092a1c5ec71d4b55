/**
 * The worker side of the job pool.
 *
 * @module
 */
import { Studio } from "../scenarios/mod.ts";
import { runJob, type ScenarioJob } from "./scenario_job.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<ScenarioJob>) => void) | null;
  postMessage(message: unknown): void;
};

const studio = new Studio();
self.onmessage = async ({ data }) => self.postMessage(await runJob(data, studio));
