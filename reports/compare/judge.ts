/**
 * One figure before and after: exact for simulated runs, by confidence and effect for live ones.
 *
 * @module
 */
import type { Rng } from "../../runtime/rng.ts";
import { short, withUnit } from "../summary.ts";
import { bootstrapDifference, medianOf } from "./bootstrap.ts";
import type { Change, MetricComparison } from "./comparison.ts";
import type { ComparedMetric } from "./metrics.ts";

/** Live runs of either side from which on a difference can be told from noise. */
export const LEAST_LIVE_RUNS = 5;

/** The values of one figure, run by run. */
export interface Values {
  /** Before; as many as there are runs. */
  readonly before: readonly (number | null)[];
  /** After. For exact runs each belongs to the value before it at the same place. */
  readonly after: readonly (number | null)[];
}

/** Simulated runs repeat exactly: any difference is the change's doing. */
export function judgeExact(metric: ComparedMetric, values: Values): MetricComparison {
  const before = present(values.before, metric);
  const after = present(values.after, metric);
  const pairs = values.before.map((
    value,
    i,
  ) => [filled(value, metric), filled(values.after[i]!, metric)]);
  if (pairs.every(([a, b]) => a === b)) {
    const reason = before.length === 0 ? "nothing was measured on either side" : "exactly equal";
    return told(metric, "same", { before, after, reason, hasMoved: false });
  }
  // Nothing measured where something was: there is no number for how bad that is.
  const lost = pairs.some(([a, b]) => a !== null && b === null);
  const won = pairs.some(([a, b]) => a === null && b !== null);
  if (lost || won) {
    return told(metric, decided(metric, lost ? "worse" : "better"), {
      ...{ before, after, hasMoved: true },
      reason: lost ? "nothing is measured any more" : "it is measured now, and was not before",
    });
  }
  const sum = pairs.reduce((total, [a, b]) => total + (b! - a!), 0);
  return told(metric, decided(metric, directionOf(metric, sum)), {
    ...{ before, after, hasMoved: true },
    reason: wordsOf(metric, medianOf(before), medianOf(after)),
  });
}

/**
 * Live runs differ by themselves: a difference counts when the 95 % interval of the medians'
 * difference leaves out zero, and the difference is at least the least effect.
 */
export function judgeLive(metric: ComparedMetric, values: Values, rng: Rng): MetricComparison {
  const before = present(values.before, metric);
  const after = present(values.after, metric);
  if (before.length === 0 && after.length === 0) {
    const reason = "nothing was measured on either side";
    return told(metric, "same", { before, after, reason, hasMoved: false });
  }
  if (before.length < LEAST_LIVE_RUNS || after.length < LEAST_LIVE_RUNS) {
    return told(metric, metric.better === "neither" ? "same" : "incomparable", {
      ...{ before, after, hasMoved: false },
      reason: `live runs vary: ${LEAST_LIVE_RUNS} measured runs of either side are needed, ` +
        `there are ${before.length} and ${after.length}`,
    });
  }
  const interval = bootstrapDifference(before, after, rng);
  const difference = medianOf(after) - medianOf(before);
  const least = leastOf(metric, medianOf(before));
  const isSure = interval.low > 0 || interval.high < 0;
  const isLarge = Math.abs(difference) >= least;
  const facts = { before, after, interval };
  if (!isSure || !isLarge) {
    const reason = difference === 0
      ? "no difference of the medians"
      : isLarge
      ? `the difference (${signed(metric, difference)}) is within the noise of these runs`
      : `the difference (${signed(metric, difference)}) is below what counts (${
        differenceWords(metric.unit, least)
      })`;
    return told(metric, "same", { ...facts, reason, hasMoved: false });
  }
  return told(metric, decided(metric, directionOf(metric, difference)), {
    ...facts,
    hasMoved: true,
    reason: wordsOf(metric, medianOf(before), medianOf(after)),
  });
}

/** How many least effects a figure got worse by; 0 when it did not. */
export function severityOf(
  { metric, verdict, difference, leastEffect }: MetricComparison,
): number {
  if (verdict !== "worse") return 0;
  if (difference === null || metric === "passed") return MOST_SEVERE;
  return Math.min(MOST_SEVERE, Math.abs(difference) / leastEffect);
}

/** One figure gone wild must not hide all others. */
const MOST_SEVERE = 100;

function leastOf({ leastEffect, leastShare }: ComparedMetric, before: number): number {
  return Math.max(leastEffect, leastShare * Math.abs(before));
}

/** What stands for a value: itself, or what its absence means. */
function filled(value: number | null, { whenMissing }: ComparedMetric): number | null {
  return value ?? whenMissing;
}

function present(values: readonly (number | null)[], metric: ComparedMetric): number[] {
  return values.map((value) => filled(value, metric)).filter((value) => value !== null);
}

function directionOf({ better }: ComparedMetric, difference: number): Change {
  if (difference === 0) return "same";
  return (difference > 0) === (better === "more") ? "better" : "worse";
}

/** A figure that may go either way decides nothing. */
function decided({ better }: ComparedMetric, change: Change): Change {
  return better === "neither" ? "same" : change;
}

function wordsOf(metric: ComparedMetric, before: number, after: number): string {
  const way = metric.better === "neither" ? "; neither way is better" : "";
  return `${valueWords(metric, before)} before, ${valueWords(metric, after)} after${way}`;
}

/** What 1 and 0 stand for, where a figure is true or false of one run. */
const STATES: Readonly<Record<string, readonly [no: string, yes: string]>> = {
  "passed": ["failed", "passed"],
  "mirror.identical": ["different", "equal"],
};

/** A value for people; what is true or false of one run is said in a word, shares in per cent. */
export function valueWords(
  { name, unit }: Pick<ComparedMetric, "name" | "unit">,
  value: number,
): string {
  const word = STATES[name]?.[value];
  return word ?? withUnit(value, unit).replace(/ of frames$/, "");
}

/** Whether a figure is a state, whose difference is no number to a reader. */
export function isState(name: string): boolean {
  return name in STATES;
}

/** A difference for people; of shares in points, as per cent of per cent would mislead. */
export function differenceWords(unit: string, difference: number): string {
  const size = Math.abs(difference);
  return unit === "of frames"
    ? `${short(Number((size * 100).toPrecision(3)))} points`
    : withUnit(size, unit);
}

function signed({ unit }: ComparedMetric, difference: number): string {
  return `${difference > 0 ? "+" : "\u2212"}${differenceWords(unit, difference)}`;
}

function told(metric: ComparedMetric, verdict: Change, facts: {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly hasMoved: boolean;
  readonly reason: string;
  readonly interval?: MetricComparison["interval"];
}): MetricComparison {
  const before = facts.before.length === 0 ? null : medianOf(facts.before);
  const after = facts.after.length === 0 ? null : medianOf(facts.after);
  return {
    metric: metric.name,
    title: metric.title,
    unit: metric.unit,
    better: metric.better,
    verdict,
    hasMoved: facts.hasMoved,
    before,
    after,
    difference: before === null || after === null ? null : after - before,
    interval: facts.interval ?? null,
    leastEffect: leastOf(metric, before ?? 0),
    reason: facts.reason,
  };
}
