/**
 * Lines of bytes. A line ends with a line feed; a multi-byte character that a piece of the file cuts
 * in two is whole again in its line.
 *
 * @module
 */

/** Of a line that is too long, only so much is kept, bytes. */
export const STUB_HEAD_BYTES = 4096;

/** One physical line, without its end. */
export interface Line {
  /** Where it begins in the file. */
  readonly offset: number;
  /** How long it is, bytes. */
  readonly length: number;
  /** Its bytes, or the first of them. They are good until the next piece is pushed. */
  readonly bytes: Uint8Array;
  /** Whether `bytes` is all of it. */
  readonly isWhole: boolean;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Splits what is pushed into lines, and keeps what has no end yet. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #offset: number;
  #parts: Uint8Array[] = [];
  #pendingBytes = 0;

  /** Begins at a byte of the file; lines beyond `maxLineBytes` are cut to their head. */
  constructor(offset: number, maxLineBytes: number) {
    this.#offset = offset;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Where the line begins that has no end yet. */
  get offset(): number {
    return this.#offset;
  }

  /** Length of the line that has no end yet, bytes. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Where the next piece has to begin. */
  get readOffset(): number {
    return this.#offset + this.#pendingBytes;
  }

  /** Takes the next piece, and gives the lines that end in it. */
  *push(piece: Uint8Array): Generator<Line> {
    let from = 0;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, from);
      if (end < 0) break;
      const line = this.#close(piece.subarray(from, end));
      this.#offset += this.#pendingBytes + (end - from) + 1;
      this.#parts = [];
      this.#pendingBytes = 0;
      yield line;
      from = end + 1;
    }
    if (from < piece.length) this.#keep(piece.subarray(from));
  }

  /** The line that has no end yet; null for none. It stays. */
  peek(): Line | null {
    return this.#pendingBytes === 0 ? null : this.#close(new Uint8Array(0));
  }

  /** Counts the line that has no end yet as one that has. */
  take(): void {
    this.#offset += this.#pendingBytes;
    this.#parts = [];
    this.#pendingBytes = 0;
  }

  /** The piece's memory is used again by who reads, so what is kept is copied. */
  #keep(piece: Uint8Array): void {
    const before = this.#pendingBytes;
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes <= this.#maxLineBytes) {
      this.#parts.push(piece.slice());
      return;
    }
    const head = joined(this.#parts, STUB_HEAD_BYTES);
    const room = Math.max(0, STUB_HEAD_BYTES - before);
    this.#parts = [room === 0 ? head : joined([head, piece], STUB_HEAD_BYTES)];
  }

  #close(rest: Uint8Array): Line {
    const length = this.#pendingBytes + rest.length;
    const isWhole = length <= this.#maxLineBytes;
    const parts = [...this.#parts, rest];
    const bytes = this.#parts.length === 0 && isWhole
      ? rest
      : joined(parts, isWhole ? length : STUB_HEAD_BYTES);
    const isCrLf = isWhole && bytes.at(-1) === CARRIAGE_RETURN;
    return {
      offset: this.#offset,
      length: isCrLf ? length - 1 : length,
      bytes: isCrLf ? bytes.subarray(0, -1) : bytes,
      isWhole,
    };
  }
}

function joined(parts: readonly Uint8Array[], most: number): Uint8Array {
  const length = Math.min(most, parts.reduce((sum, part) => sum + part.length, 0));
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (at >= length) break;
    const piece = part.subarray(0, length - at);
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
