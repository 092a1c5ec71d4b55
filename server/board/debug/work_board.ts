/**
 * What a thread is at, written where another thread can read it at any time: also while the first one
 * does not come to answer anything, as that is when somebody wants to know.
 *
 * One thread writes, any number read. A reader that comes in the middle of a change looks again.
 *
 * @module
 */
import type { Clock } from "../../../runtime/mod.ts";

/** Tells what is being done. */
export interface WorkLog {
  /** Something begins. What it returns says that it has ended; saying it again does nothing. */
  begin(what: string): () => void;
}

/** A piece of work that runs, or ran a little while ago. Times are seconds since the Unix epoch. */
export interface Work {
  readonly what: string;
  readonly startedS: number;
  /** Null while it runs. */
  readonly endedS: number | null;
}

/** So many pieces are known at a time; those that have ended make room, the oldest first. */
const SLOTS = 32;
const HEAD_BYTES = 64;
const SLOT_BYTES = 256;
const TEXT_AT = 32;
const MAX_TEXT_BYTES = SLOT_BYTES - TEXT_AT;
const TOTAL_BYTES = HEAD_BYTES + SLOTS * SLOT_BYTES;
/** Places of 32-bit words in a slot. */
const TURN = 0;
const STATE = 1;
const TEXT_LENGTH = 2;
/** Places of 64-bit numbers in a slot, and in the head. */
const STARTED = 2;
const ENDED = 3;
const BUSY = 0;
const BUSY_SINCE = 1;
const FREE = 0;
const RUNNING = 1;
const OVER = 2;
/** A reader gives up after so many looks at a slot that changes all the time. */
const MAX_LOOKS = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Work of one thread. */
export class WorkBoard implements WorkLog {
  /** What another thread makes its own board of, to read it. */
  readonly buffer: SharedArrayBuffer;
  readonly #clock: Pick<Clock, "unixS">;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #bytes: Uint8Array;
  #running = 0;
  #last = SLOTS - 1;

  /** Over a buffer of another board, or a new one on which nothing is written. */
  constructor(clock: Pick<Clock, "unixS">, buffer?: SharedArrayBuffer) {
    this.#clock = clock;
    this.buffer = buffer ?? new SharedArrayBuffer(TOTAL_BYTES);
    this.#words = new Int32Array(this.buffer);
    this.#numbers = new Float64Array(this.buffer);
    this.#bytes = new Uint8Array(this.buffer);
  }

  /** See {@link WorkLog.begin}. */
  begin(what: string): () => void {
    const slot = this.#freeSlot();
    const startedS = this.#clock.unixS();
    if (slot !== null) this.#write(slot, { what, startedS, endedS: null });
    if (this.#running++ === 0) this.#numbers[BUSY_SINCE] = startedS;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const endedS = this.#clock.unixS();
      if (slot !== null) this.#write(slot, { what, startedS, endedS });
      if (--this.#running > 0) return;
      this.#numbers[BUSY] = this.#numbers[BUSY]! + endedS - this.#numbers[BUSY_SINCE]!;
      this.#numbers[BUSY_SINCE] = 0;
    };
  }

  /** Notes something that has ended already. */
  note(work: Work): void {
    const slot = this.#freeSlot();
    if (slot !== null) this.#write(slot, work);
  }

  /** Seconds during which anything at all ran. */
  get busyS(): number {
    const since = this.#numbers[BUSY_SINCE]!;
    return this.#numbers[BUSY]! + (since === 0 ? 0 : Math.max(0, this.#clock.unixS() - since));
  }

  /** What runs, and what ended last; in the order in which it began. */
  list(): Work[] {
    const all: Work[] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      const work = this.#read(slot);
      if (work !== null) all.push(work);
    }
    return all.sort((a, b) => a.startedS - b.startedS);
  }

  /** What runs, in the order in which it began. */
  running(): Work[] {
    return this.list().filter(({ endedS }) => endedS === null);
  }

  #freeSlot(): number | null {
    for (let i = 1; i <= SLOTS; i++) {
      const slot = (this.#last + i) % SLOTS;
      if (this.#words[wordOf(slot) + STATE] === RUNNING) continue;
      this.#last = slot;
      return slot;
    }
    return null;
  }

  #write(slot: number, { what, startedS, endedS }: Work): void {
    const word = wordOf(slot);
    const number = numberOf(slot);
    Atomics.add(this.#words, word + TURN, 1);
    const from = HEAD_BYTES + slot * SLOT_BYTES + TEXT_AT;
    // Only memory of one thread can be encoded into.
    const text = encoder.encode(what.slice(0, MAX_TEXT_BYTES)).subarray(0, MAX_TEXT_BYTES);
    this.#bytes.set(text, from);
    this.#words[word + TEXT_LENGTH] = text.length;
    this.#numbers[number + STARTED] = startedS;
    this.#numbers[number + ENDED] = endedS ?? 0;
    this.#words[word + STATE] = endedS === null ? RUNNING : OVER;
    Atomics.add(this.#words, word + TURN, 1);
  }

  #read(slot: number): Work | null {
    const word = wordOf(slot);
    const number = numberOf(slot);
    const from = HEAD_BYTES + slot * SLOT_BYTES + TEXT_AT;
    for (let look = 0; look < MAX_LOOKS; look++) {
      const turn = Atomics.load(this.#words, word + TURN);
      if (turn % 2 !== 0) continue;
      const state = this.#words[word + STATE]!;
      if (state === FREE) return null;
      const text = this.#bytes.slice(from, from + this.#words[word + TEXT_LENGTH]!);
      const startedS = this.#numbers[number + STARTED]!;
      const endedS = state === RUNNING ? null : this.#numbers[number + ENDED]!;
      if (Atomics.load(this.#words, word + TURN) !== turn) continue;
      return { what: decoder.decode(text), startedS, endedS };
    }
    return null;
  }
}

const wordOf = (slot: number) => (HEAD_BYTES + slot * SLOT_BYTES) / 4;
const numberOf = (slot: number) => (HEAD_BYTES + slot * SLOT_BYTES) / 8;

/** Somebody who does not want to know. */
export const NO_WORK_LOG: WorkLog = { begin: () => () => {} };
