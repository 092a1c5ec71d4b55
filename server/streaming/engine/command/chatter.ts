import type { Clock } from "../../../../runtime/mod.ts";
import { LineLog } from "./line_log.ts";
import { ReadBudget } from "./read_budget.ts";

/** Bytes of frames that are no windows, and as many of stderr, that are read within a second. */
const BYTES_PER_S = 262_144;
/** What the smallest frame is counted as, bytes: so there are 1024 of them a second at the most. */
const LEAST_FRAME_BYTES = 256;

/** What a {@link Chatter} is made of. */
export interface ChatterOptions {
  readonly clock: Clock;
  /** Gets the lines. */
  readonly onLine: (line: string) => void;
  /** Stops or goes on reading. */
  readonly setReadPaused: (stream: "stdout" | "stderr", isPaused: boolean) => void;
}

/** What a process has to say besides its windows: lines for the log, read no faster than bearable. */
export class Chatter {
  readonly #log: LineLog;
  readonly #errors: LineLog;
  readonly #frameBudget: ReadBudget;
  readonly #errorBudget: ReadBudget;

  /** Nothing has been said. */
  constructor({ clock, onLine, setReadPaused }: ChatterOptions) {
    const budget = (stream: "stdout" | "stderr") =>
      new ReadBudget(clock, BYTES_PER_S, (isPaused) => setReadPaused(stream, isPaused));
    this.#log = new LineLog(clock, onLine);
    this.#errors = new LineLog(clock, onLine);
    this.#frameBudget = budget("stdout");
    this.#errorBudget = budget("stderr");
  }

  /** A frame came that is no window; `bytes` with its head. */
  frame(bytes: number): void {
    this.#frameBudget.spend(Math.max(bytes, LEAST_FRAME_BYTES));
  }

  /** The text of a log frame. */
  logged(text: string): void {
    this.#log.text(text);
  }

  /** A piece of stderr. */
  errorOutput(bytes: Uint8Array): void {
    this.#errorBudget.spend(bytes.length);
    this.#errors.push(bytes);
  }

  /** Reads on, whatever was read before. */
  release(): void {
    this.#frameBudget.release();
    this.#errorBudget.release();
  }

  /** The process is gone: tells what is left to tell. */
  end(): void {
    this.release();
    this.#log.end();
    this.#errors.end();
  }
}
