/**
 * The result of a run in which nothing happened, and the parts of it that stay empty where a scenario
 * is not about them.
 *
 * @module
 */
import type { Fidelity, RunResult, Target } from "./result.ts";
import type { AnyScenario } from "./types.ts";

const NONE = { min: null, p5: null, p50: null, p95: null, max: null, mean: null };

/** What a run leaves of a stream that there was not. */
export const NO_STREAM: Pick<
  RunResult,
  "lag" | "mirror" | "session" | "slices" | "ticks" | "heard" | "played" | "buffer"
> = {
  lag: {
    slices: {
      count: 0,
      behindPlayhead: 0,
      perS: 0,
      leadS: NONE,
      intervalS: NONE,
      tickMs: NONE,
      decMs: NONE,
      tagged: {},
    },
    ticks: { count: 0, staleThresholdS: 3, staleTicks: 0, stalenessS: NONE, tagged: {} },
    freshShare: null,
    longestUnrefreshedS: 0,
    unexplained: { behindPlayhead: 0, staleTicks: 0 },
  },
  mirror: { identical: null, checkedSlices: 0 },
  session: {
    id: null,
    bufferS: null,
    channels: null,
    sourceEpoch: 0,
    reconnects: 0,
    gapS: null,
    decodeErrors: 0,
    closeCode: null,
    closeReason: null,
    events: {},
  },
  slices: [],
  ticks: [],
  heard: [],
  played: null,
  buffer: null,
};

/** The result of a scenario that could not be played, and why. */
export function emptyResult(
  scenario: AnyScenario,
  run: {
    readonly target: Target;
    readonly fidelity: Fidelity;
    readonly seed: number;
    readonly reason: string;
    readonly latenessBudgetMs: number;
  },
): RunResult {
  const { latenessBudgetMs, ...rest } = run;
  return {
    scenario,
    ...rest,
    verdict: "not-applicable",
    expectedFailure: scenario.expectations.some((e) => e.fails),
    expectations: [],
    ...NO_STREAM,
    harness: {
      tickLatenessMs: { p50: null, p99: null, max: null },
      applyMs: { p50: null, p99: null },
      sendQueueMaxBytes: 0,
      skippedTicks: 0,
      latenessBudgetMs,
    },
    timing: { sessionS: 0, prepareS: 0, wallS: 0, speedup: 0 },
    trace: { events: 0, hash: "", lines: [] },
    marks: [],
  };
}
