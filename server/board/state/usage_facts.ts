/**
 * What a session has used, as it is charged.
 *
 * @module
 */
import type { UsageDelta } from "../money/charge.ts";
import { FACT_LIMITS, type UsageFacts } from "./facts.ts";

/** Adds a change. */
export function addUsage(usage: UsageFacts, delta: UsageDelta): void {
  usage.input += delta.input;
  usage.output += delta.output;
  usage.cacheRead += delta.cacheRead;
  usage.cacheWrite5m += delta.cacheWrite5m;
  usage.cacheWrite1h += delta.cacheWrite1h;
  usage.usd += delta.usd;
  usage.recordedUsd += delta.recordedUsd;
  usage.unpricedTokens += delta.unpricedTokens;
  const { model, quarter } = delta;
  const known = Object.hasOwn(usage.models, model) ? usage.models[model]! : null;
  if (known !== null) {
    known.usd += delta.usd;
    known.output += delta.output;
  } else if (Object.keys(usage.models).length < FACT_LIMITS.models) {
    usage.models[model] = { usd: delta.usd, output: delta.output };
  }
  const quarters = usage.quarters;
  const spent = quarters[quarter];
  quarters[quarter] = (spent ?? 0) + delta.usd;
  // To list them takes longer than everything else here, and is only of use when there is one more.
  if (spent !== undefined) return;
  const keys = Object.keys(quarters);
  // The oldest ones go; whole numbers are kept in their order.
  if (keys.length > FACT_LIMITS.quarters) delete quarters[keys[0]!];
}

/** What was spent from a quarter of an hour on, USD. */
export function usdSince(usage: UsageFacts, quarter: number): number {
  let usd = 0;
  for (const [key, value] of Object.entries(usage.quarters)) {
    if (Number(key) >= quarter) usd += value;
  }
  return usd;
}

/** Money as it is told: rounded to a millionth of a dollar. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
