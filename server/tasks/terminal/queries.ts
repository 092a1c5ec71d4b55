/**
 * Questions that programs ask of their terminal, and which of them are answered: what it is
 * (device attributes), whether it works (status), where the cursor is. Nothing else.
 *
 * @module
 */

const ESC = 0x1b;
/** Longest question, bytes. */
const MAX_BYTES = 16;
/** All without the escape character that they begin with. */
const QUESTION = /^\[[?>=]?[\d;]*[cn]/;
const UNFINISHED = /^(\[[?>=]?[\d;]*)?$/;
const ANSWER = /^\[([?>=]?[\d;]*c|[03]n|\??\d+;\d+(;\d+)?R)$/;

/** Finds out whether output asks something, also where a question comes in pieces. */
export class QueryScanner {
  #tail: Uint8Array = new Uint8Array();

  /** Whether a question ended in these bytes. */
  scan(bytes: Uint8Array): boolean {
    let all = bytes;
    if (this.#tail.length > 0) {
      all = new Uint8Array(this.#tail.length + bytes.length);
      all.set(this.#tail);
      all.set(bytes, this.#tail.length);
      this.#tail = new Uint8Array();
    }
    let asks = false;
    for (let at = all.indexOf(ESC); at !== -1; at = all.indexOf(ESC, at + 1)) {
      const text = String.fromCharCode(...all.subarray(at + 1, at + MAX_BYTES));
      if (QUESTION.test(text)) asks = true;
      else if (at + MAX_BYTES > all.length && UNFINISHED.test(text)) this.#tail = all.slice(at);
    }
    return asks;
  }
}

/** Whether this is an answer that may be given to a program. */
export function isAllowedAnswer(text: string): boolean {
  return text.charCodeAt(0) === ESC && ANSWER.test(text.slice(1));
}
