/**
 * What runs of one process share: rendered audio, split stems, and how a simulated stage is set up.
 *
 * @module
 */
import type { Rng } from "../runtime/mod.ts";
import { MotionBank, MotionEngine, splitStems } from "../server/streaming/engine/mod.ts";
import { loraCatalog } from "../server/streaming/loras.ts";
import { prepareSource } from "../server/streaming/mod.ts";
import { controlStates } from "./control_states.ts";
import type { Fidelity } from "./result.ts";
import type { Scenario } from "./types.ts";
import { Shelf } from "./shelf.ts";
import { simStage } from "./sim_stage.ts";
import type { Stage } from "./stage.ts";
import type { WorldTap } from "./world_tap.ts";

/** Most bytes of rendered audio that are kept. */
const BANK_BYTES = 768 * 2 ** 20;

/** Shared by the runs of one process; what it keeps is the same to the bit as made anew. */
export class Studio {
  readonly #bank = new MotionBank({ maxBytes: BANK_BYTES });
  readonly #shelves = {
    full: new Shelf("full", splitStems),
    timing: new Shelf("timing", splitStems),
  };

  /** The audio that scenarios ask for. */
  shelf(fidelity: Fidelity): Shelf {
    return this.#shelves[fidelity];
  }

  /** Sets the simulated target up. */
  simStage(scenario: Scenario, fidelity: Fidelity, rng: Rng, tap?: WorldTap): Stage {
    return simStage(scenario, {
      fidelity,
      rng,
      shelf: this.shelf(fidelity),
      loraCatalog: loraCatalog(),
      createEngine: () => new MotionEngine({ bank: this.#bank }),
      ...(tap === undefined ? {} : { tap }),
    });
  }

  /**
   * Renders what the scenario's control states sound like, whole, before its clock starts. What no
   * one foresaw (a prompt from outside, say) is rendered when it is needed, and sounds the same.
   */
  prepare(scenario: Scenario): void {
    const shelf = this.shelf("full");
    const known = new Set(shelf.tracks.map((track) => track.name));
    for (const { source, stemMode, seamFade, states } of controlStates(scenario)) {
      // A fixture that nobody has is what some scenarios are about.
      if ("fixture" in source && !known.has(source.fixture)) continue;
      const engine = new MotionEngine({ bank: this.#bank });
      engine.load(prepareSource(shelf.clip(source), { seamFade }), stemMode);
      engine.prepare(states);
      engine.dispose();
    }
  }
}
