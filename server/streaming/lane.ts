/**
 * Changes that are ready in another order than they were asked for, and take effect in this one.
 *
 * @module
 */

/** Takes its turn, once: the work is done when all turns before have been taken. */
export type TakeTurn = (work: () => void) => void;

/** Changes of one thing, one after the other. */
export class Lane {
  /** Those that have not been done: null as long as nobody knows what is to be done. */
  readonly #turns: { work: (() => void) | null }[] = [];
  #isClosed = false;

  /** The next place in the order. */
  enter(): TakeTurn {
    const turn: { work: (() => void) | null } = { work: null };
    this.#turns.push(turn);
    return (work) => {
      turn.work = work;
      this.#advance();
    };
  }

  /** Does nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#turns.length = 0;
  }

  #advance(): void {
    while (!this.#isClosed) {
      const work = this.#turns[0]?.work;
      if (!work) return;
      this.#turns.shift();
      work();
    }
  }
}
