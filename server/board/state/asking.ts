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
  const paragraph = end.slice(end.lastIndexOf("\n\n") + 1);
  return paragraph.replace(/[\s*_~>#"'”’)\]]+$/g, "").endsWith("?");
}
