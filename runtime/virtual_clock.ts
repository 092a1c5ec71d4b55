import { type Clock, sleepOn, type Timer } from "./clock.ts";

/** One scheduled callback. `fn` is null once it fired or was called off. */
class Entry implements Timer {
  timeS: number;
  readonly sequence: number;
  fn: (() => void) | null;

  constructor(timeS: number, sequence: number, fn: () => void) {
    this.timeS = timeS;
    this.sequence = sequence;
    this.fn = fn;
  }

  cancel(): void {
    this.fn = null;
  }
}

/**
 * A clock that jumps from one scheduled callback to the next: a discrete-event queue ordered by
 * (time, sequence). Callbacks of the same instant run in the order in which they were scheduled,
 * so a run depends on nothing but what the callbacks do.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "./virtual_clock.ts";
 *
 * const clock = new VirtualClock();
 * clock.after(3600, () => console.log("an hour later"));
 * clock.run();
 * console.log(clock.now()); // 3600
 * ```
 */
export class VirtualClock implements Clock {
  #nowS: number;
  #sequence = 0;
  #fired = 0;
  readonly #heap: Entry[] = [];

  /** A clock that stands at `startS` seconds. */
  constructor(startS = 0) {
    this.#nowS = startS;
  }

  /** How many callbacks have run so far. */
  get fired(): number {
    return this.#fired;
  }

  /** Virtual time in seconds. */
  now(): number {
    return this.#nowS;
  }

  /** Virtual time again: a simulated world begins at the Unix epoch, on every machine. */
  unixS(): number {
    return this.#nowS;
  }

  /** Calls `fn` once, `delayS` seconds from now. */
  after(delayS: number, fn: () => void): Timer {
    return this.at(this.#nowS + Math.max(0, delayS), fn);
  }

  /** Calls `fn` once at `timeS`, or at the present instant if that is in the past. */
  at(timeS: number, fn: () => void): Timer {
    if (!Number.isFinite(timeS)) throw new RangeError(`time must be finite, got ${timeS}`);
    const entry = new Entry(Math.max(timeS, this.#nowS), this.#sequence++, fn);
    this.#push(entry);
    return entry;
  }

  /** Resolves when virtual time has moved on by `delayS`; see {@link VirtualClock.settle}. */
  sleep(delayS: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return sleepOn(this, delayS, options);
  }

  /** Runs the next callback, if there is one at or before `limitS`. */
  step(limitS = Infinity): boolean {
    const heap = this.#heap;
    for (;;) {
      const next = heap[0];
      if (next === undefined || next.timeS > limitS) return false;
      this.#pop();
      const fn = next.fn;
      if (fn === null) continue;
      next.fn = null;
      this.#nowS = next.timeS;
      this.#fired++;
      fn();
      return true;
    }
  }

  /** Runs every callback up to and including `timeS`, then stands at `timeS`. */
  runUntil(timeS: number): void {
    while (this.step(timeS));
    if (timeS > this.#nowS) this.#nowS = timeS;
  }

  /** Runs until nothing is scheduled any more. */
  run(): void {
    while (this.step());
  }

  /**
   * As {@link VirtualClock.runUntil}, for code that awaits: between two callbacks the microtask
   * queue is emptied, so that whatever a callback resolved has run before time moves on.
   */
  async settle(timeS: number): Promise<void> {
    do {
      await drainMicrotasks();
    } while (this.step(timeS));
    if (timeS > this.#nowS) this.#nowS = timeS;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const other = heap[parent]!;
      if (!before(entry, other)) break;
      heap[i] = other;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const size = heap.length;
    if (size === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      const other = heap[child]!;
      if (!before(other, last)) break;
      heap[i] = other;
      i = child;
    }
    heap[i] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.timeS < b.timeS || (a.timeS === b.timeS && a.sequence < b.sequence);
}

/**
 * Resolves after the microtasks that are queued now and those that they queue. A macrotask boundary
 * is the only exact way to know that none is left, whatever their depth.
 */
function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
    port2.close();
  });
}
