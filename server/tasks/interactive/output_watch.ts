/**
 * The latest output of a terminal, for a while.
 *
 * @module
 */
import type { Clock } from "../../../runtime/mod.ts";
import type { PtyId } from "../ids.ts";
import type { Terminals } from "../terminal/terminals.ts";

const MAX_CHARS = 64 * 1024;

/** Listens until it is disposed of. */
export class OutputWatch implements Disposable {
  /** What came since the beginning, its end. */
  text = "";
  /** Whether the terminal is gone. */
  isGone = false;
  readonly #clock: Pick<Clock, "now">;
  readonly #unsubscribe: () => void;
  #lastS: number | null = null;

  /** Begins now. @throws {TerminalGoneError} for no terminal. */
  constructor(terminals: Terminals, id: PtyId, clock: Pick<Clock, "now">) {
    this.#clock = clock;
    const decoder = new TextDecoder();
    const { seq = 0 } = terminals.get(id) ?? {};
    this.#unsubscribe = terminals.subscribe(id, seq, (event) => {
      if (event.kind === "closed") this.isGone = true;
      if (event.kind !== "output") return;
      this.#lastS = clock.now();
      this.text = (this.text + decoder.decode(event.bytes, { stream: true })).slice(-MAX_CHARS);
    });
  }

  /** Whether something came, and nothing more for so long. */
  isQuietFor(seconds: number): boolean {
    return this.#lastS !== null && this.#clock.now() - this.#lastS >= seconds;
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.#unsubscribe();
  }
}
