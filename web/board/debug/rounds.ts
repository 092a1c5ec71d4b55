/**
 * Asks again and again while somebody looks. A question that is not answered is not asked again: a
 * server that is slow gets no more to do by being watched.
 *
 * @module
 */
import type { FeedClock } from "../live_stream.ts";

/** How often is asked, seconds. */
export const EVERY_S = 2;

/** What is asked, and of whom. */
export interface RoundsOptions {
  readonly clock: FeedClock;
  /** Whether anybody sees the page. */
  isSeen(): boolean;
  /** Asks, and shows what is answered. */
  ask(): Promise<void>;
  /** Told in each round in which an answer is still missing. */
  onLate(waitedS: number): void;
}

/** The rounds. */
export class Rounds {
  readonly #options: RoundsOptions;
  #timer: { cancel(): void } | null = null;
  #askedS: number | null = null;
  #isOn = false;

  /** Asks nothing yet. */
  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Whether it asks, or would if the page were seen. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins, now. */
  start(): void {
    this.#isOn = true;
    this.look();
  }

  /** Asks no more. */
  stop(): void {
    this.#isOn = false;
    this.#timer?.cancel();
  }

  /** A round; also to be called when the page comes into sight or goes out of it. */
  look(): void {
    const { clock, isSeen, onLate } = this.#options;
    this.#timer?.cancel();
    if (!this.#isOn || !isSeen()) return;
    if (this.#askedS === null) void this.#ask();
    else onLate(clock.now() - this.#askedS);
    this.#timer = clock.after(EVERY_S, () => this.look());
  }

  async #ask(): Promise<void> {
    this.#askedS = this.#options.clock.now();
    try {
      await this.#options.ask();
    } finally {
      this.#askedS = null;
    }
  }
}
