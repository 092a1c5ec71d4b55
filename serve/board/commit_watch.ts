/**
 * Keeps what is known of repositories up to date, one after the other.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../../server/log.ts";

/** How often it is looked whether a repository is to be read, seconds. */
const LOOK_EVERY_S = 1;

/** What it is made of. */
export interface CommitWatchOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  /** Reads the repository whose turn it is. False when it is the turn of none. */
  readonly tick: () => Promise<boolean>;
}

/** Looks again and again. */
export class CommitWatch {
  readonly #options: CommitWatchOptions;
  #timer: Timer | null = null;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** Begins. */
  constructor(options: CommitWatchOptions) {
    this.#options = options;
    this.#later();
  }

  /** Stops, after what it is at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #later(): void {
    if (this.#isClosed) return;
    this.#timer = this.#options.clock.after(LOOK_EVERY_S, () => {
      this.#running = this.#look().finally(() => this.#later());
    });
  }

  async #look(): Promise<void> {
    try {
      while (!this.#isClosed && await this.#options.tick());
    } catch (error) {
      this.#options.log.warn("repository not read", { reason: errorMessage(error) });
    }
  }
}
