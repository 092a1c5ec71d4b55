/**
 * The transcript: the bytes of a terminal in a file, up to a cap.
 *
 * @module
 */
import type { FileSink } from "./file_sink.ts";
import { brokenTailBytes } from "./utf8.ts";

const encoder = new TextEncoder();
const NOTHING = new Uint8Array();

/**
 * Writes each piece when it comes. At the cap it says so in the file and closes it; a character is never
 * cut in two. If the file fails, nothing more is written and nobody is disturbed.
 */
export class Transcript {
  #sink: FileSink | null;
  readonly #capBytes: number;
  readonly #onError: (error: unknown) => void;
  #written = 0;
  /** The beginning of a character that may not fit; at most three bytes. */
  #tail: Uint8Array = NOTHING;

  /** @param capBytes Bytes of output at most; the line that says so comes on top. */
  constructor(sink: FileSink, capBytes: number, onError: (error: unknown) => void) {
    this.#sink = sink;
    this.#capBytes = capBytes;
    this.#onError = onError;
  }

  /** Bytes of output that are in the file. */
  get writtenBytes(): number {
    return this.#written;
  }

  /** False when the file is closed: at the cap, after an error, at the end. */
  get isOpen(): boolean {
    return this.#sink !== null;
  }

  /** Adds bytes. Never throws. */
  write(bytes: Uint8Array): void {
    if (this.#sink === null || bytes.length === 0) return;
    const all = this.#tail.length === 0 ? bytes : joined(this.#tail, bytes);
    this.#tail = NOTHING;
    const room = this.#capBytes - this.#written;
    if (all.length > room) {
      const fitting = all.subarray(0, room);
      const cut = fitting.subarray(0, room - brokenTailBytes(fitting));
      this.#add(
        joined(cut, encoder.encode(`\n[transcript truncated at ${this.#capBytes} bytes]\n`)),
      );
      this.#written += cut.length;
      this.#drop();
      return;
    }
    // Near the cap the beginning of a character waits for its end, which may not fit.
    const held = room - all.length < 3 ? brokenTailBytes(all) : 0;
    this.#add(all.subarray(0, all.length - held));
    this.#written += all.length - held;
    this.#tail = all.slice(all.length - held);
  }

  /** Closes the file. Never throws. */
  close(): void {
    if (this.#sink !== null && this.#tail.length > 0) {
      this.#add(this.#tail);
      this.#written += this.#tail.length;
    }
    this.#drop();
  }

  #add(bytes: Uint8Array): void {
    try {
      this.#sink?.write(bytes);
    } catch (error) {
      this.#onError(error);
      this.#drop();
    }
  }

  /** Lets go of the file before it is closed, so that nothing finds it half closed. */
  #drop(): void {
    const sink = this.#sink;
    this.#sink = null;
    try {
      sink?.close();
    } catch (error) {
      this.#onError(error);
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
