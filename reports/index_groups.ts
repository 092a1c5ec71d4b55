import type { RunSummary, Summary } from "./summary.ts";

/** Runs that ended alike. */
export interface RunGroup {
  /** What they are called: a class of the page, and the target of links. */
  readonly id: RunSummary["verdict"] | "foretold";
  /** The same for people. */
  readonly title: string;
  /** Those that need looking at first. */
  readonly runs: readonly RunSummary[];
}

/** The runs, worst first: of failed ones those with most against them, of others the nearest misses. */
export function groupRuns({ runs }: Summary): RunGroup[] {
  const groups: readonly [RunGroup["id"], string][] = [
    ["failed", "Failed"],
    ["inconclusive", "Inconclusive"],
    ["foretold", "Failed as foretold"],
    ["passed", "Passed"],
    ["not-applicable", "Not applicable"],
  ];
  return groups.map(([id, title]) => ({
    id,
    title,
    runs: runs.filter((run) => groupOf(run) === id).sort((a, b) =>
      b.failures.length - a.failures.length || marginOf(a) - marginOf(b)
    ),
  }));
}

function groupOf({ verdict, expectedFailure }: RunSummary): RunGroup["id"] {
  return verdict === "passed" && expectedFailure ? "foretold" : verdict;
}

function marginOf({ nearestLimit }: RunSummary): number {
  return nearestLimit?.share ?? 1;
}
