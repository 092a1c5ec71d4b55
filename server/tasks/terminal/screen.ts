/**
 * The state of a terminal as its program sees it: what is on the screen, in which modes.
 *
 * @module
 */
import type { SerializeAddon } from "@xterm/addon-serialize";
import serialize from "@xterm/addon-serialize";
import type { Terminal as Headless } from "@xterm/headless";
import headless from "@xterm/headless";
import { TerminalGoneError } from "./errors.ts";
import { isAllowedAnswer } from "./queries.ts";

/** Lines above the screen that a snapshot has. */
const SCROLLBACK = 1000;
/** Longest snapshot, characters; longer ones are made again without the lines above. */
const MAX_PAINT = 2 ** 20;

/** What a screen shows, without its place in the output. */
export interface Painting {
  readonly cols: number;
  readonly rows: number;
  readonly paint: string;
}

/**
 * Follows what a program writes. It answers questions about what the terminal is, whether it works and
 * where the cursor is, and no others; titles, colours and the clipboard are nothing to it.
 */
export class Screen {
  readonly #terminal: Headless;
  readonly #serializer: SerializeAddon;
  readonly #paintings = new Set<PromiseWithResolvers<Painting>>();
  #pendingBytes = 0;
  #isCursorHidden = false;

  /** An empty screen; `answer` gives text to the program. */
  constructor(cols: number, rows: number, answer: (text: string) => void) {
    this.#terminal = new headless.Terminal({
      cols,
      rows,
      scrollback: SCROLLBACK,
      allowProposedApi: true,
      logLevel: "off",
    });
    this.#serializer = new serialize.SerializeAddon();
    this.#terminal.loadAddon(this.#serializer);
    this.#terminal.onData((text) => {
      if (isAllowedAnswer(text)) answer(text);
    });
    this.#watchCursor();
  }

  /** Bytes that were written and are not yet on the screen. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes what the program wrote. It is on the screen some time later. */
  write(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    this.#terminal.write(bytes, () => this.#pendingBytes -= bytes.length);
  }

  /** Changes the size, after what was written before. */
  resize(cols: number, rows: number): void {
    this.#terminal.write("", () => this.#terminal.resize(cols, rows));
  }

  /**
   * What it shows when all that was written before is on it.
   *
   * @throws {TerminalGoneError} if it is let go of before.
   */
  paint(): Promise<Painting> {
    const painting = Promise.withResolvers<Painting>();
    this.#paintings.add(painting);
    this.#terminal.write("", () => {
      if (!this.#paintings.delete(painting)) return;
      const { cols, rows } = this.#terminal;
      painting.resolve({ cols, rows, paint: this.#serialized() });
    });
    return painting.promise;
  }

  /** Lets go of everything. */
  dispose(): void {
    this.#terminal.dispose();
    for (const { reject } of this.#paintings) {
      reject(new TerminalGoneError("the program has ended"));
    }
    this.#paintings.clear();
  }

  #serialized(): string {
    let text = this.#serializer.serialize({ scrollback: SCROLLBACK });
    if (text.length > MAX_PAINT) text = this.#serializer.serialize({ scrollback: 0 });
    // The serialiser does not say it.
    return this.#isCursorHidden ? `${text}\x1b[?25l` : text;
  }

  #watchCursor(): void {
    const { parser } = this.#terminal;
    const watch = (isHidden: boolean) => (params: (number | number[])[]) => {
      if (params.includes(25)) this.#isCursorHidden = isHidden;
      return false;
    };
    parser.registerCsiHandler({ prefix: "?", final: "l" }, watch(true));
    parser.registerCsiHandler({ prefix: "?", final: "h" }, watch(false));
    const reset = () => {
      this.#isCursorHidden = false;
      return false;
    };
    parser.registerEscHandler({ final: "c" }, reset);
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, reset);
  }
}
