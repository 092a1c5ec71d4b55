/**
 * Scenarios as the tools run them: in workers, two at a time, so that nothing else waits.
 *
 * @module
 */
import { join, resolve } from "node:path";
import type { Clock } from "../runtime/mod.ts";
import { type Report, REPORT_SCHEMA } from "../reports/mod.ts";
import type { AnyScenario, Fidelity, TargetAddress } from "../scenarios/mod.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { ToolError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import type { ScenarioJob, ScenarioNews } from "./scenario_worker.ts";
import type { ToolCall } from "./tool.ts";

/** Most runs at a time. */
const MAX_RUNS = 2;
/** How often a run says that it is still at work, seconds. */
const REPORT_EVERY_S = 1;
/** A longer report is none of ours. */
const MAX_REPORT_BYTES = 64 * 2 ** 20;

/** A scenario, and how it is run. */
export interface ScenarioRequest extends TargetAddress {
  readonly scenario: AnyScenario;
  readonly fidelity: Fidelity;
  readonly seed: number;
  /** Whether it ships with Headway; another one is written down beside its report. */
  readonly isShipped: boolean;
}

/** What runs of scenarios share. */
export interface ScenarioRunsOptions {
  readonly clock: Clock;
  /** Folder of the reports. */
  readonly reports: string;
}

/** The runs of one process, and the reports that they leave. */
export class ScenarioRuns {
  readonly #clock: Clock;
  readonly #folder: string;
  /** What ends each run, by the scenario's name. */
  readonly #running = new Map<string, () => void>();

  /** Nothing runs. */
  constructor({ clock, reports }: ScenarioRunsOptions) {
    this.#clock = clock;
    this.#folder = resolve(reports);
  }

  /** The folder of the reports, whole. */
  get folder(): string {
    return this.#folder;
  }

  /** The whole path of a file of a run. */
  path(scenario: string, file: string): string {
    return join(this.#folder, scenario, file);
  }

  /**
   * Runs one, and writes its report.
   *
   * @throws {ToolError} when it cannot run, is cancelled, or too many run already.
   */
  async run(request: ScenarioRequest, { signal, report }: ToolCall): Promise<Report> {
    const { scenario, isShipped, ...rest } = request;
    this.#checkRoom(scenario.name);
    const worker = new Worker(new URL("./scenario_worker.ts", import.meta.url), {
      type: "module",
    });
    const done = Promise.withResolvers<Report>();
    const cancel = () =>
      done.reject(
        new ToolError(`the run of ${scenario.name} was cancelled; no report was written`),
      );
    this.#running.set(scenario.name, cancel);
    signal.addEventListener("abort", cancel, { once: true });
    const elapsed = this.#tellProgress(request, report);
    worker.onmessage = ({ data }: MessageEvent<ScenarioNews>) => {
      if (data.step === "done") done.resolve(data.report);
      else if (data.step === "failed") {
        done.reject(new ToolError(`${scenario.name} did not run: ${data.message}`));
      } else elapsed.tell("played; judging and writing the report");
    };
    worker.onerror = (event) => {
      event.preventDefault();
      done.reject(new ToolError(`${scenario.name} did not run: ${event.message}`));
    };
    const file = isShipped ? null : join(this.#folder, `${scenario.name}.scenario.json`);
    worker.postMessage({ ...rest, scenario, out: this.#folder, file } satisfies ScenarioJob);
    if (signal.aborted) cancel();
    try {
      return await done.promise;
    } finally {
      elapsed.end();
      worker.terminate();
      signal.removeEventListener("abort", cancel);
      this.#running.delete(scenario.name);
    }
  }

  /** Names of the scenarios that left a report, sorted. */
  async reported(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const { name, isDirectory } of Deno.readDir(this.#folder)) {
        if (isDirectory && isName(name) && await exists(this.path(name, "report.json"))) {
          names.push(name);
        }
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    return names.sort();
  }

  /**
   * The report of a scenario's last run, or of any run by its path.
   *
   * @throws {ToolError} when there is none.
   */
  async report(scenario: string): Promise<{ report: Report; path: string }> {
    const path = this.path(scenario, "report.json");
    const text = await this.read(scenario, "report.json");
    const report = parseJson(text) as Partial<Report> | null;
    if (report?.schema !== REPORT_SCHEMA) {
      throw new ToolError(`${path} is no report of this version; run the scenario again`);
    }
    return { report: report as Report, path };
  }

  /**
   * A text file of a scenario's last run.
   *
   * @throws {ToolError} when there is none; it names the scenarios that left one.
   */
  async read(scenario: string, file: "report.json" | "summary.md"): Promise<string> {
    const names = await this.reported();
    if (!names.includes(scenario)) {
      const there = names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
      throw new ToolError(
        `there is no report of ${JSON.stringify(scenario)} in ${this.#folder}` +
          `${nearest(scenario, names)}; ${there}. scenario_run makes one`,
      );
    }
    const path = this.path(scenario, file);
    const { size } = await Deno.stat(path);
    if (size > MAX_REPORT_BYTES) throw new ToolError(`${path} is ${size} bytes, too much to read`);
    return await Deno.readTextFile(path);
  }

  /** Ends all runs. */
  close(): void {
    for (const cancel of this.#running.values()) cancel();
  }

  #checkRoom(name: string): void {
    if (this.#running.has(name)) {
      throw new ToolError(`${name} runs already, and would write to the same folder; wait for it`);
    }
    if (this.#running.size >= MAX_RUNS) {
      const names = [...this.#running.keys()].join(" and ");
      throw new ToolError(`${names} run already; wait for one of them, or cancel it`);
    }
  }

  /** Tells how long it has been at work; a live run also how long it will be. */
  #tellProgress({ scenario, target }: ScenarioRequest, report: ToolCall["report"]) {
    const clock = this.#clock;
    const startS = clock.now();
    const total = target === "sim" ? {} : { total: scenario.durationS };
    let last = -1;
    const tell = (message: string) => {
      // It has to grow; a live run that winds down stays short of its end.
      const progress = Math.max(last + 0.001, clock.now() - startS);
      if (progress > (total.total ?? Infinity)) return;
      last = progress;
      report({ progress, ...total, message });
    };
    const again = () => {
      tell(`${scenario.name} is being played`);
      timer = clock.after(REPORT_EVERY_S, again);
    };
    let timer = clock.after(REPORT_EVERY_S, again);
    tell(`${scenario.name} is being played`);
    return { tell, end: () => timer.cancel() };
  }
}

/**
 * A scenario that ships with Headway.
 *
 * @throws {ToolError} for an unknown name; it says which one may be meant.
 */
export function shippedScenario(name: string): AnyScenario {
  const found = SHIPPED.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const hint = nearest(name, SHIPPED.map((scenario) => scenario.name));
  throw new ToolError(`no scenario is called ${JSON.stringify(name)}${hint}; see scenario_list`);
}

/** Scenario names are folders, so nothing else may be one. */
function isName(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
