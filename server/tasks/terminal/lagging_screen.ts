/**
 * A screen that is brought up to date when somebody needs it, so that a terminal nobody looks at costs
 * next to nothing.
 *
 * @module
 */
import type { OutputRing } from "./output_ring.ts";
import { Screen } from "./screen.ts";
import type { ScreenSnapshot } from "./terminals.ts";

/** Bytes that are given to the screen at a time. */
const PART_BYTES = 2 ** 20;
/** So much may be on its way to the screen before the program is slowed down, bytes. */
const BEHIND_BYTES = 2 ** 20;
/** And before the screen is given up, and begins anew, bytes. */
const LOST_BYTES = 16 * 2 ** 20;
/** Changes of size that may wait. */
const MAX_RESIZES = 64;

interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** Takes output out of the ring before it falls out, or when it is asked. */
export class LaggingScreen {
  readonly #ring: OutputRing;
  readonly #answer: (text: string) => void;
  #screen: Screen | null = null;
  #size: Size;
  #seq = 0;
  #resizes: (Size & { readonly atSeq: number })[] = [];

  /** Nothing on it. */
  constructor(ring: OutputRing, { cols, rows }: Size, answer: (text: string) => void) {
    this.#ring = ring;
    this.#size = { cols, rows };
    this.#answer = answer;
  }

  /** True when it takes output more slowly than it comes. */
  get isBehind(): boolean {
    return (this.#screen?.pendingBytes ?? 0) > BEHIND_BYTES;
  }

  /** So many bytes will be pushed into the ring: takes what would fall out. */
  makeRoom(bytes: number): void {
    const { capacity, endSeq } = this.#ring;
    if (endSeq + bytes - this.#seq > capacity) {
      this.#feed(Math.min(endSeq, endSeq + bytes - capacity / 2));
    }
  }

  /** Takes all that there is. */
  catchUp(): void {
    this.#feed(this.#ring.endSeq);
  }

  /** A new size, from this place of the output on. */
  resize(cols: number, rows: number): void {
    this.#resizes.push({ atSeq: this.#ring.endSeq, cols, rows });
    if (this.#resizes.length > MAX_RESIZES) this.catchUp();
  }

  /** What it shows, all output so far included. */
  async snapshot(): Promise<ScreenSnapshot> {
    this.catchUp();
    const seq = this.#seq;
    return { ...await this.#opened().paint(), seq };
  }

  /** Lets go of everything. */
  dispose(): void {
    this.#screen?.dispose();
    this.#screen = null;
  }

  #feed(untilSeq: number): void {
    const screen = this.#opened();
    for (;;) {
      const [resize] = this.#resizes;
      if (resize !== undefined && resize.atSeq <= this.#seq) {
        this.#resizes.shift();
        this.#size = resize;
        screen.resize(resize.cols, resize.rows);
        continue;
      }
      const stopSeq = Math.min(untilSeq, resize?.atSeq ?? Infinity);
      const part = this.#ring.read(this.#seq, Math.min(PART_BYTES, stopSeq - this.#seq));
      if (part === null) break;
      this.#seq = part.seq + part.bytes.length;
      const skip = screen.skippable(part.bytes);
      if (skip !== null) {
        screen.write(part.bytes.subarray(0, skip.from));
        if (skip.instead.length > 0) screen.write(skip.instead);
      }
      screen.write(part.bytes.subarray(skip?.to ?? 0));
    }
    if (screen.pendingBytes > LOST_BYTES) this.#beginAnew();
  }

  #opened(): Screen {
    return this.#screen ??= new Screen(this.#size.cols, this.#size.rows, this.#answer);
  }

  /** Memory has a bound: what was on the screen is lost until the program draws it again. */
  #beginAnew(): void {
    this.dispose();
    this.#seq = this.#ring.endSeq;
    this.#size = this.#resizes.at(-1) ?? this.#size;
    this.#resizes = [];
  }
}
