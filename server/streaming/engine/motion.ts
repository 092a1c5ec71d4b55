/**
 * The built-in engine: real audio from the source, its knobs and its prompts, without a model.
 *
 * @module
 */
import type { Clock } from "../../../runtime/clock.ts";
import type { AudioClip, ControlState, Engine, RenderRequest, StemMode } from "./engine.ts";
import type { RenderResult } from "./engine.ts";
import { MotionBank, type SourcePart } from "./motion/bank.ts";
import {
  limit,
  LIMIT_FROM,
  mixTerms,
  prepareAhead,
  prepareTerms,
  type Term,
} from "./motion/mix.ts";
import { planOf } from "./motion/plan.ts";
import { checkWindow } from "./window.ts";

export { LORA_COLOURS, MotionBank, type MotionBankOptions } from "./motion/mod.ts";
export { splitStems, splitStemsGently, splitStemsInto, type StemPair } from "./motion/mod.ts";

/** What a {@link MotionEngine} may be given. */
export interface MotionOptions {
  /** Rendered layers, shared with other engines; a bank of its own by default. */
  readonly bank?: MotionBank;
  /** Measures what a window costs; without it windows are reported as free. */
  readonly clock?: Pick<Clock, "now">;
}

/**
 * The source resynthesised under the knobs: a weighted sum of layers, each a pure function of the
 * source and of what it is called (a prompt and seed, a colour, a band…). A sample depends on its place
 * in the buffer and on the control state alone: windows fit together without a step wherever they
 * begin, and the same state gives the same bytes. At denoise 0 it is the source.
 *
 * @example
 * ```ts
 * import { synthSource } from "../../../fixtures/mod.ts";
 * import { MotionEngine } from "./motion.ts";
 *
 * const engine = new MotionEngine();
 * engine.load(synthSource({ seconds: 2 }), "full");
 * const out = new Float32Array(2 * 1920);
 * const state = {
 *   knobs: { denoise: 0.7 },
 *   prompt: "warm strings",
 *   promptB: "warm strings",
 *   promptBlend: 0,
 *   loras: [],
 *   timbre: null,
 *   timbreStrength: 0,
 *   structure: null,
 * };
 * engine.render({ startSample: 0, frames: 1920, state, out }, () => console.log("rendered"));
 * ```
 */
export class MotionEngine implements Engine {
  /** Its name in logs and reports. */
  readonly name = "motion";
  readonly #bank: MotionBank;
  readonly #clock: Pick<Clock, "now"> | null;
  #source: AudioClip | null = null;
  #part: SourcePart | null = null;
  #plans = new WeakMap<ControlState, readonly Term[]>();

  /** An engine without a source. */
  constructor(options: MotionOptions = {}) {
    this.#bank = options.bank ?? new MotionBank();
    this.#clock = options.clock ?? null;
  }

  /** Takes a source, whose samples must not change; one without samples (timing) is only measured. */
  load(source: AudioClip, stemMode: StemMode): void {
    this.#source = source;
    this.#part = source.audio.length === 0 ? null : this.#bank.open(source, stemMode);
    this.#plans = new WeakMap();
  }

  /**
   * Renders every layer that the states need, whole, so that no window has to wait for one. More than
   * the bank holds is rendered again when its turn comes.
   */
  prepare(states: Iterable<ControlState>): void {
    if (this.#part === null) return;
    for (const state of states) {
      prepareTerms(this.#planOf(state, this.#part), 0, this.#part.base.frames);
    }
  }

  /** Makes a window and calls `done` before it returns. */
  render(request: RenderRequest, done: (result: RenderResult) => void): void {
    if (request.out.length === 0 || this.#part === null) {
      done({ tickMs: 0, decMs: 0 });
      return;
    }
    checkWindow(this.#source, request);
    const { startSample, frames, out } = request;
    const beganS = this.#now();
    const terms = this.#planOf(request.state, this.#part);
    prepareTerms(terms, startSample, frames);
    prepareAhead(terms, startSample + frames);
    const renderedS = this.#now();
    const bound = mixTerms(terms, startSample, frames, out);
    const isSource = terms.length === 1 && terms[0]!.layer === this.#part.base &&
      terms[0]!.weight === 1;
    if (isSource ? this.#part.needsLimit : bound > LIMIT_FROM) limit(out);
    done({ tickMs: (renderedS - beganS) * 1000, decMs: (this.#now() - renderedS) * 1000 });
  }

  /** Forgets the source; the bank keeps its layers for others. */
  dispose(): void {
    this.#source = null;
    this.#part = null;
  }

  #planOf(state: ControlState, part: SourcePart): readonly Term[] {
    let plan = this.#plans.get(state);
    if (plan === undefined) this.#plans.set(state, plan = planOf(state, part));
    return plan;
  }

  #now(): number {
    return this.#clock?.now() ?? 0;
  }
}
