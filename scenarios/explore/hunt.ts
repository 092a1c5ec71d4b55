/**
 * The proof that a search finds what it is there for: a planted bug, hunted until it is found.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import { INVARIANTS } from "./invariants.ts";
import { ExploreLane } from "./job.ts";
import type { Mutant } from "./mutants.ts";

/** What came of a hunt. */
export interface Hunt {
  /** Worlds that were played, the failing one included. */
  readonly runs: number;
  /** The least scenario; null when the bug was not found. */
  readonly finding: Finding | null;
}

/** Plays worlds with a bug in them until it breaks what it has to break, and shrinks the one that does. */
export async function hunt(mutant: Mutant, maxRuns: number, seed = 1): Promise<Hunt> {
  const { name: plant, fidelity, breaks } = mutant;
  // The others cost a quarter of a run, and say nothing that is looked at.
  const lane = new ExploreLane(INVARIANTS.filter((invariant) => invariant.name === breaks));
  const search = { seed, fidelity, plant };
  for (let index = 0; index < maxRuns; index++) {
    const answer = await lane.run({ ...search, kind: "play", indexes: [index] });
    if (answer.kind !== "played") continue;
    if (!answer.runs[0]!.breaches.some(({ invariant }) => invariant === breaks)) continue;
    const shrunk = await lane.run({ ...search, kind: "shrink", index, invariant: breaks });
    return { runs: index + 1, finding: shrunk.kind === "shrunk" ? shrunk.finding : null };
  }
  return { runs: maxRuns, finding: null };
}
