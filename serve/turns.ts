/**
 * The requests of one connection, one at a time. HTTP lets a peer send many before it reads the first
 * answer; without a limit one connection could fill the memory and leave no turn to the others.
 *
 * @module
 */
import type { Clock, Timer } from "../runtime/mod.ts";

/** Most requests of one connection that wait behind the one that is answered. */
export const MAX_WAITING = 32;

/** Whose turn it is on one connection. */
export class Turns {
  readonly #clock: Clock;
  #isBusy = false;
  #waiting: (() => void)[] = [];
  #next: Timer | null = null;

  /** Nothing is asked yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Requests that are not answered yet. */
  get count(): number {
    return this.#waiting.length + Number(this.#isBusy);
  }

  /** Starts a request as soon as those before it are answered; false when too many wait already. */
  take(start: () => void): boolean {
    if (!this.#isBusy) {
      this.#isBusy = true;
      start();
      return true;
    }
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(start);
    return true;
  }

  /** The request that was started is answered. Others, and timers, come before the next one. */
  done(): void {
    const start = this.#waiting.shift();
    this.#isBusy = start !== undefined;
    if (start === undefined) return;
    this.#next = this.#clock.after(0, () => start());
  }

  /** The connection is gone: nothing more starts. */
  clear(): void {
    this.#waiting = [];
    this.#next?.cancel();
  }
}
