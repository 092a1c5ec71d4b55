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

/** The end of the year 9999, ms since the Unix epoch: later days are not written with four digits. */
export const MAX_TIME_MS = 253_402_300_799_000;

/** The time that was read last: each record's is asked for several times in a row. */
let lastTime = { text: "", ms: NaN };

/** A time in ISO 8601 as ms since the Unix epoch; NaN for anything else, and for what no calendar has. */
export function asTimeMs(value: unknown): number {
  if (typeof value !== "string") return NaN;
  if (value !== lastTime.text) {
    const ms = Date.parse(value);
    lastTime = { text: value, ms: ms >= 0 && ms <= MAX_TIME_MS ? ms : NaN };
  }
  return lastTime.ms;
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

/** Blanks that are to be folded: two of them, or one that is no space. */
const UNEVEN = /\s{2}|[^\S ]/;

/** Text on one line, blanks folded, at most so many characters. */
export function oneLine(text: string, most: number): string {
  let folded = "";
  // The first characters are enough, unless most of them are blanks.
  for (const times of [2, 8]) {
    const part = firstChars(text, most * times);
    folded = (UNEVEN.test(part) ? part.replace(/\s+/g, " ") : part).trim();
    if (folded.length > most) return `${firstChars(folded, most - 1)}…`;
    if (text.length <= most * times) break;
  }
  return folded;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
