import type { FrameParts } from "./bodies.ts";

/** Written at a time: as much as a pipe takes. */
const PIECE_BYTES = 65_536;

/**
 * One frame on its way out, piece by piece: a process that does not read holds up nobody, and no
 * piece is copied before it is written, unless it is of a source that threads share.
 */
export class FrameSender {
  readonly #write: (piece: Uint8Array) => void;
  #parts: FrameParts = [];
  #part = 0;
  #offset = 0;

  /** Nothing to send. */
  constructor(write: (piece: Uint8Array) => void) {
    this.#write = write;
  }

  /** Whether the last frame has gone. */
  get isIdle(): boolean {
    return this.#part >= this.#parts.length;
  }

  /** Sends a frame; only when idle. */
  send(parts: FrameParts): void {
    this.#parts = parts.filter((part) => part.length > 0);
    this.#part = 0;
    this.#offset = 0;
    this.#writePiece();
  }

  /** The piece has been taken; writes the next one if there is one. */
  onWritten(): void {
    const part = this.#parts[this.#part];
    if (part === undefined) return;
    this.#offset += PIECE_BYTES;
    if (this.#offset >= part.length) {
      this.#part++;
      this.#offset = 0;
    }
    if (this.isIdle) this.#parts = [];
    else this.#writePiece();
  }

  #writePiece(): void {
    const piece = this.#parts[this.#part]!.subarray(this.#offset, this.#offset + PIECE_BYTES);
    // No pipe takes memory that other threads see.
    this.#write(piece.buffer instanceof SharedArrayBuffer ? piece.slice() : piece);
  }
}
