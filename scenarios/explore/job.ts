/**
 * What one lane of a search does: plays worlds, and shrinks those that fail. Plain data in and out,
 * so that a lane may be a worker.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { parseStreamScenario } from "../define.ts";
import type { Fidelity } from "../result.ts";
import { playScenario } from "../run.ts";
import { Studio } from "../studio.ts";
import type { AnyScenario } from "../types.ts";
import type { Invariant } from "./checker.ts";
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

/** Play these worlds. */
export type PlayJob = Search & { readonly kind: "play"; readonly indexes: readonly number[] };

/** Make the least of one that fails. */
export type ShrinkJob = Search & {
  readonly kind: "shrink";
  readonly index: number;
  readonly invariant: InvariantName;
};

/** Play a scenario that failed once, with the seed that it failed with. */
export interface ReplayJob {
  readonly kind: "replay";
  readonly scenario: AnyScenario;
  readonly seed: number;
  readonly fidelity: Fidelity;
}

/** One thing to do. */
export type ExploreJob = PlayJob | ShrinkJob | ReplayJob;

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
  | { readonly kind: "shrunk"; readonly finding: Finding }
  /** Why the scenario does not pass; null when it does. */
  | { readonly kind: "replayed"; readonly problem: string | null };

/** What is said of a scenario that does what it was kept for. */
const STILL_FAILS = "still fails";

/** Does jobs, one after the other. */
export class ExploreLane {
  readonly #explorer: Explorer;
  #studio: Studio | null = null;

  /** Watches over all invariants, or those that are given. */
  constructor(invariants?: readonly Invariant[]) {
    this.#explorer = new Explorer(invariants);
  }

  /** Does a job. */
  async run(job: ExploreJob): Promise<ExploreAnswer> {
    switch (job.kind) {
      case "play":
        return { kind: "played", runs: job.indexes.map((index) => this.#play(job, index)) };
      case "shrink":
        return { kind: "shrunk", finding: await this.#shrink(job) };
      case "replay":
        return { kind: "replayed", problem: await this.#problemOf(job) };
    }
  }

  #play(search: Search, index: number): Played {
    const { breaches, marks, fingerprint } = this.#explorer.run(
      worldOf(search, index),
      search.fidelity,
    );
    return { index, breaches, marks, fingerprint };
  }

  async #shrink(job: ShrinkJob): Promise<Finding> {
    const { fidelity, invariant, index } = job;
    const start = worldOf(job, index);
    // One checker costs less than all of them. But a run ends when its checkers are quiet: what broke
    // after that does so in their company only.
    const alone = new Explorer(INVARIANTS.filter(({ name }) => name === invariant));
    for (const explorer of [alone, this.#explorer]) {
      const breachIn = (world: ExploredWorld) =>
        explorer.run(world, fidelity).breaches.find((breach) => breach.invariant === invariant);
      const shrunk = shrink(start, (world) => breachIn(world)?.atS ?? null);
      if (shrunk === null) continue;
      const breach = breachIn(shrunk.world)!;
      const finding = findingOf({ search: job, breach, start, ...shrunk });
      return { ...finding, isVerified: await this.#failsAlike(finding) };
    }
    const message = "it was broken once, and was not when the world was played again";
    const breach = { invariant, message, atS: 0 };
    return findingOf({ search: job, breach, start, world: start, runs: 2 });
  }

  /** Whether the file does what it is kept for, played as everybody will play it. */
  async #failsAlike({ scenario, seed, fidelity }: Finding): Promise<boolean> {
    const played = parseStreamScenario(scenario, scenario.name);
    return await this.#problemOf({ scenario: played, seed, fidelity }) === STILL_FAILS;
  }

  async #problemOf(given: Omit<ReplayJob, "kind">): Promise<string | null> {
    const { scenario, ...options } = given;
    const studio = this.#studio ??= new Studio();
    try {
      const { verdict, reason } = await playScenario(scenario, { ...options, studio });
      if (verdict === "passed") return null;
      return verdict === "failed" ? STILL_FAILS : `cannot be judged: ${reason}`;
    } catch (error) {
      return `cannot be played: ${errorMessage(error)}`;
    }
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
  job: ShrinkJob,
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
