/**
 * Runs one scenario in a thread of its own and writes its report.
 *
 * @module
 */
import { type Report, reportOf, writeRun } from "../reports/mod.ts";
import { errorMessage } from "../runtime/mod.ts";
import {
  type AnyScenario,
  type Fidelity,
  playScenario,
  type TargetAddress,
  targetOptions,
} from "../scenarios/mod.ts";

/** What a run is told. Plain data. */
export interface ScenarioJob extends TargetAddress {
  readonly scenario: AnyScenario;
  readonly fidelity: Fidelity;
  readonly seed: number;
  /** Folder of the reports. */
  readonly out: string;
  /** A file of the scenario's own that repeats it; null for one that ships with Headway. */
  readonly file: string | null;
}

/** What a worker says: how far it is, then what came of it. */
export type ScenarioNews =
  | { readonly step: "played" }
  | { readonly step: "done"; readonly report: Report }
  | { readonly step: "failed"; readonly message: string };

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<ScenarioJob>) => void) | null;
  postMessage(news: ScenarioNews): void;
};

self.onmessage = async ({ data: job }) => {
  try {
    self.postMessage({ step: "done", report: await run(job) });
  } catch (error) {
    self.postMessage({ step: "failed", message: errorMessage(error) });
  }
};

async function run(job: ScenarioJob): Promise<Report> {
  const { scenario, fidelity, seed, out, file } = job;
  const result = await playScenario(scenario, { fidelity, seed, ...targetOptions(scenario, job) });
  self.postMessage({ step: "played" });
  const origin = file ?? scenario.name;
  const report = reportOf(result, { origin, controlUrl: job.controlUrl });
  await writeRun(out, report, result);
  if (file !== null) await Deno.writeTextFile(file, `${JSON.stringify(scenario, null, 2)}\n`);
  return report;
}
