/// <reference lib="dom" />
import { element } from "../player/dom.ts";
import { PART_BYTES } from "./transcript/transcript_file.ts";
import type { FetchRange } from "./transcript/transcript_file.ts";
import type { XtermScreen } from "./xterm_screen.ts";

/** Bytes that are given to the screen at a time; a frame is drawn in between. */
const SLICE_BYTES = 65_536;

/**
 * A transcript without times, on a screen: what stands in for the replay where nothing was recorded. Its
 * last part comes first, all of it when that is asked for.
 */
export class BytesView {
  readonly #screen: XtermScreen;
  readonly #sizeBytes: number;
  readonly #fetchRange: FetchRange;
  #writtenBytes = 0;

  /** Shows nothing yet. */
  constructor(screen: XtermScreen, sizeBytes: number, fetchRange: FetchRange) {
    this.#screen = screen;
    this.#sizeBytes = sizeBytes;
    this.#fetchRange = fetchRange;
  }

  /** Bytes of the file that are on the screen, or were. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Shows the end. */
  async show(): Promise<void> {
    element("bytes-bar").hidden = false;
    const all = element<HTMLButtonElement>("load-all");
    all.onclick = () => {
      all.hidden = true;
      void this.#write(0);
    };
    await this.#write(Math.max(0, this.#sizeBytes - PART_BYTES));
    all.hidden = this.#writtenBytes >= this.#sizeBytes;
  }

  async #write(from: number): Promise<void> {
    const { cols, rows } = this.#screen.terminal;
    await this.#screen.restore({ cols, rows, paint: "" });
    this.#writtenBytes = 0;
    const says = element("bytes-text");
    for (let at = from; at < this.#sizeBytes;) {
      const part = await this.#fetchRange(at, Math.min(this.#sizeBytes, at + PART_BYTES));
      if (part.length === 0) break;
      for (let i = 0; i < part.length; i += SLICE_BYTES) {
        await this.#screen.write(part.subarray(i, i + SLICE_BYTES));
        this.#writtenBytes += Math.min(SLICE_BYTES, part.length - i);
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      at += part.length;
      says.textContent = `Reading… ${Math.round(100 * at / this.#sizeBytes)} %`;
    }
    const shown = this.#writtenBytes >= this.#sizeBytes
      ? "All of the output"
      : `The last ${(this.#writtenBytes / 2 ** 20).toFixed(1)} MiB of the output`;
    says.textContent = `${shown}. There is no recording with times.`;
  }
}
