/**
 * Fields of records that anybody may have written: each is looked at before it is used.
 *
 * @module
 */

/** A JSON object of unknown content. */
export type JsonObject = { readonly [key: string]: unknown };

/** The value as an object; null for anything else. */
export function asObject(value: unknown): JsonObject | null {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as JsonObject
    : null;
}

/** The value as a list; empty for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text that is not empty; null for anything else. */
export function asText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The value as a count: 0 for anything that is no finite number above it. */
export function asCount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

/** A time in ISO 8601 as ms since the Unix epoch; NaN for anything else. */
export function asTimeMs(value: unknown): number {
  return typeof value === "string" ? Date.parse(value) : NaN;
}

/** The first `most` characters; never half of a surrogate pair. */
export function firstChars(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most;
  return text.slice(0, end);
}

/** The last `most` characters; never half of a surrogate pair. */
export function lastChars(text: string, most: number): string {
  if (text.length <= most) return text;
  const from = text.length - most;
  return text.slice(isLowSurrogate(text.charCodeAt(from)) ? from + 1 : from);
}

/** Text on one line, blanks folded, at most so many characters. */
export function oneLine(text: string, most: number): string {
  const folded = firstChars(text, most * 8).replace(/\s+/g, " ").trim();
  return folded.length <= most ? folded : `${firstChars(folded, most - 1)}…`;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
