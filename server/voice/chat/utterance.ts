/**
 * What somebody says into a microphone, from the pieces that a page sends: 16-bit samples at 16 kHz.
 *
 * @module
 */

/** Longest utterance, bytes: two minutes. */
const MAX_BYTES = 16_000 * 2 * 120;
/** Shorter ones are no speech, bytes. */
const MIN_BYTES = 9_600;
/** Quieter ones are none either; full scale is 1. */
const MIN_LEVEL = 0.005;

/** Gathers the pieces of one utterance. */
export class Utterance {
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a piece; false when it is too much. */
  add(piece: Uint8Array): boolean {
    if (this.#bytes + piece.length > MAX_BYTES) return false;
    this.#pieces.push(piece.slice());
    this.#bytes += piece.length;
    return true;
  }

  /**
   * Takes all of it out; null for what is too short or too quiet to be speech. A page sends small
   * pieces and then all of it once more: a last piece as long as all before it is the whole.
   */
  take(): Uint8Array | null {
    const pieces = this.#pieces;
    const all = this.#bytes;
    this.#pieces = [];
    this.#bytes = 0;
    const last = pieces.at(-1);
    const isWhole = last !== undefined && last.length >= all - last.length;
    const speech = isWhole ? last : joined(pieces, all);
    return speech.length >= MIN_BYTES && levelOf(speech) >= MIN_LEVEL ? speech : null;
  }
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function levelOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length >> 1;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (view.getInt16(2 * i, true) / 32768) ** 2;
  return Math.sqrt(sum / Math.max(1, count));
}
