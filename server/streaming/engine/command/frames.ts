/**
 * Frames on a byte stream: u32 length of the body, u8 kind, body.
 *
 * @module
 */
import { HeadwayError } from "../../../../runtime/mod.ts";
import { FRAME_HEAD_BYTES } from "./protocol.ts";

/** A frame that came whole. */
export interface Frame {
  readonly kind: number;
  /** In a buffer of its own, from its first byte. */
  readonly body: Uint8Array;
  /** Where the frame begins in the stream, bytes. */
  readonly offset: number;
}

/** Bytes that are no frames. */
export class FrameError extends HeadwayError {
  override readonly name = "FrameError";
  /** The field that is wrong. */
  readonly field: string;
  /** Where the frame begins in the stream, bytes. */
  readonly offset: number;
  /** Kind of the frame, where its head can be believed. */
  readonly kind: number | null;

  /** `message` says what was found and what was expected. */
  constructor(message: string, field: string, offset: number, kind: number | null = null) {
    super(message, { field, offset, kind });
    this.field = field;
    this.offset = offset;
    this.kind = kind;
  }
}

/** Most bytes that a body of this kind may have now; null for a kind that does not exist. */
export type FrameLimit = (kind: number) => number | null;

/** The head of a frame. */
export function frameHead(kind: number, bodyBytes: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  new DataView(head.buffer).setUint32(0, bodyBytes, true);
  head[4] = kind;
  return head;
}

/**
 * Puts frames together from the pieces in which a stream arrives. It holds one body at a time, and
 * makes room for it only when its head is within the limit.
 *
 * @example
 * ```ts
 * import { frameHead, FrameReader } from "./frames.ts";
 *
 * const reader = new FrameReader((kind) => kind === 7 ? 100 : null);
 * const bytes = new Uint8Array([...frameHead(7, 2), 1, 2]);
 * for (const byte of bytes) {
 *   reader.push(Uint8Array.of(byte), ({ body }) => console.log(body)); // Uint8Array(2) [ 1, 2 ]
 * }
 * ```
 */
export class FrameReader {
  readonly #limit: FrameLimit;
  readonly #head = new Uint8Array(FRAME_HEAD_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #body: Uint8Array | null = null;
  #filled = 0;
  #offset = 0;

  /** A reader at the beginning of a stream. */
  constructor(limit: FrameLimit) {
    this.#limit = limit;
  }

  /** Bytes of whole frames so far: where the present frame begins. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Takes in the next piece and hands out every frame that it completes.
   *
   * @throws {FrameError} at the first frame that cannot be; nothing after it means anything.
   */
  push(piece: Uint8Array, onFrame: (frame: Frame) => void): void {
    let at = 0;
    while (at < piece.length) {
      const target = this.#body ?? this.#head;
      const taken = Math.min(target.length - this.#filled, piece.length - at);
      target.set(piece.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#body === null && this.#filled === FRAME_HEAD_BYTES) this.#open();
      const body = this.#body;
      if (body !== null && this.#filled === body.length) {
        const frame = { kind: this.#head[4]!, body, offset: this.#offset };
        this.#body = null;
        this.#filled = 0;
        this.#offset += FRAME_HEAD_BYTES + body.length;
        onFrame(frame);
      }
    }
  }

  /** The head is whole: makes room for the body. */
  #open(): void {
    const bytes = this.#headView.getUint32(0, true);
    const kind = this.#head[4]!;
    const limit = this.#limit(kind);
    if (limit === null) {
      throw new FrameError(
        `frame has the kind ${kind}, which does not exist; stdout is for frames, print to stderr`,
        "kind",
        this.#offset,
      );
    }
    if (bytes > limit) {
      throw new FrameError(
        `body of a frame of kind ${kind} is ${bytes} bytes long, at most ${limit} can be`,
        "length",
        this.#offset,
        kind,
      );
    }
    this.#body = new Uint8Array(bytes);
    this.#filled = 0;
  }
}
