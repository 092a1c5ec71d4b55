/**
 * Log lines in a file that never grows without end: when it is full it becomes the first of a few
 * older ones, and the oldest of these goes.
 *
 * @module
 */
import { dirname } from "node:path";

/** Bytes of one file. */
export const LOG_FILE_BYTES = 10 * 2 ** 20;
/** Files in all, the one that is written to included. */
export const LOG_FILES = 3;

/** A file of log lines, which other users cannot read. */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #bytes: number;

  /** Opens it to append to. Its folder is made when it is not there. `maxBytes` is for tests. */
  constructor(path: string, maxBytes: number = LOG_FILE_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#file = this.#open();
    this.#bytes = this.#file.statSync().size;
  }

  /** Writes a line, which is never split over two files. Bound, so that it can be handed on. */
  readonly write = (line: string): void => {
    let bytes = this.#encoder.encode(line);
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#turnOver();
    this.#bytes += bytes.length;
    while (bytes.length > 0) bytes = bytes.subarray(this.#file.writeSync(bytes));
  };

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  #open(): Deno.FsFile {
    return Deno.openSync(this.#path, { append: true, create: true, mode: 0o600 });
  }

  #turnOver(): void {
    this.#file.close();
    for (let age = LOG_FILES - 1; age > 0; age--) {
      const newer = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
      try {
        Deno.renameSync(newer, `${this.#path}.${age}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    this.#file = this.#open();
    this.#bytes = 0;
  }
}
