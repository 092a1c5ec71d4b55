/**
 * Sends frames one after the other.
 *
 * @module
 */
import { encodeFrame, type Frame } from "./pty_frames.ts";

/** What takes bytes. */
export interface ByteWriter {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
}

/** Bytes that may wait to be sent; whoever reads so slowly is given up. */
const MAX_WAITING_BYTES = 128 * 2 ** 20;

/** A queue of frames before a pipe. What may be in it is bounded by those who ask. */
export class FrameSender {
  readonly #writer: ByteWriter;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  #isSending = false;
  #isBroken = false;
  #flushed: Promise<void> = Promise.resolve();

  /** Nothing waits. */
  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** False when the pipe has broken; nothing is sent any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Sends a frame after those before. */
  send(frame: Frame): void {
    if (this.#isBroken) return;
    const bytes = encodeFrame(frame);
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#break();
    if (!this.#isSending) this.#flushed = this.#flush();
  }

  /** Sends what waits, and closes the pipe. */
  async close(): Promise<void> {
    await this.#flushed;
    this.#isBroken = true;
    await this.#writer.close().catch(() => {});
  }

  async #flush(): Promise<void> {
    this.#isSending = true;
    try {
      for (let bytes = this.#waiting.shift(); bytes !== undefined; bytes = this.#waiting.shift()) {
        await this.#writer.write(bytes);
        this.#waitingBytes -= bytes.length;
      }
    } catch {
      // Whoever read is gone, which its other end tells.
      this.#break();
    } finally {
      this.#isSending = false;
    }
  }

  #break(): void {
    this.#isBroken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
