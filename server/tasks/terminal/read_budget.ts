/**
 * How fast a terminal is read, so that one that floods leaves time for everything else.
 *
 * @module
 */
import type { Clock, Timer } from "../../../runtime/mod.ts";

/** Bytes that are read in one go. */
const BUDGET_BYTES = 64 * 1024;
/** Until the next go, seconds: for a few that flood, and for many. */
const TURN_S = 0.004;
const BUSY_TURN_S = 0.01;
const MANY = 8;
/**
 * The longest pause, seconds. Output that has not been read 0.2 s after a program ended is lost in the
 * library, so a reader never rests for long, whatever it waits for.
 */
const LONGEST_PAUSE_S = 0.08;

/** Those that have used up their turn, all terminals together. */
export class Flooders {
  #count = 0;

  /** How long a turn is now, seconds. */
  get turnS(): number {
    return this.#count > MANY ? BUSY_TURN_S : TURN_S;
  }

  /** One more, or one less. */
  add(change: 1 | -1): void {
    this.#count += change;
  }
}

/** What a {@link ReadBudget} is made of. */
export interface ReadBudgetOptions {
  readonly clock: Clock;
  readonly flooders: Flooders;
  readonly setPaused: (isPaused: boolean) => void;
  /** Whether somebody who gets the bytes is behind, so that a pause should last longer. */
  readonly isBehind: () => boolean;
}

/** The budget of one terminal: pauses it when a turn's bytes have come, resumes it in the next. */
export class ReadBudget {
  readonly #options: ReadBudgetOptions;
  #usedBytes = 0;
  #pausedAtS = 0;
  #isPaused = false;
  #turn: Timer | null = null;

  /** Nothing was read. */
  constructor(options: ReadBudgetOptions) {
    this.#options = options;
  }

  /** Bytes came. */
  take(bytes: number): void {
    const { clock, flooders, setPaused } = this.#options;
    this.#usedBytes += bytes;
    if (this.#turn === null) this.#turn = clock.after(flooders.turnS, () => this.#next());
    if (this.#usedBytes < BUDGET_BYTES || this.#isPaused) return;
    this.#isPaused = true;
    this.#pausedAtS = clock.now();
    flooders.add(1);
    setPaused(true);
  }

  /** The terminal is gone. */
  end(): void {
    this.#turn?.cancel();
    this.#turn = null;
    if (this.#isPaused) this.#options.flooders.add(-1);
    this.#isPaused = false;
  }

  #next(): void {
    const { clock, flooders, setPaused, isBehind } = this.#options;
    this.#turn = null;
    if (this.#isPaused && isBehind() && clock.now() - this.#pausedAtS < LONGEST_PAUSE_S) {
      this.#turn = clock.after(flooders.turnS, () => this.#next());
      return;
    }
    this.#usedBytes = 0;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    flooders.add(-1);
    setPaused(false);
  }
}
