/**
 * Shorter runs.
 *
 * @module
 */
import { milli } from "../generate/setting.ts";
import type { ExploredWorld } from "../generate/world.ts";

/** Lengths to try, the shortest first; a run has to last at least as long as it takes to fail. */
export function shorter({ scenario }: ExploredWorld, failsS: number): number[] {
  const { durationS } = scenario;
  const found = [
    Math.ceil(failsS + 0.001),
    ...[0.1, 0.25, 0.5, 0.75, 0.9].map((share) => Math.ceil(durationS * share)),
  ];
  return [...new Set(found)].filter((lengthS) => lengthS >= 1 && lengthS < durationS)
    .sort((a, b) => a - b);
}

/**
 * By how much everything may begin earlier, seconds, the most first: until a second is left before
 * the first step, or by whole turns of the buffer, after which the listener is at the same place.
 */
export function earlier({ scenario: { steps, source } }: ExploredWorld): number[] {
  const mostS = Math.floor((steps[0]?.atS ?? 0) - 1);
  const lapS = "synthS" in source ? source.synthS : 1;
  const byLapsS = milli(Math.floor(mostS / lapS) * lapS);
  return [...new Set([mostS, byLapsS, Math.floor(mostS / 2)])].filter((byS) => byS > 0);
}
