/**
 * Shorter runs.
 *
 * @module
 */
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
