/**
 * A comparison in words, for every format.
 *
 * @module
 */
import { differenceWords, isState } from "./judge.ts";
import type { Change, Comparison, MetricComparison } from "./comparison.ts";

/** Verdicts with the sign that stands before them. */
export const CHANGE_SIGNS: Readonly<Record<Change, string>> = {
  worse: "✗",
  incomparable: "?",
  better: "✓",
  same: "=",
};

/** E.g. `2 worse, 1 better, 61 the same`. */
export function comparisonHeadline({ counts, scenarios }: Comparison): string {
  if (scenarios.length === 0) return "nothing to compare";
  const parts = [
    ...(counts.worse > 0 ? [`${counts.worse} worse`] : []),
    ...(counts.incomparable > 0 ? [`${counts.incomparable} not comparable`] : []),
    ...(counts.better > 0 ? [`${counts.better} better`] : []),
    ...(counts.same > 0 ? [`${counts.same} the same`] : []),
  ];
  return parts.join(", ");
}

/** The difference of a figure, e.g. `worse by 0.05 s`; with its interval where there is one. */
export function changeWords(it: MetricComparison): string {
  const { difference, unit, verdict, interval, hasMoved } = it;
  if (!hasMoved) return verdict === "incomparable" ? it.reason : "same";
  const word = verdict === "same" ? "moved" : verdict;
  if (difference === null || isState(it.metric)) return word;
  const by = `${word} by ${differenceWords(unit, difference)}`;
  if (interval === null) return by;
  const [low, high] = [interval.low, interval.high].map((value) =>
    `${value < 0 ? "\u2212" : "+"}${differenceWords(unit, value)}`
  );
  return `${by} (95 %: ${low} … ${high})`;
}
