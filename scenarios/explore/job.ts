/**
 * What one lane of a search does: plays worlds, and shrinks those that fail. Plain data in and out,
 * so that a lane may be a worker.
 *
 * @module
 */
import { parseStreamScenario } from "../define.ts";
import type { Fidelity } from "../result.ts";
import { playScenario } from "../run.ts";
import { Studio } from "../studio.ts";
import { type Finding, findingOf } from "./finding.ts";
import { drawWorld, type ExploredWorld } from "./generate/world.ts";
import { INVARIANTS } from "./invariants.ts";
import { MUTANTS, planted } from "./mutants.ts";
import type { InvariantName } from "./names.ts";
import { Explorer } from "./run_world.ts";
import { shrink } from "./shrink/shrink.ts";
import type { Breach } from "./watch.ts";

/** What every job of a search has in common. */
export interface Search {
  readonly seed: number;
  readonly fidelity: Fidelity;
  /** Name of a bug to plant; null in earnest. */
  readonly plant: string | null;
}

/** One thing to do. */
export type ExploreJob =
  & Search
  & (
    /** Play these worlds. */
    | { readonly kind: "play"; readonly indexes: readonly number[] }
    /** Make the least of one that fails. */
    | { readonly kind: "shrink"; readonly index: number; readonly invariant: InvariantName }
  );

/** What became of one world. */
export interface Played {
  readonly index: number;
  readonly breaches: readonly Breach[];
  readonly marks: readonly string[];
  readonly fingerprint: string;
}

/** What comes back. */
export type ExploreAnswer =
  | { readonly kind: "played"; readonly runs: readonly Played[] }
  | { readonly kind: "shrunk"; readonly finding: Finding };

/** Does jobs, one after the other. */
export class ExploreLane {
  readonly #explorer = new Explorer();
  #studio: Studio | null = null;

  /** Does a job. */
  async run(job: ExploreJob): Promise<ExploreAnswer> {
    return job.kind === "play"
      ? { kind: "played", runs: job.indexes.map((index) => this.#play(job, index)) }
      : { kind: "shrunk", finding: await this.#shrink(job) };
  }

  #play(search: Search, index: number): Played {
    const { breaches, marks, fingerprint } = this.#explorer.run(
      worldOf(search, index),
      search.fidelity,
    );
    return { index, breaches, marks, fingerprint };
  }

  async #shrink(job: Extract<ExploreJob, { kind: "shrink" }>): Promise<Finding> {
    const { fidelity, invariant, index } = job;
    const only = new Explorer(INVARIANTS.filter(({ name }) => name === invariant));
    const start = worldOf(job, index);
    const fails = (world: ExploredWorld) => only.run(world, fidelity).breaches[0]?.atS ?? null;
    const shrunk = shrink(start, fails);
    if (shrunk === null) throw new Error(`world ${index} broke ${invariant}, but does so no more`);
    const [breach] = only.run(shrunk.world, fidelity).breaches;
    const finding = findingOf({ search: job, breach: breach!, start, ...shrunk });
    return { ...finding, isVerified: await this.#failsAlike(finding) };
  }

  /** Whether the file does what it is kept for, played as everybody will play it. */
  async #failsAlike({ scenario, seed, fidelity }: Finding): Promise<boolean> {
    const studio = this.#studio ??= new Studio();
    const played = parseStreamScenario(scenario, scenario.name);
    const { verdict } = await playScenario(played, { seed, fidelity, studio });
    return verdict === "failed";
  }
}

/** What is said of a world that does not end. */
export function stuckRun(index: number, waitedS: number): Played {
  const message = `the world did not come to an end within ${waitedS} s`;
  return {
    index,
    breaches: [{ invariant: "nothing-throws", message, atS: 0 }],
    marks: [],
    fingerprint: "stuck",
  };
}

/** A finding of a world that does not end, or whose shrinking does not: as it was drawn. */
export function stuckFinding(
  job: Extract<ExploreJob, { kind: "shrink" }>,
  waitedS: number,
): Finding {
  const start = worldOf(job, job.index);
  const message = `no answer came within ${waitedS} s`;
  const breach = { invariant: job.invariant, message, atS: 0 };
  return { ...findingOf({ search: job, breach, start, world: start, runs: 0 }), isStuck: true };
}

/** The world of a run, with the bug that was asked for. */
export function worldOf({ seed, fidelity, plant }: Search, index: number): ExploredWorld {
  const world = drawWorld(seed, index, fidelity);
  const mutant = MUTANTS.find(({ name }) => name === plant);
  return mutant === undefined ? world : { ...world, scenario: planted(world.scenario, mutant) };
}
