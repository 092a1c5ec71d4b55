import type { ExpectationResult } from "../scenarios/result.ts";

/** How near an expectation came to its limit. */
export interface Margin {
  /** The expectation's name. */
  readonly name: string;
  /** Distance of what was measured from the limit, as a share of the greater of both: 0..1. */
  readonly share: number;
}

/**
 * The expectation of a run that came nearest to its limit; null when none has one in numbers. Counts
 * and states are left out: one reconnect where one is asked for is no near miss.
 */
export function nearestLimit(expectations: readonly ExpectationResult[]): Margin | null {
  let nearest: Margin | null = null;
  for (const { name, actual, limit, unit } of expectations) {
    if (typeof actual !== "number" || unit === "") continue;
    for (const bound of boundsOf(limit)) {
      const size = Math.max(Math.abs(actual), Math.abs(bound));
      const distance = size === 0 ? 0 : Math.abs(actual - bound) / size;
      const share = Math.min(1, Math.round(distance * 1000) / 1000);
      if (nearest === null || share < nearest.share) nearest = { name, share };
    }
  }
  return nearest;
}

/** The numbers of a limit as it stands in a report: `≥ 1`, `≤ 2` or `1 … 2`. */
function boundsOf(limit: string): number[] {
  const words = /^(?:[≥≤] (\S+)|(\S+) … (\S+))$/.exec(limit)?.slice(1) ?? [];
  return words.filter((word) => word !== undefined).map(Number).filter(Number.isFinite);
}
