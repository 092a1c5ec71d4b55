/**
 * Whether an answer asks its reader something.
 *
 * @module
 */
import { lastChars } from "../read/fields.ts";

/** Looked at from the end, characters. */
const MAX_CHARS = 4000;

/** Whether the last paragraph of a text ends with a question, outside code. */
export function endsWithQuestion(text: string): boolean {
  const end = lastChars(text, MAX_CHARS).trimEnd();
  if (end.endsWith("```")) return false;
  return paragraphIn(end).replace(/[\s*_~>#"'”’)\]]+$/g, "").endsWith("?");
}

/** The last paragraph of a text on one line: its end, where it is longer than `most` characters. */
export function lastParagraph(text: string, most: number): string {
  const paragraph = paragraphIn(lastChars(text, MAX_CHARS).trimEnd());
  const line = paragraph.replace(/\s+/g, " ").trim();
  return line.length > most ? `…${lastChars(line, most - 1).trimStart()}` : line;
}

function paragraphIn(end: string): string {
  return end.slice(end.lastIndexOf("\n\n") + 1);
}
