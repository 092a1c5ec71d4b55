/**
 * A wall clock whose time can be put forward, for tests that come back later.
 *
 * @module
 */
import { type Clock, type Timer, WallClock } from "../../runtime/mod.ts";

/** The clock. What was to happen in so many seconds still takes them. */
export class ShiftedClock implements Clock {
  readonly #wall = new WallClock();
  #shiftS = 0;

  /** From now on it is so much later. */
  goForward(seconds: number): void {
    this.#shiftS += seconds;
  }

  now(): number {
    return this.#wall.now() + this.#shiftS;
  }

  unixS(): number {
    return this.#wall.unixS() + this.#shiftS;
  }

  after(delayS: number, fn: () => void): Timer {
    return this.#wall.after(delayS, fn);
  }

  at(timeS: number, fn: () => void): Timer {
    return this.#wall.at(timeS - this.#shiftS, fn);
  }

  sleep(delayS: number, options?: { signal?: AbortSignal }): Promise<void> {
    return this.#wall.sleep(delayS, options);
  }
}
