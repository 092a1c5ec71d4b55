import type { Clock, Timer } from "../../runtime/clock.ts";
import { Meter } from "./meter.ts";

/** Part of an interval by which rounding may put a tick before its deadline. */
const EARLY_SHARE = 1e-6;

/**
 * Ticks at the deadlines `start + k / hz`. A late tick is not made up for: the deadlines that have
 * passed are skipped, so ticks never come in bunches.
 */
export class TickLoop {
  readonly #clock: Clock;
  readonly #hz: number;
  readonly #tick: () => void;
  readonly #lateness = new Meter();
  #originS = 0;
  #index = 0;
  #skipped = 0;
  #timer: Timer | null = null;

  /** A loop that stands still. */
  constructor(clock: Clock, hz: number, tick: () => void) {
    this.#clock = clock;
    this.#hz = hz;
    this.#tick = tick;
  }

  /** How late ticks were, in seconds. */
  get lateness(): Meter {
    return this.#lateness;
  }

  /** Deadlines that passed without a tick. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Begins with a tick in an event of its own; does nothing if it runs already. */
  start(): void {
    if (this.#timer !== null) return;
    this.#originS = this.#clock.now();
    this.#index = 0;
    this.#arm();
  }

  /** Ends it. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(): void {
    this.#timer = this.#clock.at(this.#originS + this.#index / this.#hz, this.#onTimer);
  }

  readonly #onTimer = (): void => {
    const elapsedS = this.#clock.now() - this.#originS;
    this.#lateness.add(Math.max(0, elapsedS - this.#index / this.#hz));
    const next = Math.floor(elapsedS * this.#hz + EARLY_SHARE) + 1;
    this.#skipped += Math.max(0, next - this.#index - 1);
    this.#index = Math.max(next, this.#index + 1);
    this.#arm();
    this.#tick();
  };
}
