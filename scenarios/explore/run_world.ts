/**
 * One world, played under watch and nothing else: no trace, no records, no report.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import type { Engine } from "../../server/streaming/engine/mod.ts";
import { PassThroughEngine } from "../../server/streaming/engine/pass_through.ts";
import { loraCatalog } from "../../server/streaming/loras.ts";
import { Performance } from "../performance.ts";
import type { Fidelity } from "../result.ts";
import { Shelf } from "../shelf.ts";
import { simStage } from "../sim_stage.ts";
import type { Invariant } from "./checker.ts";
import type { ExploredWorld } from "./generate/world.ts";
import { type Breach, InvariantWatch } from "./watch.ts";

/** What became of one world. */
export interface Outcome {
  /** The first breach of each invariant that was broken. */
  readonly breaches: readonly Breach[];
  /** Every mark that was hit. */
  readonly marks: ReadonlySet<string>;
  /** Differs when the run does. */
  readonly fingerprint: string;
}

/** What runs of one process share. */
export class Explorer {
  readonly #shelves: Readonly<Record<Fidelity, Shelf>> = {
    timing: new Shelf("timing", (clip) => ({ vocals: clip, instruments: clip })),
    full: new Shelf("full", (clip) => ({ vocals: clip, instruments: clip })),
  };
  readonly #invariants: readonly Invariant[] | undefined;

  /** Watches over all invariants, or those that are given. */
  constructor(invariants?: readonly Invariant[]) {
    this.#invariants = invariants;
  }

  /** Plays a world to its end, and the world after it to its rest. */
  run({ scenario, seed }: ExploredWorld, fidelity: Fidelity): Outcome {
    const rng = new Rng(seed);
    const shelf = this.#shelves[fidelity];
    let performance: Performance | null = null;
    const watch = new InvariantWatch({
      scenario,
      fidelity,
      client: () => performance!.client,
      ...(this.#invariants === undefined ? {} : { invariants: this.#invariants }),
    });
    const stage = simStage(scenario, {
      fidelity,
      rng,
      shelf,
      loraCatalog: CATALOG,
      createEngine,
      tap: watch,
    });
    performance = new Performance({
      scenario,
      stage,
      fidelity,
      rng,
      shelf,
      watch: () => ({ watcher: watch, observer: watch, onStep: (step) => watch.onStep(step) }),
    });
    performance.client.open();
    stage.drive(performance);
    const clock = stage.clock as VirtualClock;
    watch.rest((limitS) => clock.step(limitS));
    return { breaches: watch.breaches, marks: watch.marks, fingerprint: watch.fingerprint };
  }
}

const CATALOG = loraCatalog();

/** Audio that differs from the source as little as it may: what is checked is its way, not its sound. */
function createEngine(): Engine {
  return new PassThroughEngine();
}
