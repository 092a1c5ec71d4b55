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

/** Bytes of frames that are written together: as many as a pipe takes at a time. */
const JOINED_BYTES = 64 * 1024;

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
      while (this.#waiting.length > 0) {
        const bytes = this.#next();
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

  /** What is written next: small frames that wait together go together. */
  #next(): Uint8Array<ArrayBuffer> {
    let [count, length] = [1, this.#waiting[0]!.length];
    for (; count < this.#waiting.length; count++) {
      const more = this.#waiting[count]!.length;
      if (length + more > JOINED_BYTES) break;
      length += more;
    }
    const frames = this.#waiting.splice(0, count);
    if (count === 1) return frames[0]!;
    const all = new Uint8Array(length);
    let at = 0;
    for (const frame of frames) {
      all.set(frame, at);
      at += frame.length;
    }
    return all;
  }

  #break(): void {
    this.#isBroken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
