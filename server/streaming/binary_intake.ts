/**
 * Takes binary messages out of the bytes of a WebSocket, piece by piece as they arrive.
 *
 * `ws` keeps a message until its last byte is there, then joins it and unmasks it in one go: for one of
 * 92 MB the thread stands still for a fifth of a second. Here the payload of binary messages is copied
 * into pieces and unmasked while it comes in, and `ws` gets the same frame without a payload. So it
 * still is the one that knows the protocol: order of frames, control frames in between, errors.
 *
 * @module
 */
import { MAX_MESSAGE_BYTES } from "../../wire/mod.ts";

/** Most bytes of a binary message that are in one piece; longer ones come in several. */
export const PIECE_BYTES = 2 ** 20;

/** First byte of a frame, RFC 6455 section 5.2. */
const FIN = 0x80;
const RESERVED = 0x70;
const OPCODE = 0x0f;
/** Second byte. */
const MASKED = 0x80;
const LENGTH = 0x7f;

const CONTINUATION = 0x0;
const BINARY = 0x2;
const CLOSE = 0x8;

/** Bytes of a head without extended length: two, and the mask. */
const PLAIN_HEAD_BYTES = 6;

/** A binary payload that goes where {@link BinaryIntake} wants it, or bytes that are passed on. */
interface Frame {
  readonly first: number;
  readonly isTaken: boolean;
  readonly key: Uint8Array;
  /** Payload bytes so far, and those still to come. */
  done: number;
  left: number;
}

/** A binary message: pieces with memory of their own, in order. */
export type Pieces = readonly Uint8Array<ArrayBuffer>[];

/** Reads the frames of one client. */
export class BinaryIntake {
  readonly #forward: (bytes: Uint8Array) => void;
  readonly #maxBytes: number;
  #head: number[] = [];
  /** Bytes of the head that `ws` has seen. */
  #passedOn = 0;
  #frame: Frame | null = null;
  /** Whether a binary message has begun whose last frame is still to come. */
  #isFragmented = false;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes of the newest piece that are filled. */
  #filled = 0;
  #bytes = 0;
  #isStopped = false;

  /** `forward` gets what `ws` is to see; `maxBytes` is the longest message. */
  constructor(forward: (bytes: Uint8Array) => void, maxBytes: number = MAX_MESSAGE_BYTES) {
    this.#forward = forward;
    this.#maxBytes = maxBytes;
  }

  /** Bytes as they come from the socket. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#isStopped) {
      at = this.#frame === null ? this.#readHead(chunk, at) : this.#readPayload(chunk, at);
    }
  }

  /** The message that `ws` has just seen the end of; empty for one without bytes. */
  take(): Pieces {
    const pieces = this.#pieces;
    const last = pieces.at(-1);
    if (last !== undefined) pieces[pieces.length - 1] = last.subarray(0, this.#filled);
    this.#forget();
    return pieces;
  }

  /** Looks at nothing any more: the connection has failed, or is over. */
  stop(): void {
    this.#isStopped = true;
    this.#forget();
  }

  #forget(): void {
    this.#pieces = [];
    this.#filled = 0;
    this.#bytes = 0;
  }

  #readHead(chunk: Uint8Array, from: number): number {
    const head = this.#head;
    let at = from;
    do head.push(chunk[at++]!); while (at < chunk.length && head.length < headBytes(head));
    if (head.length < 2) return at;
    const isTaken = this.#takes(head[0]!, head[1]!);
    if (!isTaken) {
      // Whatever else this is, `ws` knows what to say about it, and need not wait for the rest.
      this.#forward(Uint8Array.from(head.slice(this.#passedOn)));
      this.#passedOn = head.length;
    }
    if (head.length === headBytes(head) && !this.#isStopped) this.#begin(isTaken);
    return at;
  }

  #takes(first: number, second: number): boolean {
    return (second & MASKED) !== 0 && (first & RESERVED) === 0 &&
      (first & OPCODE) === (this.#isFragmented ? CONTINUATION : BINARY);
  }

  /** The head of a frame is there. */
  #begin(isTaken: boolean): void {
    const head = this.#head;
    this.#head = [];
    this.#passedOn = 0;
    const first = head[0]!;
    const key = head.slice(-4);
    const left = payloadBytes(head);
    if (isTaken && this.#bytes + left > this.#maxBytes) {
      this.#forward(endlessHead(first, key));
      return this.stop();
    }
    this.#frame = { first, isTaken, key: Uint8Array.from(key), done: 0, left };
    if (left === 0) this.#end();
  }

  #readPayload(chunk: Uint8Array, from: number): number {
    const frame = this.#frame!;
    const part = chunk.subarray(from, from + frame.left);
    if (frame.isTaken) this.#keep(part, frame);
    else this.#forward(part);
    frame.done += part.length;
    frame.left -= part.length;
    if (frame.left === 0) this.#end();
    return from + part.length;
  }

  #end(): void {
    const { first, isTaken, key } = this.#frame!;
    this.#frame = null;
    if ((first & OPCODE) === CLOSE) return this.stop();
    if (!isTaken) return;
    this.#isFragmented = (first & FIN) === 0;
    this.#forward(Uint8Array.of(first, MASKED, ...key));
  }

  #keep(part: Uint8Array, { first, key, done, left }: Frame): void {
    for (let at = 0; at < part.length;) {
      let piece = this.#pieces.at(-1);
      if (piece === undefined || this.#filled === piece.length) {
        // Of a message in fragments nobody knows how long it will be.
        const bytes = first & FIN ? Math.min(PIECE_BYTES, left - at) : PIECE_BYTES;
        piece = new Uint8Array(new ArrayBuffer(wholeWords(bytes)), 0, bytes);
        this.#pieces.push(piece);
        this.#filled = 0;
      }
      const start = this.#filled;
      const count = Math.min(part.length - at, piece.length - start);
      piece.set(part.subarray(at, at + count), start);
      unmask(piece, start, start + count, key, done + at);
      this.#filled += count;
      this.#bytes += count;
      at += count;
    }
  }
}

/** Bytes of the head that begins so. */
function headBytes(head: readonly number[]): number {
  if (head.length < 2) return PLAIN_HEAD_BYTES;
  const second = head[1]!;
  const length = second & LENGTH;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  return 2 + extended + (second & MASKED ? 4 : 0);
}

function payloadBytes(head: readonly number[]): number {
  const length = head[1]! & LENGTH;
  if (length < 126) return length;
  const extended = head.slice(2, length === 126 ? 4 : 10);
  return extended.reduce((value, byte) => value * 256 + byte, 0);
}

/** The head of a frame that is longer than any cap: `ws` closes with 1009. */
function endlessHead(first: number, key: readonly number[]): Uint8Array {
  return Uint8Array.of(first, MASKED | 127, 0, 0x10, 0, 0, 0, 0, 0, 0, ...key);
}

function wholeWords(bytes: number): number {
  return bytes + (4 - bytes % 4) % 4;
}

/**
 * RFC 6455 section 5.3, four bytes at a time.
 *
 * @param phase How many bytes of the frame come before `from`.
 */
function unmask(
  piece: Uint8Array<ArrayBuffer>,
  from: number,
  to: number,
  key: Uint8Array,
  phase: number,
): void {
  const keyAt = (i: number) => key[(phase + i - from) & 3]!;
  const firstWord = Math.min(to, from + (4 - from % 4) % 4);
  const lastWord = Math.max(firstWord, to - to % 4);
  for (let i = from; i < firstWord; i++) piece[i]! ^= keyAt(i);
  const words = new Int32Array(piece.buffer);
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => keyAt(firstWord + i));
  const word = a! | b! << 8 | c! << 16 | d! << 24;
  for (let i = firstWord >> 2; i < lastWord >> 2; i++) words[i]! ^= word;
  for (let i = lastWord; i < to; i++) piece[i]! ^= keyAt(i);
}
