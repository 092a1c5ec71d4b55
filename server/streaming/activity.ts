/**
 * Whether anybody still touches anything, and so whether the generator may rest.
 *
 * @module
 */

/**
 * What a session does: makes new audio, renders on what it has until the buffer is complete, or
 * nothing at all.
 */
export type GeneratorState = "active" | "rendering" | "stopped";

/** When something was touched last, and what follows from it. Times are the session clock's. */
export class Activity {
  readonly #idlePauseS: number;
  #lastRaw: Readonly<Record<string, unknown>> = {};
  #lastS: number;
  #idleSinceS: number | null = null;

  /** Somebody was active just now. `idlePauseS` of 0 or less never rests. */
  constructor(idlePauseS: number, nowS: number) {
    this.#idlePauseS = idlePauseS;
    this.#lastS = nowS;
  }

  /** Somebody gave a command. */
  note(nowS: number): void {
    this.#lastS = nowS;
  }

  /** A `params` dictionary arrived; one that differs from the last is activity. */
  noteRaw(raw: Readonly<Record<string, unknown>>, nowS: number): void {
    if (raw === this.#lastRaw || sameShallow(raw, this.#lastRaw)) return;
    this.#lastRaw = raw;
    this.#lastS = nowS;
  }

  /** There is a new buffer: it is not complete yet, however idle the client is. */
  noteBuffer(): void {
    this.#idleSinceS = null;
  }

  /**
   * Without activity the generator rests first; a buffer length later nothing is rendered at all.
   *
   * @param bufferS Length of the buffer, seconds.
   */
  state(nowS: number, bufferS: number): GeneratorState {
    if (this.#idlePauseS <= 0 || nowS - this.#lastS < this.#idlePauseS) {
      this.#idleSinceS = null;
      return "active";
    }
    this.#idleSinceS ??= nowS;
    return nowS - this.#idleSinceS < bufferS ? "rendering" : "stopped";
  }
}

function sameShallow(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): boolean {
  let count = 0;
  for (const key in a) {
    const [x, y] = [a[key], b[key]];
    if (x !== y && (typeof x !== "object" || JSON.stringify(x) !== JSON.stringify(y))) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}
