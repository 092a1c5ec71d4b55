import { type Clock, sleepOn, type Timer } from "./clock.ts";

/** The longest delay that a host timer takes, in ms; longer ones are set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

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
    let handle: ReturnType<typeof setTimeout>;
    const arm = () => {
      const leftMs = (timeS - this.now()) * 1000;
      handle = setTimeout(() => {
        if (this.now() < timeS) arm();
        else fn();
      }, Math.min(MAX_TIMER_MS, Math.max(0, leftMs)));
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }

  /** Resolves `delayS` seconds from now. */
  sleep(delayS: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return sleepOn(this, delayS, options);
  }
}
