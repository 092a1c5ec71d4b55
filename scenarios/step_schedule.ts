import type { Clock, Timer } from "../runtime/mod.ts";

/** When a step happens: at a time, or when something has happened and so many seconds after. */
export interface Scheduled {
  readonly atS?: number;
  readonly when?: unknown;
  readonly afterS?: number;
}

/** What a schedule works with. */
export interface StepScheduleOptions<S extends Scheduled> {
  readonly steps: readonly S[];
  readonly clock: Clock;
  /** Whether what a step waits for has happened. */
  readonly holds: (step: S) => boolean;
  readonly carryOut: (step: S) => void;
}

/** Steps at their times, or when their condition holds; each once. */
export class StepSchedule<S extends Scheduled> {
  readonly #options: StepScheduleOptions<S>;
  #waiting: S[] = [];
  #timers: Timer[] = [];
  #stopped = false;

  /** A schedule that has not begun. */
  constructor(options: StepScheduleOptions<S>) {
    this.#options = options;
  }

  /** The times of the steps count from now on. */
  begin(): void {
    const { steps, clock } = this.#options;
    const startS = clock.now();
    for (const step of steps) {
      if (step.atS === undefined) this.#waiting.push(step);
      else this.#timers.push(clock.at(startS + step.atS, () => this.#carryOut(step)));
    }
  }

  /** Something changed: carries out the steps whose condition holds now. */
  look(): void {
    if (this.#waiting.length === 0 || this.#stopped) return;
    const due = this.#waiting.filter((step) => this.#options.holds(step));
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((step) => !due.includes(step));
    for (const step of due) this.later(step.afterS ?? 0, () => this.#carryOut(step));
  }

  /** Does something after a while, unless the schedule has been stopped by then. */
  later(delayS: number, fn: () => void): void {
    this.#timers.push(this.#options.clock.after(delayS, fn));
  }

  /** Carries nothing more out. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#waiting = [];
  }

  #carryOut(step: S): void {
    if (!this.#stopped) this.#options.carryOut(step);
  }
}
