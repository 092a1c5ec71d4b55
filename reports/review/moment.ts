/**
 * Which moment of two runs is worth hearing against each other.
 *
 * @module
 */
import type { Report } from "../model.ts";

/** A stretch of session time, and why it was chosen. */
export interface Moment {
  /** Where it begins, seconds of session time. */
  readonly fromS: number;
  /** In plain words. */
  readonly reason: string;
}

/** Resolution of the search, seconds. */
const STEP_S = 0.25;
/** What is heard before the difference begins, seconds. */
const LEAD_IN_S = 1.5;
/** A difference of old audio below this is none, seconds. */
const LEAST_OLD_S = 0.1;
/** A difference of lead below this is none, seconds. */
const LEAST_LEAD_S = 0.005;

/**
 * The window in which most more old audio is heard after than before; else most less; else that in
 * which slices landed at the most different leads; else the beginning.
 *
 * @param lengthS How long is listened, seconds.
 */
export function momentOf(before: Report, after: Report, lengthS: number): Moment {
  const endS = Math.max(before.timing.sessionS, after.timing.sessionS);
  const steps = Math.max(1, Math.ceil(endS / STEP_S));
  const old = difference(oldShares(before, steps), oldShares(after, steps));
  const window = Math.max(1, Math.round((lengthS - LEAD_IN_S) / STEP_S));
  const more = densest(old, window);
  if (more.sum * STEP_S >= LEAST_OLD_S) {
    return at(more.first, endS, lengthS, `${words(more.sum)} more old audio after than before`);
  }
  const less = densest(old.map((it) => -it), window);
  if (less.sum * STEP_S >= LEAST_OLD_S) {
    return at(less.first, endS, lengthS, `${words(less.sum)} less old audio after than before`);
  }
  const leads = difference(leadsOf(before, steps), leadsOf(after, steps)).map(Math.abs);
  const apart = densest(leads, window);
  if (apart.sum / window >= LEAST_LEAD_S) {
    return at(apart.first, endS, lengthS, "slices landed at the most different leads here");
  }
  return at(0, endS, lengthS, "both sound alike; this is the beginning");
}

function at(first: number, endS: number, lengthS: number, reason: string): Moment {
  const fromS = Math.max(0, Math.min(first * STEP_S - LEAD_IN_S, endS - lengthS));
  return { fromS: Math.round(fromS * 1000) / 1000, reason };
}

function words(sum: number): string {
  return `${(sum * STEP_S).toFixed(1)} s`;
}

/** How much of what was heard in each step was old, 0..1; null where nothing was heard. */
function oldShares({ series: { heard } }: Report, steps: number): (number | null)[] {
  const all = new Float64Array(steps);
  const old = new Float64Array(steps);
  for (const [i, fromS] of heard.atS.entries()) {
    const toS = heard.endS[i]!;
    const last = Math.min(steps - 1, Math.floor(toS / STEP_S));
    for (let step = Math.max(0, Math.floor(fromS / STEP_S)); step <= last; step++) {
      const inside = Math.min(toS, (step + 1) * STEP_S) - Math.max(fromS, step * STEP_S);
      all[step]! += inside;
      if (!heard.fresh[i]!) old[step]! += inside;
    }
  }
  return Array.from(all, (it, i) => it <= 1e-6 ? null : old[i]! / it);
}

/** The lowest lead in each step; null where no slice landed. */
function leadsOf({ series: { slices } }: Report, steps: number): (number | null)[] {
  const found: (number | null)[] = new Array(steps).fill(null);
  for (const [i, atS] of slices.atS.entries()) {
    const step = Math.min(steps - 1, Math.max(0, Math.floor(atS / STEP_S)));
    found[step] = Math.min(found[step] ?? Infinity, slices.leadS[i]!);
  }
  return found;
}

/** After less before; 0 where either is missing. */
function difference(before: readonly (number | null)[], after: readonly (number | null)[]) {
  return before.map((value, i) => value === null || after[i] == null ? 0 : after[i] - value);
}

/** The window with the greatest sum, begun at its first value that adds to it. */
function densest(values: readonly number[], window: number): { first: number; sum: number } {
  let sum = values.slice(0, window).reduce((total, it) => total + it, 0);
  let best = { first: 0, sum };
  for (let first = 1; first + window <= values.length; first++) {
    sum += values[first + window - 1]! - values[first - 1]!;
    if (sum > best.sum + 1e-9) best = { first, sum };
  }
  let { first } = best;
  while (first < values.length && values[first]! <= 0 && best.sum > 0) first++;
  return { first, sum: best.sum };
}
