import type { ReadRuns, RunSample } from "../compare/mod.ts";
import { loadSide, type ReviewCase } from "./side.ts";

/**
 * Loads both sides of a scenario from two sets: runs of one seed where both have one, and of several
 * runs one that has a report.
 */
export function caseLoader(
  before: ReadRuns,
  after: ReadRuns,
): (name: string) => Promise<ReviewCase> {
  return async (name) => {
    const [a, b] = [of(before, name), of(after, name)];
    const seed = b.find((it) => a.some((other) => other.seed === it.seed))?.seed;
    return {
      before: await load(before, best(before, a, seed)),
      after: await load(after, best(after, b, seed)),
    };
  };
}

function of({ samples }: ReadRuns, name: string): RunSample[] {
  return samples.filter(({ scenario }) => scenario === name);
}

function best(
  { folders }: ReadRuns,
  samples: readonly RunSample[],
  seed: number | undefined,
): RunSample | null {
  const rank = (it: RunSample) => (it.seed === seed ? 2 : 0) + (folders.has(it) ? 1 : 0);
  return samples.reduce<RunSample | null>(
    (found, it) => found === null || rank(it) > rank(found) ? it : found,
    null,
  );
}

async function load({ folders }: ReadRuns, sample: RunSample | null) {
  return sample === null ? null : await loadSide(sample, folders.get(sample) ?? null);
}
