import type { Clock, Timer } from "../../../../runtime/mod.ts";

/**
 * How much chatter is read within a second. What is beyond it waits in the pipe, where it costs
 * nobody anything; at some point the process waits, too.
 */
export class ReadBudget {
  readonly #clock: Clock;
  readonly #bytesPerS: number;
  readonly #setPaused: (isPaused: boolean) => void;
  #secondEndsS = -Infinity;
  #spent = 0;
  #pause: Timer | null = null;

  /** A whole second's worth is there. */
  constructor(clock: Clock, bytesPerS: number, setPaused: (isPaused: boolean) => void) {
    this.#clock = clock;
    this.#bytesPerS = bytesPerS;
    this.#setPaused = setPaused;
  }

  /** Some bytes were read. */
  spend(bytes: number): void {
    const nowS = this.#clock.now();
    if (nowS >= this.#secondEndsS) {
      this.#secondEndsS = nowS + 1;
      this.#spent = 0;
    }
    this.#spent += bytes;
    if (this.#spent <= this.#bytesPerS || this.#pause !== null) return;
    this.#setPaused(true);
    this.#pause = this.#clock.at(this.#secondEndsS, () => this.release());
  }

  /** Reads on, if it had stopped. */
  release(): void {
    if (this.#pause === null) return;
    this.#pause.cancel();
    this.#pause = null;
    this.#setPaused(false);
  }
}
