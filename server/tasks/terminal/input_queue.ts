/**
 * What is typed and not yet taken by the terminal.
 *
 * @module
 */
import { type Clock, HeadwayError, type Timer } from "../../../runtime/mod.ts";
import { TerminalGoneError } from "./errors.ts";

/** Bytes that may wait for one terminal. */
export const MAX_INPUT_BYTES = 2 ** 20;
/** First and longest pause after a terminal took nothing, seconds. */
const LEAST_PAUSE_S = 0.001;
const LONGEST_PAUSE_S = 0.02;

interface Item {
  readonly bytes: Uint8Array;
  readonly done: PromiseWithResolvers<void>;
}

/** The error for input that does not fit. */
export function inputFullError(waitingBytes: number): HeadwayError {
  return new HeadwayError(
    `${waitingBytes} bytes wait to be typed already, and the program does not read; ` +
      `at most ${MAX_INPUT_BYTES} may wait`,
    { waitingBytes, maxBytes: MAX_INPUT_BYTES },
  );
}

/**
 * Types in order, and tries again after a while when the terminal takes nothing: a program that does not
 * read must not lose what comes later.
 */
export class InputQueue {
  readonly #clock: Clock;
  /** Gives bytes to the terminal. @returns How many it took. */
  readonly #take: (bytes: Uint8Array) => number;
  #items: Item[] = [];
  #offset = 0;
  #waitingBytes = 0;
  #pauseS = LEAST_PAUSE_S;
  #timer: Timer | null = null;
  #isOver = false;

  /** Nothing waits. */
  constructor(clock: Clock, take: (bytes: Uint8Array) => number) {
    this.#clock = clock;
    this.#take = take;
  }

  /** Bytes that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Resolves when the terminal has taken all of them.
   *
   * @throws {HeadwayError} if too much waits; then nothing of it is typed.
   * @throws {TerminalGoneError} if the terminal ended first.
   */
  type(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) return Promise.reject(new TerminalGoneError("the program has ended"));
    if (this.#waitingBytes + bytes.length > MAX_INPUT_BYTES) {
      return Promise.reject(inputFullError(this.#waitingBytes));
    }
    const item: Item = { bytes: bytes.slice(), done: Promise.withResolvers() };
    this.#items.push(item);
    this.#waitingBytes += bytes.length;
    if (this.#timer === null) this.#go();
    return item.done.promise;
  }

  /** The terminal is gone. */
  end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#timer = null;
    const items = this.#items;
    this.#items = [];
    this.#waitingBytes = 0;
    for (const { done } of items) done.reject(new TerminalGoneError("the program has ended"));
  }

  #go(): void {
    this.#timer = null;
    for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
      const rest = item.bytes.subarray(this.#offset);
      const taken = rest.length === 0 ? 0 : this.#take(rest);
      this.#offset += taken;
      this.#waitingBytes -= taken;
      if (taken > 0) this.#pauseS = LEAST_PAUSE_S;
      if (this.#offset < item.bytes.length) {
        this.#timer = this.#clock.after(this.#pauseS, () => this.#go());
        this.#pauseS = Math.min(LONGEST_PAUSE_S, this.#pauseS * 2);
        return;
      }
      this.#items.shift();
      this.#offset = 0;
      item.done.resolve();
    }
  }
}
