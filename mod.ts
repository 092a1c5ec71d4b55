/**
 * Headway as a library: what other people may build on, and nothing else.
 *
 * @example Run a scenario in virtual time
 * ```ts
 * import { defineScenario, runScenario } from "./mod.ts";
 *
 * const result = await runScenario(
 *   defineScenario({
 *     name: "first-look",
 *     description: "Does audio land ahead of the listener?",
 *     durationS: 2,
 *     expectations: [{ metric: "lag.slices.leadS.p50", min: 0.1 }],
 *   }),
 *   { fidelity: "timing" },
 * );
 * console.log(result.verdict); // passed
 * ```
 *
 * @module
 */
export {
  type Clock,
  HeadwayError,
  Rng,
  TargetError,
  type Timer,
  UsageError,
} from "./runtime/mod.ts";
export { VirtualClock, WallClock } from "./runtime/mod.ts";
export { applySlice, decodeSliceFrame, type Slice, SliceEncoder, WireError } from "./wire/mod.ts";
export {
  BROWSER_RECONNECT,
  type ClientObserver,
  dialWebSocket,
  foldLeadSamples,
  HeadlessClient,
  type HeadlessClientOptions,
  LagTracker,
  PlayheadSim,
  SimNetwork,
} from "./sim/mod.ts";
export {
  defineScenario,
  type RunOptions,
  type RunResult,
  runScenario,
  type Scenario,
  ScenarioError,
  type ScenarioInput,
  Studio,
} from "./scenarios/mod.ts";
export { type Report, reportOf, type Summary, writeRun } from "./reports/mod.ts";
export { type HeadwayServer, serve, type ServeOptions } from "./serve/mod.ts";
