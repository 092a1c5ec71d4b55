import type { Clock, Timer } from "../../../runtime/mod.ts";

/** Seconds that an answer may take which somebody else brings. */
export const LATER_S = 120;

/** Turns whose answers come by another road, such as a kernel's bus: each is answered or given up. */
export class LaterTurns {
  readonly #clock: Clock;
  readonly #onGivenUp: () => void;
  readonly #timers: Timer[] = [];
  /** Whether the turn that is being handed over has its answer already. */
  #isEarly = false;

  /** None waits; `onGivenUp` is told of each that gets no answer. */
  constructor(clock: Clock, onGivenUp: () => void) {
    this.#clock = clock;
    this.#onGivenUp = onGivenUp;
  }

  /** A turn is being handed over; its answer may be quicker than the word that it was taken. */
  begin(): void {
    this.#isEarly = false;
  }

  /** A turn was handed over. */
  add(): void {
    if (this.#isEarly) return;
    const timer = this.#clock.after(LATER_S, () => {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      this.#onGivenUp();
    });
    this.#timers.push(timer);
  }

  /** An answer has come: it is that of the turn that has waited longest. */
  answered(): void {
    const timer = this.#timers.shift();
    timer?.cancel();
    if (timer === undefined) this.#isEarly = true;
  }

  /** Waits for none of them any more; gives back how many there were. */
  callOff(): number {
    for (const timer of this.#timers) timer.cancel();
    return this.#timers.splice(0).length;
  }
}
