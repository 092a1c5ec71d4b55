/// <reference lib="dom" />
/**
 * Marks words in rows, without touching their nodes.
 *
 * @module
 */

/** Most places that are marked at a time. */
const MAX_RANGES = 500;

/** The words that are marked in a list. */
export class FoundWords {
  readonly #list: HTMLElement;
  #isMarked = false;
  /** What is marked from the next time on; empty for nothing. */
  words = "";

  /** Nothing is marked. */
  constructor(list: HTMLElement) {
    this.#list = list;
  }

  /** Marks the words in what the list shows now. */
  mark(): void {
    if (this.words === "" && !this.#isMarked) return;
    this.#isMarked = this.words !== "";
    markWords(this.#list.querySelectorAll(".body"), this.words);
  }
}

function markWords(nodes: Iterable<Node>, words: string): void {
  // Browsers without it show the item, if not the words.
  if (!("highlights" in CSS)) return;
  if (words === "") return void CSS.highlights.delete("found");
  const wanted = words.toLowerCase();
  const ranges: Range[] = [];
  for (const node of nodes) {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
      const held = (text.nodeValue ?? "").toLowerCase();
      for (let at = held.indexOf(wanted); at >= 0; at = held.indexOf(wanted, at + wanted.length)) {
        if (ranges.length >= MAX_RANGES) break;
        const range = new Range();
        range.setStart(text, at);
        range.setEnd(text, Math.min(at + wanted.length, text.nodeValue!.length));
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

/** Unfolds what hides words in an item. */
export function unfold(node: HTMLElement, words: string): void {
  for (const part of node.querySelectorAll("details")) {
    if (part.textContent!.toLowerCase().includes(words.toLowerCase())) part.open = true;
  }
}
