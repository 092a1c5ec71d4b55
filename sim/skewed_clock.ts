import { type Clock, sleepOn, type Timer } from "../runtime/clock.ts";
import { skewAdvance, skewInverse, type SkewModel } from "./skew.ts";

/**
 * A clock that runs too fast or too slow against another one, from the moment it is made.
 *
 * @example
 * ```ts
 * import { SkewedClock } from "./skewed_clock.ts";
 * import { VirtualClock } from "../runtime/virtual_clock.ts";
 *
 * const world = new VirtualClock();
 * const device = new SkewedClock(world, { type: "ppm", ppm: 100_000 });
 * world.runUntil(10);
 * console.log(device.now()); // 11
 * ```
 */
export class SkewedClock implements Clock {
  readonly #base: Clock;
  readonly #model: SkewModel;
  readonly #originS: number;

  /** Shows what `base` shows at this moment, and goes its own way from then on. */
  constructor(base: Clock, model: SkewModel) {
    this.#base = base;
    this.#model = model;
    this.#originS = base.now();
  }

  /** Skewed seconds. */
  now(): number {
    return this.#originS + skewAdvance(this.#model, this.#base.now() - this.#originS);
  }

  /** Seconds since the Unix epoch, skewed alike. */
  unixS(): number {
    return this.#base.unixS() + (this.now() - this.#base.now());
  }

  /** Calls `fn` once, `delayS` skewed seconds from now. */
  after(delayS: number, fn: () => void): Timer {
    return this.at(this.now() + Math.max(0, delayS), fn);
  }

  /** Calls `fn` once when this clock shows `timeS`, to within rounding. */
  at(timeS: number, fn: () => void): Timer {
    return this.#base.at(this.#originS + skewInverse(this.#model, timeS - this.#originS), fn);
  }

  /** Resolves `delayS` skewed seconds from now. */
  sleep(delayS: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return sleepOn(this, delayS, options);
  }
}

/** The skewed clock of a model, or the clock itself without one. */
export function skewedClock(base: Clock, model: SkewModel | undefined): Clock {
  return model === undefined ? base : new SkewedClock(base, model);
}
