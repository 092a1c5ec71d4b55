/**
 * One that follows a terminal: a place in its output, and what happens beside it, in order.
 *
 * @module
 */
import type { OutputRing } from "./output_ring.ts";
import type { TerminalEvent } from "./terminals.ts";

/** Bytes of an output event at most. */
export const PART_BYTES = 64 * 1024;
/** Changes of size that wait for one who does not keep up; then only the newest count. */
const MAX_WAITING = 32;

/** A {@link TerminalEvent} that is no output. */
export type Happening = Exclude<TerminalEvent, { kind: "output" | "gap" }>;

/** How one follows. */
export interface FollowerOptions {
  /**
   * The place to go on from. Infinity follows no output, only what happens.
   */
  readonly fromSeq: number;
  /** Bytes that may be under way before {@link Follower.acknowledge} is called for them. */
  readonly windowBytes: number;
  readonly on: (event: TerminalEvent) => void;
}

/**
 * Takes output out of the ring when it may. It has no queue of its own: who is slow finds the ring gone
 * on, and gets a `gap`.
 */
export class Follower {
  readonly #ring: OutputRing;
  readonly #on: (event: TerminalEvent) => void;
  readonly #followsOutput: boolean;
  #seq: number;
  #credit: number;
  #waiting: { readonly atSeq: number; readonly event: Happening }[] = [];
  #isOver = false;
  #isPumping = false;

  /** Nothing is told before {@link Follower.pump}. */
  constructor(ring: OutputRing, { fromSeq, windowBytes, on }: FollowerOptions) {
    this.#ring = ring;
    this.#on = on;
    this.#followsOutput = fromSeq !== Infinity;
    this.#seq = Math.min(Math.max(0, fromSeq), ring.endSeq);
    this.#credit = windowBytes;
  }

  /** True when it has been told that the terminal is gone, or has ended itself. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** So many bytes have arrived. */
  acknowledge(bytes: number): void {
    this.#credit += bytes;
    this.pump();
  }

  /** Something happened, after the output so far. */
  happened(event: Happening): void {
    this.note(event);
    this.pump();
  }

  /** The same for something that is long known: it is told with the next output. */
  note(event: Happening): void {
    if (this.#waiting.length >= MAX_WAITING) {
      const oldest = this.#waiting.findIndex(({ event }) => event.kind === "resized");
      this.#waiting.splice(Math.max(0, oldest), 1);
    }
    this.#waiting.push({ atSeq: this.#ring.endSeq, event });
  }

  /** Tells what there is to tell and may be told. */
  pump(): void {
    // Whoever is told may ask for more, which comes after this.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (!this.#isOver && this.#step());
    } finally {
      this.#isPumping = false;
    }
  }

  /** Tells nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#waiting = [];
  }

  #step(): boolean {
    const [next] = this.#waiting;
    const untilSeq = next?.atSeq ?? this.#ring.endSeq;
    if (this.#followsOutput && this.#seq < untilSeq) return this.#output(untilSeq);
    if (next === undefined) return false;
    this.#waiting.shift();
    if (next.event.kind === "closed") this.#isOver = true;
    this.#on(next.event);
    return true;
  }

  #output(untilSeq: number): boolean {
    if (this.#seq < this.#ring.startSeq) {
      // Going on from the newest: what is painted meanwhile would be gone again by the time it is drawn.
      this.#seq = this.#ring.endSeq;
      this.#on({ kind: "gap", seq: this.#seq });
      return true;
    }
    const most = Math.min(PART_BYTES, untilSeq - this.#seq, this.#credit);
    const part = this.#ring.read(this.#seq, most);
    if (part === null) return false;
    this.#seq += part.bytes.length;
    this.#credit -= part.bytes.length;
    this.#on({ kind: "output", ...part });
    return true;
  }
}
