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
import { type Skip, skippable } from "./plain_text.ts";
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
  /** Without the lines above the screen; null where there are none. */
  readonly viewport: string | null;
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
  #pendingWrites = 0;
  #isCursorHidden = false;
  #hasRegion = false;

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
    this.#watchModes();
  }

  /** Bytes that were written and are not yet on the screen. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes what the program wrote. It is on the screen some time later. */
  write(bytes: Uint8Array): void {
    this.#pendingBytes += bytes.length;
    this.#write(bytes, () => this.#pendingBytes -= bytes.length);
  }

  /** What of these bytes would leave no trace, if they came next; null for nothing. */
  skippable(bytes: Uint8Array): Skip | null {
    // A region that scrolls alone keeps what is around it. What is on its way may set one.
    if (this.#hasRegion || this.#pendingWrites > 0) return null;
    return skippable(bytes, SCROLLBACK + 2 * this.#terminal.rows);
  }

  /** Changes the size, after what was written before. */
  resize(cols: number, rows: number): void {
    this.#write("", () => this.#terminal.resize(cols, rows));
  }

  /**
   * What it shows when all that was written before is on it.
   *
   * @throws {TerminalGoneError} if it is let go of before.
   */
  paint(): Promise<Painting> {
    const painting = Promise.withResolvers<Painting>();
    this.#paintings.add(painting);
    this.#write("", () => {
      if (!this.#paintings.delete(painting)) return;
      const { cols, rows } = this.#terminal;
      painting.resolve({ cols, rows, ...this.#serialized() });
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

  #write(bytes: Uint8Array | "", then: () => void): void {
    this.#pendingWrites++;
    this.#terminal.write(bytes, () => {
      this.#pendingWrites--;
      then();
    });
  }

  #serialized(): Pick<Painting, "paint" | "viewport"> {
    const hasLinesAbove = this.#terminal.buffer.normal.baseY > 0;
    const viewport = this.#lines(0);
    const paint = hasLinesAbove ? this.#lines(SCROLLBACK) : viewport;
    const isShort = hasLinesAbove && paint.length <= MAX_PAINT;
    return isShort ? { paint, viewport } : { paint: viewport, viewport: null };
  }

  #lines(scrollback: number): string {
    const text = this.#serializer.serialize({ scrollback });
    // The serialiser does not say it.
    return this.#isCursorHidden ? `${text}\x1b[?25l` : text;
  }

  #watchModes(): void {
    const { parser } = this.#terminal;
    const watch = (isHidden: boolean) => (params: (number | number[])[]) => {
      if (params.includes(25)) this.#isCursorHidden = isHidden;
      return false;
    };
    parser.registerCsiHandler({ prefix: "?", final: "l" }, watch(true));
    parser.registerCsiHandler({ prefix: "?", final: "h" }, watch(false));
    parser.registerCsiHandler({ final: "r" }, (params) => {
      this.#hasRegion = params.some((param) => param !== 0);
      return false;
    });
    const reset = () => {
      this.#isCursorHidden = false;
      this.#hasRegion = false;
      return false;
    };
    parser.registerEscHandler({ final: "c" }, reset);
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, reset);
  }
}
