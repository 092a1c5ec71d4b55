/**
 * Judging a run: what was measured, against the limits that the scenario states.
 *
 * @module
 */
import type { ExpectationResult } from "./result.ts";
import type { Expectation } from "./types.ts";

/** A measured value; null when there was nothing to measure. */
export type Measured = number | string | boolean | null;

/** Units by the last part of a metric that has one; part names carry them as suffix. */
const UNITS: readonly [RegExp, string][] = [
  [/(^|\.)(freshShare)$/, "of frames"],
  [/Bytes$/, "bytes"],
  [/perS$/, "/s"],
  [/Ms$/, "ms"],
  [/S$/, "s"],
];

/** The unit of a metric, `""` for counts and states. */
export function unitOf(metric: string): string {
  const parts = metric.split(".");
  for (const part of parts.reverse()) {
    const unit = UNITS.find(([pattern]) => pattern.test(part));
    if (unit !== undefined) return unit[1];
  }
  return "";
}

/** The limits in words. */
export function limitText({ min, max, equals }: Expectation): string {
  if (equals !== undefined) return `= ${equals}`;
  if (min !== undefined && max !== undefined) return `${min} … ${max}`;
  return min !== undefined ? `≥ ${min}` : `≤ ${max}`;
}

/** Whether a value is within an expectation's limits. Nothing measured never is. */
export function isWithin(actual: Measured, { min, max, equals }: Expectation): boolean {
  if (actual === null) return false;
  if (equals !== undefined) return actual === equals;
  if (typeof actual !== "number") return false;
  return (min === undefined || actual >= min) && (max === undefined || actual <= max);
}

/** Judges one expectation. */
export function judge(expectation: Expectation, actual: Measured): ExpectationResult {
  const { metric, fromS, toS } = expectation;
  const windowText = fromS === undefined && toS === undefined
    ? ""
    : ` from ${fromS ?? 0} s to ${toS === undefined ? "the end" : `${toS} s`}`;
  return {
    name: expectation.name ?? `${metric} ${limitText(expectation)}${windowText}`,
    metric,
    window: null,
    passed: isWithin(actual, expectation),
    actual,
    limit: limitText(expectation),
    unit: unitOf(metric),
    expectedToFail: expectation.fails,
  };
}

/** Follows a dotted path through plain data; undefined when it leads nowhere. */
export function lookUp(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
