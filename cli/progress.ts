import type { Clock } from "../runtime/clock.ts";
import type { CliContext, Output } from "./context.ts";

/** The shortest time between two drawings, seconds: more is flicker. */
const REDRAW_S = 0.05;

/** Return to the line's start and clear to its end (ECMA-48 EL). */
const CLEAR_LINE = "\r\x1b[K";

/**
 * Progress for a person: one line that is rewritten in place. Says nothing at all when the stream
 * is no terminal, or in CI, where rewritten lines become noise.
 */
export class Progress {
  readonly #output: Output;
  readonly #clock: Pick<Clock, "now">;
  /** Whether it draws. */
  readonly isShown: boolean;
  #drawnAtS = -Infinity;
  #isDrawn = false;

  /** Progress on the context's stderr. */
  constructor({ stderr, env, clock }: Pick<CliContext, "stderr" | "env" | "clock">) {
    this.#output = stderr;
    this.#clock = clock;
    const ci = env("CI");
    this.isShown = stderr.isTerminal && (ci === undefined || ci === "" || ci === "false");
  }

  /** Shows the text in place of the last one, cut to the terminal's width. */
  update(text: string): void {
    const nowS = this.#clock.now();
    if (!this.isShown || nowS - this.#drawnAtS < REDRAW_S) return;
    this.#drawnAtS = nowS;
    this.#isDrawn = true;
    const width = this.#output.columns() - 1;
    this.#output.write(CLEAR_LINE + [...text].slice(0, width).join(""));
  }

  /** Takes the line away, so that other output can be written. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.#drawnAtS = -Infinity;
    this.#output.write(CLEAR_LINE);
  }
}
