import { clearImmediate, setImmediate } from "node:timers";
import { type Clock, sleepOn, type Timer } from "./clock.ts";

/** The longest delay that a host timer takes, in ms; longer ones are set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Below this, in ms, a host timer is too coarse: it counts whole milliseconds, and takes up to two even
 * for none. What is left of the wait is spent in turns of the loop, in which others may work. More of it
 * would be more punctual, and cost a sleeping process more than the wait is worth.
 */
const LEAST_TIMER_MS = 0.3;

/**
 * Of longer waits, in ms, host timers leave out the fraction, so that the process wakes up once more for
 * it. Ticks are shorter; for the rest it is rounded up.
 */
const COARSE_MS = 100;

/** Real time: monotonic, with host timers. */
export class WallClock implements Clock {
  /** Monotonic seconds since the process started. */
  now(): number {
    return performance.now() / 1000;
  }

  /** Seconds since the Unix epoch. */
  unixS(): number {
    return Date.now() / 1000;
  }

  /** Calls `fn` once, `delayS` seconds from now. */
  after(delayS: number, fn: () => void): Timer {
    return this.at(this.now() + Math.max(0, delayS), fn);
  }

  /**
   * Calls `fn` once at `timeS`, never before it: host timers may fire up to a millisecond early,
   * and a deadline met early would be a tick too many.
   */
  at(timeS: number, fn: () => void): Timer {
    let cancel = () => {};
    const arm = () => {
      const leftMs = (timeS - this.now()) * 1000;
      if (leftMs < LEAST_TIMER_MS) {
        const turn = setImmediate(onTime);
        cancel = () => clearImmediate(turn);
      } else {
        const waitMs = leftMs < COARSE_MS ? leftMs : Math.ceil(leftMs);
        const timer = setTimeout(onTime, Math.min(MAX_TIMER_MS, waitMs));
        cancel = () => clearTimeout(timer);
      }
    };
    const onTime = () => {
      if (this.now() < timeS) arm();
      else fn();
    };
    arm();
    return { cancel: () => cancel() };
  }

  /** Resolves `delayS` seconds from now. */
  sleep(delayS: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return sleepOn(this, delayS, options);
  }
}
