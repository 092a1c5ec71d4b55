/// <reference lib="dom" />
import { element } from "../../player/dom.ts";
import { PlainText } from "./plain_text.ts";
import { type FetchRange, partBefore } from "./transcript_file.ts";

/** Characters in one block: those that are not seen cost nothing. */
const BLOCK_CHARS = 65_536;

/** The transcript as plain text: its end first, what is before it when it is asked for. */
export class TranscriptView {
  readonly #box = element("transcript");
  readonly #earlier = element<HTMLButtonElement>("earlier");
  readonly #fetchRange: FetchRange;
  /** What is shown begins here. */
  #from: number;
  #isLoading = false;
  #isShown = false;

  /** For a file of so many bytes. Nothing is asked for yet. */
  constructor(sizeBytes: number, fetchRange: FetchRange) {
    this.#from = sizeBytes;
    this.#fetchRange = fetchRange;
    this.#earlier.onclick = () => void this.#load();
  }

  /** Shows the end, at the first call. */
  async show(): Promise<void> {
    if (this.#isShown) return;
    this.#isShown = true;
    await this.#load();
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { from, bytes } = await partBefore(this.#from, this.#fetchRange);
      this.#from = from;
      const fromEnd = this.#box.scrollHeight - this.#box.scrollTop;
      this.#box.prepend(...blocksOf(new TextDecoder().decode(bytes)));
      this.#box.scrollTop = this.#box.scrollHeight - fromEnd;
      this.#earlier.hidden = from === 0;
      this.#earlier.textContent = `Load earlier (${(from / 2 ** 20).toFixed(1)} MiB more)`;
    } catch (error) {
      this.#earlier.hidden = false;
      this.#earlier.textContent = `${error instanceof Error ? error.message : error}. Try again`;
    } finally {
      this.#isLoading = false;
    }
  }
}

/** Output as blocks of plain text. */
function blocksOf(output: string): HTMLPreElement[] {
  const plain = new PlainText();
  const text = plain.push(output) + plain.end();
  const blocks: HTMLPreElement[] = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\n", at + BLOCK_CHARS);
    const block = document.createElement("pre");
    const to = end === -1 ? text.length : end + 1;
    block.textContent = text.slice(at, to);
    blocks.push(block);
    at = to;
  }
  return blocks;
}
