/**
 * Work that takes much memory, a few pieces at a time.
 *
 * @module
 */
import { ToolError } from "./errors.ts";

/** What a {@link Lanes} is made of. */
export interface LanesOptions {
  /** What is done there, for messages: `sound files are read`. */
  readonly what: string;
  /** Pieces of work at a time, at least 1. */
  readonly lanes: number;
  /** Most that wait for their turn; the next one is refused. */
  readonly mostWaiting: number;
}

/** A few pieces of work at a time; the others wait in the order in which they came. */
export class Lanes {
  readonly #options: LanesOptions;
  #busy = 0;
  #waiting: (() => void)[] = [];

  /** Nothing is at work. */
  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /** Pieces of work that are under way. */
  get busy(): number {
    return this.#busy;
  }

  /** Those that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Does a piece of work when its turn comes.
   *
   * @throws {ToolError} when too many wait already, or the signal aborts before its turn; and whatever
   * the work throws.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Whoever waits takes the lane over, so that nobody who comes now is faster.
      if (next === undefined) this.#busy--;
      else next();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const { what, lanes, mostWaiting } = this.#options;
    if (this.#busy < lanes) {
      this.#busy++;
      return;
    }
    if (this.#waiting.length >= mostWaiting) {
      throw new ToolError(
        `${lanes} ${what} already, and ${mostWaiting} wait; call again in a moment`,
      );
    }
    const turn = Promise.withResolvers<void>();
    const onAbort = () => {
      this.#waiting = this.#waiting.filter((other) => other !== turn.resolve);
      turn.reject(new ToolError("the call was cancelled"));
    };
    this.#waiting.push(turn.resolve);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    await turn.promise.finally(() => signal.removeEventListener("abort", onAbort));
  }
}
