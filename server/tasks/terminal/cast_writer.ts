/**
 * Writes the recording of a terminal: asciicast, version 3, so that a crash at any time leaves a
 * recording that can be read.
 *
 * @module
 */
import type { Clock, Timer } from "../../../runtime/mod.ts";
import { type CastCode, type CastHeader, headerLine } from "./asciicast.ts";
import type { FileSink } from "./file_sink.ts";

/** Output within so many seconds becomes one event. */
const COALESCE_S = 0.016;
/** And so many bytes at most. */
const COALESCE_BYTES = 64 * 1024;
/** Longest label of a marker, characters. */
const MAX_LABEL = 80;
const encoder = new TextEncoder();

/** What a {@link CastWriter} is made of. */
export interface CastWriterOptions {
  readonly sink: FileSink;
  readonly clock: Clock;
  readonly header: Omit<CastHeader, "version">;
  /** `TERM` and `SHELL`, if anything. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes of the file at most; a marker and the exit come on top. */
  readonly capBytes: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Adds whole lines. Times are rounded to milliseconds before their differences are taken, so that
 * rounding does not add up. Bytes that are no UTF-8 become U+FFFD; the transcript has them as they were.
 */
export class CastWriter {
  readonly #options: CastWriterOptions;
  readonly #startS: number;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #sink: FileSink | null;
  #writtenBytes = 0;
  #lastMs = 0;
  #isFull = false;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #waitingMs = 0;
  #timer: Timer | null = null;

  /** Writes the header. */
  constructor(options: CastWriterOptions) {
    this.#options = options;
    this.#startS = options.clock.now();
    this.#sink = options.sink;
    this.#add(encoder.encode(`${headerLine(options.header, options.env)}\n`));
  }

  /** Output. */
  output(bytes: Uint8Array): void {
    if (this.#sink === null || this.#isFull || bytes.length === 0) return;
    if (this.#waitingBytes === 0) {
      this.#waitingMs = this.#nowMs();
      this.#timer = this.#options.clock.after(COALESCE_S, () => this.#flush());
    }
    this.#waiting.push(bytes.slice());
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= COALESCE_BYTES) this.#flush();
  }

  /** A new size. */
  resized(cols: number, rows: number): void {
    this.#flush();
    this.#event(this.#nowMs(), "r", `${cols}x${rows}`);
  }

  /** A marker, shortened to 80 characters. */
  mark(label: string): void {
    this.#flush();
    this.#event(this.#nowMs(), "m", shortened(label));
  }

  /** The end of the program: its exit status, the last event. Written also when it is full. */
  exited(status: number): void {
    this.#flush();
    this.#flushDecoder();
    this.#isFull = false;
    this.#event(this.#nowMs(), "x", String(status), { isLast: true });
  }

  /** Closes the file. Never throws. */
  close(): void {
    this.#flush();
    this.#drop();
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#waitingBytes === 0) return;
    const parts = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const text = parts.map((part) => this.#decoder.decode(part, { stream: true })).join("");
    if (text !== "") this.#event(this.#waitingMs, "o", text);
  }

  #flushDecoder(): void {
    const text = this.#decoder.decode();
    if (text !== "") this.#event(this.#nowMs(), "o", text);
  }

  #nowMs(): number {
    return Math.round((this.#options.clock.now() - this.#startS) * 1000);
  }

  #event(atMs: number, code: CastCode, data: string, { isLast = false } = {}): void {
    if (this.#sink === null || this.#isFull) return;
    const ms = Math.max(this.#lastMs, atMs);
    const stepS = (ms - this.#lastMs) / 1000;
    let line = encodedLine([stepS, code, data]);
    if (!isLast && this.#writtenBytes + line.length > this.#options.capBytes) {
      this.#isFull = true;
      line = encodedLine([
        stepS,
        "m",
        `recording truncated at ${this.#options.capBytes} bytes`,
      ]);
    }
    this.#lastMs = ms;
    this.#add(line);
  }

  #add(line: Uint8Array): void {
    try {
      this.#sink?.write(line);
      this.#writtenBytes += line.length;
    } catch (error) {
      this.#options.onError(error);
      this.#drop();
    }
  }

  #drop(): void {
    const sink = this.#sink;
    this.#sink = null;
    try {
      sink?.close();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function encodedLine(event: readonly [stepS: number, code: CastCode, data: string]): Uint8Array {
  return encoder.encode(`${JSON.stringify(event)}\n`);
}

function shortened(label: string): string {
  const characters = [...label];
  return characters.length <= MAX_LABEL ? label : `${characters.slice(0, MAX_LABEL - 1).join("")}…`;
}
