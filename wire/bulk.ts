import { fromHalves, toHalves } from "../audio/float16.ts";
import type { Packet } from "./connection.ts";

/**
 * A whole buffer on its way out, made as it is sent: one of minutes takes a tenth of a second, for
 * which nobody has to wait.
 */
export interface Bulk {
  /** The message. Its bytes are there as far as they were prepared. */
  readonly packet: Packet;
  /** What the receiver has once it has everything; null where nobody wants to know. */
  readonly wireCopy: Float32Array | null;
  /** Makes the bytes up to `endByte`, which must be made before they are sent. */
  prepare(endByte: number): void;
}

/** Options of a {@link Bulk}. */
export interface BulkOptions {
  /** Whether {@link Bulk.wireCopy} is made, too. */
  readonly keepsCopy?: boolean;
  /** What {@link makeBulk} made of the same samples, for this bulk alone. */
  readonly made?: MadeBulk | null;
}

/** A whole buffer that is ready to be sent. */
export interface MadeBulk {
  /** The message. */
  readonly halves: Uint16Array<ArrayBuffer>;
  /** What the receiver has once it has everything. */
  readonly wireCopy: Float32Array<ArrayBuffer>;
}

/** Makes a whole buffer at once, where nobody waits for it. */
export function makeBulk(audio: Float32Array): MadeBulk {
  const halves = toHalves(audio);
  return { halves, wireCopy: fromHalves(halves) };
}

/** A buffer of samples as halves. */
export class SampleBulk implements Bulk {
  /** The message, zeros at first. */
  readonly packet: Packet;
  /** The halves widened again, as far as they were prepared. */
  readonly wireCopy: Float32Array<ArrayBuffer> | null;
  readonly #audio: Float32Array;
  readonly #halves: Uint16Array<ArrayBuffer>;
  #made = 0;

  /**
   * A buffer with `audio`, interleaved samples that must not change until all is prepared.
   *
   * @param options `keepsCopy` makes {@link Bulk.wireCopy} as well.
   */
  constructor(audio: Float32Array, options: BulkOptions = {}) {
    this.#audio = audio;
    const made = options.made ?? null;
    if (made !== null) this.#made = audio.length;
    this.#halves = made?.halves ?? new Uint16Array(audio.length);
    this.wireCopy = made?.wireCopy ?? (options.keepsCopy ? new Float32Array(audio.length) : null);
    const data = new Uint8Array(this.#halves.buffer);
    this.packet = { kind: "binary", data, bytes: data.length };
  }

  /** See {@link Bulk.prepare}. */
  prepare(endByte: number): void {
    const start = this.#made;
    const end = Math.min(this.#audio.length, Math.ceil(endByte / 2));
    if (end <= start) return;
    const halves = this.#halves.subarray(start, end);
    toHalves(this.#audio.subarray(start, end), halves);
    if (this.wireCopy !== null) fromHalves(halves, this.wireCopy.subarray(start, end));
    this.#made = end;
  }
}
