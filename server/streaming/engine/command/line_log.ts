import type { Clock } from "../../../../runtime/mod.ts";

/** Longest line that is kept, characters; the rest of it is cut off. */
const LINE_CHARS = 500;
/** Bytes of a line after which no more of it is collected. */
const LINE_BYTES = 2_048;
/** Lines within a second; those after them are counted only. */
const LINES_PER_S = 20;
const LINE_FEED = 10;

/**
 * What a process writes, as log lines: cut in length and in rate, without control characters, so
 * that a log stays readable whatever an engine does.
 */
export class LineLog {
  readonly #clock: Pick<Clock, "now">;
  readonly #write: (line: string) => void;
  readonly #line = new Uint8Array(LINE_BYTES);
  readonly #decoder = new TextDecoder();
  #filled = 0;
  #secondEndsS = -Infinity;
  #lines = 0;
  #leftOut = 0;

  /** Nothing has been written. */
  constructor(clock: Pick<Clock, "now">, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** A piece of a stream, of which line ends make lines. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const found = bytes.indexOf(LINE_FEED, at);
      const end = found < 0 ? bytes.length : found;
      const room = LINE_BYTES - this.#filled;
      const piece = bytes.subarray(at, Math.min(end, at + room));
      this.#line.set(piece, this.#filled);
      this.#filled += piece.length;
      if (found >= 0) this.#finish();
      at = end + 1;
    }
  }

  /** A text that came whole; several lines become several. */
  text(text: string): void {
    for (const line of text.split("\n")) this.#tell(line);
  }

  /** The stream is over: tells the last line, and how many were left out. */
  end(): void {
    this.#finish();
    this.#tellLeftOut();
  }

  #finish(): void {
    if (this.#filled === 0) return;
    const line = this.#decoder.decode(this.#line.subarray(0, this.#filled));
    this.#filled = 0;
    this.#tell(line);
  }

  #tell(line: string): void {
    // deno-lint-ignore no-control-regex
    const clean = line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
    if (clean === "") return;
    const nowS = this.#clock.now();
    if (nowS >= this.#secondEndsS) {
      this.#secondEndsS = nowS + 1;
      this.#lines = 0;
      this.#tellLeftOut();
    }
    if (this.#lines++ < LINES_PER_S) {
      this.#write(clean.length > LINE_CHARS ? `${clean.slice(0, LINE_CHARS)}…` : clean);
    } else this.#leftOut++;
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return;
    this.#write(`(${this.#leftOut} lines left out)`);
    this.#leftOut = 0;
  }
}
