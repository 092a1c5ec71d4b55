/**
 * Two sets of runs, held against each other: model, statistics, baselines, and what is drawn of it.
 *
 * @module
 */
export { BASELINE_SCHEMA, baselineFiles, parseBaseline } from "./baseline.ts";
export type { Baseline } from "./baseline.ts";
export { bootstrapDifference, medianOf } from "./bootstrap.ts";
export type { Interval } from "./bootstrap.ts";
export * from "./compare.ts";
export * from "./comparison.ts";
export { comparisonJunit } from "./comparison_junit.ts";
export { comparisonMarkdown } from "./comparison_markdown.ts";
export { comparisonLines } from "./comparison_terminal.ts";
export { curvesOf } from "./curves.ts";
export type { Curves } from "./curves.ts";
export { LEAST_LIVE_RUNS } from "./judge.ts";
export { ALL_COMPARED, COMPARED } from "./metrics.ts";
export type { Better, ComparedMetric } from "./metrics.ts";
export * from "./read_runs.ts";
export { sampleOf } from "./sample.ts";
export type { RunSample } from "./sample.ts";
export { changeWords, comparisonHeadline } from "./words.ts";
