/**
 * Bytes of a terminal as text, piece by piece: a character that is cut waits for its rest. What is no
 * UTF-8 becomes U+FFFD.
 *
 * @module
 */

import { brokenTailBytes } from "../terminal/utf8.ts";

/** A piece of output as text. */
export interface OutputText {
  /** The place of its first byte. */
  readonly seq: number;
  /** The place after its last byte. */
  readonly nextSeq: number;
  readonly text: string;
}

/** A stream of them. */
export class OutputDecoder {
  #held = new Uint8Array(0);
  #nextSeq: number;

  /** Begins at a place of the output. */
  constructor(seq: number) {
    this.#nextSeq = seq;
  }

  /** The place after the last byte that was given out as text. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** The place after the last byte that was put in. */
  get endSeq(): number {
    return this.#nextSeq + this.#held.length;
  }

  /** Puts the bytes in that follow; null when there is no whole character yet. */
  push(bytes: Uint8Array): OutputText | null {
    const all = joined(this.#held, bytes);
    const whole = all.length - brokenTailBytes(all);
    this.#held = all.slice(whole);
    return this.#out(all.subarray(0, whole));
  }

  /** What is left of a character that never got its rest. */
  flush(): OutputText | null {
    const rest = this.#held;
    this.#held = new Uint8Array(0);
    return this.#out(rest);
  }

  #out(bytes: Uint8Array): OutputText | null {
    if (bytes.length === 0) return null;
    const seq = this.#nextSeq;
    this.#nextSeq += bytes.length;
    return { seq, nextSeq: this.#nextSeq, text: DECODER.decode(bytes) };
  }
}

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
