/**
 * Clocks with names: each is the one clock of the server, and counts what its owner's timers do. So it
 * is known whose timers keep the process busy, without its owner doing anything for it.
 *
 * @module
 */
import { type Clock, sleepOn, type Timer } from "../../../runtime/mod.ts";
import type { WorkBoard } from "./work_board.ts";

/** What the timers of one owner have done. Names are those of the wire. */
export interface TimerFacts {
  readonly name: string;
  /** Timers that wait. */
  readonly armed: number;
  readonly runs: number;
  readonly lastMs: number;
  readonly totalMs: number;
}

/** A timer that took so long is noted as work, seconds. */
const NOTED_S = 0.005;

interface Count {
  armed: number;
  runs: number;
  lastS: number;
  totalS: number;
}

/** The clocks of a server. */
export class CountedClocks {
  readonly #base: Clock;
  readonly #work: WorkBoard;
  readonly #counts = new Map<string, Count>();

  /** Over the clock of the server; what takes long is noted on `work`. */
  constructor(base: Clock, work: WorkBoard) {
    this.#base = base;
    this.#work = work;
  }

  /** The clock of an owner. Two of the same name are counted as one. */
  named(name: string): Clock {
    const base = this.#base;
    let count = this.#counts.get(name);
    if (count === undefined) {
      this.#counts.set(name, count = { armed: 0, runs: 0, lastS: 0, totalS: 0 });
    }
    const arm = (start: (fn: () => void) => Timer, fn: () => void) =>
      this.#arm(name, count, start, fn);
    const clock: Clock = {
      now: () => base.now(),
      unixS: () => base.unixS(),
      after: (delayS, fn) => arm((run) => base.after(delayS, run), fn),
      at: (timeS, fn) => arm((run) => base.at(timeS, run), fn),
      sleep: (delayS, options) => sleepOn(clock, delayS, options),
    };
    return clock;
  }

  /** What the timers of each owner have done. */
  list(): TimerFacts[] {
    const ms = (seconds: number) => Math.round(seconds * 1e4) / 10;
    return [...this.#counts].map(([name, { armed, runs, lastS, totalS }]) => ({
      ...{ name, armed, runs },
      lastMs: ms(lastS),
      totalMs: ms(totalS),
    }));
  }

  #arm(name: string, count: Count, start: (fn: () => void) => Timer, fn: () => void): Timer {
    count.armed++;
    let isArmed = true;
    const disarm = () => {
      if (isArmed) count.armed--;
      isArmed = false;
    };
    const timer = start(() => {
      disarm();
      count.runs++;
      const beganS = this.#base.now();
      try {
        fn();
      } finally {
        const tookS = this.#base.now() - beganS;
        count.lastS = tookS;
        count.totalS += tookS;
        if (tookS >= NOTED_S) {
          const endedS = this.#base.unixS();
          this.#work.note({ what: `timer of ${name}`, startedS: endedS - tookS, endedS });
        }
      }
    });
    return {
      cancel: () => {
        disarm();
        timer.cancel();
      },
    };
  }
}
