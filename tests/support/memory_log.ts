/**
 * A log for tests: keeps what was logged, and lets a test wait for it.
 *
 * @module
 */
import type { Log, LogFields, LogLevel } from "../../server/log.ts";

/** One line. */
export interface LoggedLine {
  /** How much it matters. */
  readonly level: LogLevel;
  /** The part that wrote it. */
  readonly part: string;
  /** What happened. */
  readonly event: string;
  /** Its data, as it was passed. */
  readonly fields: LogFields;
}

/** Keeps every line. */
export class MemoryLog implements Log {
  /** Every line so far, of all parts. */
  readonly lines: LoggedLine[];
  readonly #part: string;
  readonly #waiting: { readonly event: string; readonly resolve: (line: LoggedLine) => void }[];

  /** An empty log, or another part of `whole`. */
  constructor(part = "server", whole?: MemoryLog) {
    this.#part = part;
    this.lines = whole?.lines ?? [];
    this.#waiting = whole === undefined ? [] : whole.#waiting;
  }

  /** Keeps a line. */
  info(event: string, fields: LogFields = {}): void {
    this.#keep("info", event, fields);
  }

  /** Keeps a line. */
  warn(event: string, fields: LogFields = {}): void {
    this.#keep("warn", event, fields);
  }

  /** Keeps a line. */
  error(event: string, fields: LogFields = {}): void {
    this.#keep("error", event, fields);
  }

  /** The same log, for another part. */
  part(name: string): Log {
    return new MemoryLog(name, this);
  }

  /** All lines of an event. */
  of(event: string): LoggedLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Resolves with the next line of an event. */
  next(event: string): Promise<LoggedLine> {
    return new Promise((resolve) => this.#waiting.push({ event, resolve }));
  }

  #keep(level: LogLevel, event: string, fields: LogFields): void {
    const line = { level, part: this.#part, event, fields };
    this.lines.push(line);
    const due = this.#waiting.filter((waiting) => waiting.event === event);
    for (const waiting of due) this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    for (const { resolve } of due) resolve(line);
  }
}
