/**
 * One world, played under watch and nothing else: no trace, no records, no report.
 *
 * @module
 */
import type { AudioClip } from "../../audio/clip.ts";
import { Rng, type VirtualClock } from "../../runtime/mod.ts";
import type { Engine } from "../../server/streaming/engine/mod.ts";
import { PassThroughEngine } from "../../server/streaming/engine/pass_through.ts";
import type { StemPair } from "../../server/streaming/library.ts";
import { loraCatalog } from "../../server/streaming/loras.ts";
import { Performance } from "../performance.ts";
import type { Fidelity } from "../result.ts";
import { Shelf } from "../shelf.ts";
import { simStage } from "../sim_stage.ts";
import type { SourceSpec } from "../types.ts";
import type { Invariant } from "./checker.ts";
import type { ExploredWorld } from "./generate/world.ts";
import { type Breach, InvariantWatch } from "./watch.ts";

/** What became of one world. */
export interface Outcome {
  /** The first breach of each invariant that was broken. */
  readonly breaches: readonly Breach[];
  /** Every mark that was hit. */
  readonly marks: readonly string[];
  /** Differs when the run does. */
  readonly fingerprint: string;
}

/** What runs of one process share. */
export class Explorer {
  readonly #shelves: Readonly<Record<Fidelity, Shelf>> = {
    timing: new Shelf("timing", unsplit),
    full: new KeepingShelf("full", unsplit),
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
      comparesMirrors: false,
    });
    performance = new Performance({
      scenario,
      stage,
      fidelity,
      rng,
      shelf,
      watch: () => ({
        watcher: watch,
        observer: watch,
        onStep: (step) => watch.onStep(step),
        onOver: () => watch.finish(),
      }),
    });
    try {
      performance.client.open();
      stage.drive(performance);
      const clock = stage.clock as VirtualClock;
      watch.rest((limitS) => clock.step(limitS));
    } catch (error) {
      watch.onThrown(error);
    }
    return { breaches: watch.breaches, marks: watch.marks, fingerprint: watch.fingerprint };
  }
}

/** Stems are told apart by nobody here. */
function unsplit(clip: AudioClip): StemPair {
  return { vocals: clip, instruments: clip };
}

/** Most sources that are kept. */
const KEPT_CLIPS = 64;

/** Makes each source once: runs ask for the same few again and again. */
class KeepingShelf extends Shelf {
  readonly #clips = new Map<string, AudioClip>();

  override clip(spec: SourceSpec): AudioClip {
    const { stems: _, ...rest } = spec;
    const key = JSON.stringify(rest);
    let clip = this.#clips.get(key);
    if (clip === undefined) {
      clip = super.clip(spec);
      if (this.#clips.size >= KEPT_CLIPS) this.#clips.clear();
      this.#clips.set(key, clip);
    }
    return clip;
  }
}

const CATALOG = loraCatalog();

/** Audio that differs from the source as little as it may: what is checked is its way, not its sound. */
function createEngine(): Engine {
  return new PassThroughEngine();
}
