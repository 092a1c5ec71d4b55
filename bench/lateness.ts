/**
 * How late timers come, which tells how busy a loop is.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import { quantileOf } from "./rounds.ts";

/** What a {@link LatenessMeter} says, milliseconds. */
export interface Lateness {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Collects how late timers came. */
export class LatenessMeter {
  #valuesS: number[] = [];

  /** A timer came so much later than it was due. */
  add(lateS: number): void {
    this.#valuesS.push(lateS);
  }

  /** What came since the last time; zeros if nothing did. */
  take(): Lateness {
    const values = this.#valuesS;
    this.#valuesS = [];
    if (values.length === 0) return { p50Ms: 0, p99Ms: 0 };
    return { p50Ms: quantileOf(values, 0.5) * 1000, p99Ms: quantileOf(values, 0.99) * 1000 };
  }
}

/** The same clock; `meter` learns how late its timers come. */
export function watchedClock(clock: Clock, meter: LatenessMeter): Clock {
  const at: Clock["at"] = (timeS, fn) =>
    clock.at(timeS, () => {
      meter.add(clock.now() - timeS);
      fn();
    });
  return {
    now: () => clock.now(),
    unixS: () => clock.unixS(),
    at,
    after: (delayS, fn) => at(clock.now() + Math.max(0, delayS), fn),
    sleep: (delayS, options) => clock.sleep(delayS, options),
  };
}

/** Sets a timer every `everyS` seconds for as long as the process lives, for `meter` to learn from. */
export function watchLoop(clock: Clock, everyS: number, meter: LatenessMeter): void {
  let dueS = clock.now() + everyS;
  const tick = () => {
    const nowS = clock.now();
    meter.add(nowS - dueS);
    dueS = Math.max(dueS + everyS, nowS);
    clock.at(dueS, tick);
  };
  clock.at(dueS, tick);
}
