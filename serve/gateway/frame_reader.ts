/**
 * Reads WebSocket frames (RFC 6455, section 5.2) from one direction of a connection that somebody
 * else carries: it looks at the bytes as they pass, changes nothing, and keeps no message.
 *
 * @module
 */

/** How a reader reads. */
export interface FrameReaderOptions {
  /** Give masked bytes as they are: for who only counts them. Default false. */
  readonly keepMask?: boolean;
}

/** What a reader tells. Bytes are lent: they must be copied by whoever keeps them. */
export interface FrameSink {
  /** A piece of a message. A message of no bytes is one empty piece. */
  onData(piece: DataPiece): void;
  /** A whole ping (9), pong (10) or close (8) frame. */
  onControl(opcode: 8 | 9 | 10, payload: Uint8Array): void;
  /** What comes is no WebSocket any more; nothing follows. */
  onMalformed(why: string): void;
}

/** A piece of a message. */
export interface DataPiece {
  readonly isText: boolean;
  readonly bytes: Uint8Array;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

const MAX_HEAD_BYTES = 14;
const MAX_CONTROL_BYTES = 125;
/** Masked bytes are unmasked in pieces of this size: the bytes that go on stay as they are. */
const SCRATCH_BYTES = 65_536;

/** Follows the frames of one direction. */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #keepMask: boolean;
  readonly #head = new Uint8Array(MAX_HEAD_BYTES);
  #headBytes = 0;
  #control = new Uint8Array(MAX_CONTROL_BYTES);
  #controlBytes = 0;
  #scratch: Uint8Array | null = null;
  #opcode = 0;
  #isFinal = false;
  #mask: Uint8Array | null = null;
  /** Bytes of the frame's payload that are still to come, and that have come. */
  #leftBytes = 0;
  #seenBytes = 0;
  /** Inside a payload, rather than before or in a head. */
  #isInPayload = false;
  /** The message that is under way; null between messages. */
  #message: { readonly isText: boolean; isBegun: boolean } | null = null;
  #isMalformed = false;

  /** A reader before the first frame. */
  constructor(sink: FrameSink, { keepMask = false }: FrameReaderOptions = {}) {
    this.#sink = sink;
    this.#keepMask = keepMask;
  }

  /** Whether a frame could be put in here: not inside one, and the peer still speaks WebSocket. */
  get isBetweenFrames(): boolean {
    return !this.#isMalformed && !this.#isInPayload && this.#headBytes === 0;
  }

  /** Takes bytes as they pass. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isMalformed;) {
      at = this.#isInPayload ? this.#takePayload(bytes, at) : this.#takeHead(bytes, at);
    }
  }

  #takeHead(bytes: Uint8Array, at: number): number {
    this.#head[this.#headBytes++] = bytes[at]!;
    if (this.#headBytes >= 2 && this.#headBytes === headSize(this.#head)) this.#beginFrame();
    return at + 1;
  }

  #beginFrame(): void {
    const head = this.#head;
    const size = payloadSize(head);
    this.#opcode = head[0]! & 15;
    this.#isFinal = (head[0]! & 0x80) !== 0;
    const isControl = this.#opcode >= 8;
    const why = (head[0]! & 0x70) !== 0
      ? "a reserved bit is set"
      : isControl && (this.#opcode > 10 || !this.#isFinal || size > MAX_CONTROL_BYTES)
      ? `control frame ${this.#opcode} is not as the standard has it`
      : !isControl && (this.#opcode > 2 || (this.#opcode === 0) !== (this.#message !== null))
      ? `data frame ${this.#opcode} does not fit what came before`
      : !Number.isSafeInteger(size)
      ? "a frame is longer than can be counted"
      : null;
    if (why !== null) {
      this.#isMalformed = true;
      return this.#sink.onMalformed(why);
    }
    if (this.#opcode === 1 || this.#opcode === 2) {
      this.#message = { isText: this.#opcode === 1, isBegun: false };
    }
    const isMasked = (head[1]! & 0x80) !== 0;
    this.#mask = !isMasked || this.#keepMask
      ? null
      : head.slice(this.#headBytes - 4, this.#headBytes);
    this.#headBytes = 0;
    this.#leftBytes = size;
    this.#seenBytes = 0;
    this.#controlBytes = 0;
    this.#isInPayload = true;
    if (size === 0) this.#give(new Uint8Array(0));
  }

  #takePayload(bytes: Uint8Array, at: number): number {
    const most = this.#mask === null ? this.#leftBytes : Math.min(this.#leftBytes, SCRATCH_BYTES);
    const piece = bytes.subarray(at, Math.min(bytes.length, at + most));
    this.#leftBytes -= piece.length;
    this.#give(this.#unmasked(piece));
    return at + piece.length;
  }

  #unmasked(piece: Uint8Array): Uint8Array {
    const mask = this.#mask;
    if (mask === null) return piece;
    this.#scratch ??= new Uint8Array(SCRATCH_BYTES);
    const from = this.#seenBytes & 3;
    for (let i = 0; i < piece.length; i++) this.#scratch[i] = piece[i]! ^ mask[(from + i) & 3]!;
    this.#seenBytes += piece.length;
    return this.#scratch.subarray(0, piece.length);
  }

  #give(bytes: Uint8Array): void {
    const isEnd = this.#leftBytes === 0;
    if (isEnd) this.#isInPayload = false;
    if (this.#opcode >= 8) {
      this.#control.set(bytes, this.#controlBytes);
      this.#controlBytes += bytes.length;
      if (isEnd) {
        const payload = this.#control.subarray(0, this.#controlBytes);
        this.#sink.onControl(this.#opcode as 8 | 9 | 10, payload);
      }
      return;
    }
    const message = this.#message!;
    const isFirst = !message.isBegun;
    const isLast = isEnd && this.#isFinal;
    message.isBegun = true;
    if (isLast) this.#message = null;
    // A part of a message that holds nothing, and does not end it, is nothing to tell.
    if (bytes.length === 0 && !isFirst && !isLast) return;
    this.#sink.onData({ isText: message.isText, bytes, isFirst, isLast });
  }
}

/** Bytes of the head, from its first two. */
function headSize(head: Uint8Array): number {
  const length = head[1]! & 127;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + ((head[1]! & 0x80) === 0 ? 0 : 4);
}

function payloadSize(head: Uint8Array): number {
  const length = head[1]! & 127;
  const view = new DataView(head.buffer);
  if (length === 126) return view.getUint16(2);
  return length === 127 ? Number(view.getBigUint64(2)) : length;
}

/** A close frame as bytes: masked by zeros where a client sends it. */
export function closeFrame(code: number, reason: string, isMasked: boolean): Uint8Array {
  const text = new TextEncoder().encode(reason).subarray(0, MAX_CONTROL_BYTES - 2);
  const head = [0x88, (isMasked ? 0x80 : 0) | (text.length + 2), ...(isMasked ? [0, 0, 0, 0] : [])];
  return Uint8Array.of(...head, code >> 8, code & 255, ...text);
}
