/**
 * Every expectation of a run, judged by what was measured in its window.
 *
 * @module
 */
import { judge, type Measured } from "./expectations.ts";
import type { LagWindow } from "./lag_summary.ts";
import type { ExpectationResult } from "./result.ts";
import type { Expectation } from "./types.ts";

/** Measures one metric over a window of the run's clock. */
export type Measure = (metric: string, window: LagWindow) => Measured;

/** Judges expectations; `whole` is the run's own window. */
export function judgeAll(
  expectations: readonly Expectation[],
  whole: LagWindow,
  measure: Measure,
): ExpectationResult[] {
  return expectations.map((expectation) => judgeOne(expectation, whole, measure));
}

function judgeOne(
  expectation: Expectation,
  whole: LagWindow,
  measure: Measure,
): ExpectationResult {
  const { metric, fromS, toS, against } = expectation;
  const window = {
    fromS: whole.fromS + (fromS ?? 0),
    toS: toS === undefined ? whole.toS : Math.min(whole.toS, whole.fromS + toS),
  };
  let actual = measure(metric, window);
  if (against !== undefined) {
    const base = measure(metric, {
      fromS: whole.fromS + against.fromS,
      toS: whole.fromS + against.toS,
    });
    actual = typeof actual === "number" && typeof base === "number"
      ? Math.round((actual - base) * 1e6) / 1e6
      : null;
  }
  const isWhole = fromS === undefined && toS === undefined;
  return {
    ...judge(expectation, actual),
    window: isWhole ? null : { fromS: window.fromS - whole.fromS, toS: window.toS - whole.fromS },
  };
}
