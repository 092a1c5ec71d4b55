/**
 * A finished run as tests of reports need it: plausible numbers, every field overridable.
 *
 * @module
 */
import { clipOf } from "../../audio/clip.ts";
import type { Distribution, ExpectationResult, RunResult } from "../../scenarios/result.ts";

/** A distribution round `middle`. */
export function around(middle: number): Distribution {
  return {
    min: middle * 0.5,
    p5: middle * 0.6,
    p50: middle,
    p95: middle * 1.4,
    max: middle * 1.5,
    mean: middle,
  };
}

/** A distribution of nothing. */
export const NOTHING: Distribution = {
  min: null,
  p5: null,
  p50: null,
  p95: null,
  max: null,
  mean: null,
};

/** One expectation on the median lead that holds. */
export function expectation(changes: Partial<ExpectationResult> = {}): ExpectationResult {
  return {
    name: "lead p50",
    metric: "lag.slices.leadS.p50",
    window: null,
    passed: true,
    actual: 0.1875,
    limit: "≤ 0.35",
    unit: "s",
    expectedToFail: false,
    ...changes,
  };
}

/** A healthy run of half a second of audio. */
export function sampleRun(
  changes: Partial<RunResult> & { readonly name?: string } = {},
): RunResult {
  const { name = "healthy-stream", ...rest } = changes;
  const scenario = {
    name,
    description: "Does a plain stream stay ahead of the listener?",
    shows: [],
    durationS: 10,
    steps: [{ do: "seek", atS: 2, toS: 30 }],
  };
  return {
    // Reports read a scenario's name, description and shows, and pass the rest through.
    scenario: scenario as unknown as RunResult["scenario"],
    seed: 1,
    target: "sim",
    fidelity: "full",
    verdict: "passed",
    reason: null,
    expectedFailure: false,
    expectations: [expectation()],
    lag: {
      slices: {
        count: 160,
        behindPlayhead: 2,
        perS: 16.0000004,
        leadS: around(0.1875),
        intervalS: around(0.0625),
        tickMs: around(12),
        decMs: around(3),
        tagged: { seamPinned: 2 },
      },
      ticks: {
        count: 300,
        staleThresholdS: 3,
        staleTicks: 0,
        stalenessS: around(0.5),
        tagged: {},
      },
      freshShare: 0.9991,
      longestUnrefreshedS: 0.02,
      unexplained: { behindPlayhead: 0, staleTicks: 0 },
    },
    mirror: { identical: true, checkedSlices: 160 },
    session: {
      id: "s-1",
      bufferS: 60,
      channels: 2,
      sourceEpoch: 0,
      reconnects: 0,
      gapS: null,
      decodeErrors: 0,
      closeCode: 1000,
      closeReason: "",
      events: { ready: 1 },
    },
    harness: {
      tickLatenessMs: { p50: 0, p99: 0, max: 0 },
      applyMs: { p50: null, p99: null },
      sendQueueMaxBytes: 0,
      skippedTicks: 0,
      latenessBudgetMs: 25,
    },
    timing: { sessionS: 10, prepareS: 0.2, wallS: 0.1, speedup: 100 },
    trace: { events: 2, hash: "ab".repeat(32), lines: ['{"t":0}', '{"t":1}'] },
    marks: [{ atS: 2, kind: "seek", text: "seek to 30 s" }],
    slices: [{ atS: 0.1, startS: 0.3, durationS: 0.36, leadS: 0.2, tags: ["seamPinned", "idle"] }],
    ticks: [{ atS: 0.1, playheadS: 0.1, stalenessS: 0, tags: [] }],
    heard: [
      {
        atS: 0,
        endS: 0.5,
        startS: 0,
        durationS: 0.5,
        bufferStartS: 0,
        isFresh: false,
        tags: ["settling"],
      },
    ],
    played: clipOf(new Float32Array(48000), 2),
    buffer: clipOf(new Float32Array(48000), 2),
    ...rest,
  };
}
