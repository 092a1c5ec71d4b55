/**
 * What a run amounts to.
 *
 * @module
 */
import type { ExpectationResult, HarnessSummary, RunResult, Verdict } from "./result.ts";

/** How many times the budget a single tick may be late if the run is to count as failed. */
const MAX_LATENESS_FACTOR = 4;

/** What a verdict depends on. */
export interface Evidence {
  readonly expectations: readonly ExpectationResult[];
  readonly mirror: RunResult["mirror"];
  readonly harness: Pick<HarnessSummary, "tickLatenessMs" | "latenessBudgetMs">;
  readonly isSimulated: boolean;
  /** How the connection was lost against all expectation; null when it was not. */
  readonly loss: string | null;
}

/**
 * The verdict, and why it is none. An expectation that has to fail counts as met when it does, by
 * something measured: nothing proves nothing.
 *
 * A live run whose ticks were late as a rule proves nothing at all. One whose ticks were late once,
 * but badly, may still pass: a late moment spoils figures and makes none good. What it did not meet
 * it may have missed for that reason; unequal mirrors have no such excuse.
 */
export function decide(evidence: Evidence): [Verdict, string | null] {
  const { expectations, mirror, harness, isSimulated, loss } = evidence;
  if (loss !== null) return ["failed", loss];
  const { p99, max } = harness.tickLatenessMs;
  const budgetMs = harness.latenessBudgetMs;
  if (!isSimulated && p99 !== null && p99 > budgetMs) {
    return [
      "inconclusive",
      wasLate(`p99 is ${p99.toFixed(1)} ms, over its budget of ${budgetMs} ms`),
    ];
  }
  const isMirrorJudged = expectations.some(isOfMirrors);
  if (!isMirrorJudged && mirror.identical === false) return ["failed", null];
  if (expectations.length === 0) {
    return ["not-applicable", "none of its expectations can be measured on this target"];
  }
  const unmet = expectations.filter((e) =>
    !(e.expectedToFail ? !e.passed && e.actual !== null : e.passed)
  );
  if (unmet.length === 0) return ["passed", null];
  const mostMs = MAX_LATENESS_FACTOR * budgetMs;
  if (!isSimulated && max !== null && max > mostMs && !unmet.some(isOfMirrors)) {
    return ["inconclusive", wasLate(`is ${max.toFixed(1)} ms at its worst, over ${mostMs} ms`)];
  }
  return ["failed", null];
}

function isOfMirrors({ metric }: ExpectationResult): boolean {
  return metric === "mirror.identical";
}

function wasLate(how: string): string {
  return `the harness was late itself: tick lateness ${how}`;
}
