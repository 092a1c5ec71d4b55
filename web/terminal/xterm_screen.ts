/// <reference lib="dom" />
/**
 * A terminal's screen in a page, seen or hidden.
 *
 * @module
 */
import { SerializeAddon } from "@xterm/addon-serialize";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { linkOf, silence } from "./guards.ts";
import type { HiddenScreen } from "./replay/build_index.ts";
import type { Snapshot } from "./replay/seek_index.ts";
import { DARK, LIGHT } from "./theme.ts";

/** Lines above the screen that are kept. */
const SCROLLBACK_LINES = 10_000;
/** Lines of them that a snapshot holds. */
const SNAPSHOT_LINES = 500;
/** Sizes of letters, px: for a window that is not high they get less small than for one that is narrow. */
const FONT = { least: 7, leastByHeight: 10, most: 14 };
/** Height of a row for each px of its letters; a little more than it is. */
const ROW_PER_FONT = 1.32;

/** Synchronised output: nothing is drawn until it ends, or a second is over. */
const HOLD_DRAWING = "\x1b[?2026h";
const DRAW = "\x1b[?2026l";

/** What a screen may take of a page. */
export interface Room {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How much a screen shows. */
export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}

/** The screen. What is done to it happens in the order in which it was asked for. */
export class XtermScreen implements HiddenScreen {
  readonly terminal: Terminal;
  readonly #serialize = new SerializeAddon();
  /** Snapshots would forget it. */
  #isCursorHidden = false;
  #fontPx = FONT.most;

  /** A hidden screen, until it is shown. */
  constructor() {
    const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");
    this.terminal = new Terminal({
      allowProposedApi: true,
      disableStdin: true,
      scrollback: SCROLLBACK_LINES,
      fontFamily: 'ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", Menlo, Consolas, monospace',
      fontSize: FONT.most,
      lineHeight: 1.1,
      minimumContrastRatio: 4.5,
      cursorInactiveStyle: "outline",
      theme: dark.matches ? DARK : LIGHT,
      linkHandler: { activate: (_event, text) => follow(text) },
    });
    dark.addEventListener(
      "change",
      ({ matches }) => this.terminal.options.theme = matches ? DARK : LIGHT,
    );
    const { parser } = this.terminal;
    silence(parser);
    const seeCursor = (isHidden: boolean) => (params: (number | number[])[]) => {
      if (params.includes(25)) this.#isCursorHidden = isHidden;
      return false;
    };
    parser.registerCsiHandler({ prefix: "?", final: "h" }, seeCursor(false));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, seeCursor(true));
    const reset = () => this.#isCursorHidden = false;
    parser.registerEscHandler({ final: "c" }, reset);
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, reset);
    this.terminal.loadAddon(this.#serialize);
    // Keys are the page's, Tab among them, until somebody types here.
    this.terminal.attachCustomKeyEventHandler(() => false);
  }

  /** Shows it in an element. */
  open(parent: HTMLElement): void {
    this.terminal.loadAddon(new WebLinksAddon((_event, text) => follow(text)));
    this.terminal.open(parent);
    this.terminal.textarea!.tabIndex = -1;
  }

  write(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(text, resolve));
  }

  /** After what was written before has been read, as it was written for the old size. */
  resize(cols: number, rows: number): void {
    this.terminal.write("", () => this.terminal.resize(cols, rows));
  }

  /**
   * Empties it by the sequence for that, so that what was written before does not come after. Nothing is
   * drawn in between: whoever looks sees the old screen and then the new one.
   */
  restore({ cols, rows, paint }: Snapshot): Promise<void> {
    this.terminal.write(`\x1bc${HOLD_DRAWING}`);
    this.resize(cols, rows);
    return this.write(`${paint}${DRAW}`);
  }

  snapshot(): Snapshot {
    const { cols, rows } = this.terminal;
    const paint = this.#serialize.serialize({ scrollback: SNAPSHOT_LINES });
    return { cols, rows, paint: this.#isCursorHidden ? `${paint}\x1b[?25l` : paint };
  }

  /** The lines that are seen, without blanks at their ends. */
  lines(): string[] {
    const { buffer: { active }, rows } = this.terminal;
    return Array.from(
      { length: rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "",
    );
  }

  /** Makes letters as large as a room lets them be for a screen of a size. */
  fit({ widthPx, heightPx }: Room, { cols, rows }: ScreenSize): void {
    const perPx = this.#cellWidthAt(100) / 100;
    const byWidth = halfPx((widthPx - 2) / (cols * perPx));
    const byHeight = Math.max(FONT.leastByHeight, halfPx(heightPx / (rows * ROW_PER_FONT)));
    this.#setFont(Math.min(FONT.most, byHeight, Math.max(FONT.least, byWidth)));
  }

  /** How many columns and rows of usual letters a room has. */
  sizeFor({ widthPx, heightPx }: Room): ScreenSize {
    const fontPx = widthPx < 500 ? 12 : FONT.most;
    const cols = Math.floor((widthPx - 2) / this.#cellWidthAt(fontPx));
    const rows = Math.floor(heightPx / (fontPx * ROW_PER_FONT));
    return {
      cols: Math.min(300, Math.max(20, cols)),
      rows: Math.min(80, Math.max(8, rows)),
    };
  }

  #setFont(fontPx: number): void {
    if (fontPx === this.#fontPx) return;
    this.#fontPx = fontPx;
    this.terminal.options.fontSize = fontPx;
  }

  #cellWidthAt(fontPx: number): number {
    const context = document.createElement("canvas").getContext("2d")!;
    context.font = `${fontPx}px ${this.terminal.options.fontFamily}`;
    return context.measureText("W".repeat(32)).width / 32;
  }
}

/** Down to half a px. */
function halfPx(px: number): number {
  return Math.floor(2 * px) / 2;
}

/** Opens a link of the output, if it is one that may be followed. */
function follow(text: string): void {
  const address = linkOf(text);
  if (address !== null) globalThis.open(address, "_blank", "noopener,noreferrer");
}
