import { targetOptions } from "./open_stage.ts";
import type { Fidelity, RunResult, Target } from "./result.ts";
import { playScenario } from "./run.ts";
import type { AnyScenario } from "./types.ts";

/** How a scenario is run. */
export interface RunOptions {
  /** `sim` (default), `self` for our own server in another process, or a `ws://` address. */
  readonly target?: Target;
  /** Control bus of a `ws://` target, `http://host:port`; scenarios with outside commands need it. */
  readonly controlUrl?: string;
  /** Bearer token of a `ws://` target. */
  readonly token?: string;
  /** `full` (default) has samples, `timing` only knows when they would come. Live runs are full. */
  readonly fidelity?: Fidelity;
  /** Seed of everything that is random. Default 1. */
  readonly seed?: number;
  /** Tick lateness (p99) above which a live run proves nothing, ms. Default 25. */
  readonly latenessBudgetMs?: number;
}

/**
 * Runs one scenario and judges it.
 *
 * @throws {TargetError} when a live target cannot be reached or refuses the session.
 * @throws {ScenarioError} when an expectation measures what does not exist.
 *
 * @example
 * ```ts
 * import { defineScenario } from "./define.ts";
 * import { runScenario } from "./library.ts";
 *
 * const scenario = defineScenario({
 *   name: "first-look",
 *   description: "Does audio land ahead of the listener?",
 *   durationS: 2,
 *   expectations: [{ metric: "lag.slices.leadS.p50", min: 0.1 }],
 * });
 * const { verdict } = await runScenario(scenario, { fidelity: "timing" });
 * console.log(verdict); // passed
 * ```
 */
export function runScenario(scenario: AnyScenario, options: RunOptions = {}): Promise<RunResult> {
  const { target = "sim", controlUrl = null, token = null, ...rest } = options;
  return playScenario(scenario, {
    ...rest,
    ...targetOptions(scenario, { target, controlUrl, token }),
  });
}
