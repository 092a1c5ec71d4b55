/**
 * Values in a shell's command line.
 *
 * @module
 */

/** A value as one word of a POSIX shell, whatever it holds. In these quotes a shell reads nothing. */
export function shellQuote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** Whether a text may be typed into a terminal as part of a line: a control character is a key. */
export function isTypeable(text: string): boolean {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  return !/[\x00-\x1f\x7f-\x9f]/.test(text);
}
