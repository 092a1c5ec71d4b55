/**
 * Text for terminals, broken between words.
 *
 * @module
 */
import type { Output } from "./context.ts";

/** Narrower than this, broken lines are harder to read than those that the terminal breaks. */
const LEAST_COLUMNS = 40;

/** How wide lines may be: a terminal's width. Pipes and files get whole lines, to search in. */
export function lineWidth(output: Pick<Output, "isTerminal" | "columns">): number {
  return output.isTerminal ? Math.max(LEAST_COLUMNS, output.columns()) : Infinity;
}

/**
 * The text in lines of at most `width` columns, each behind `indent` spaces. A word that is longer
 * stays whole.
 */
export function wrapped(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (indent + line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((it) => " ".repeat(indent) + it);
}
