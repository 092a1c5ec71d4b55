/**
 * Lines of text of which none is kept that is too long.
 *
 * @module
 */

/** Stands for a line that was longer than it may be. */
export const TOO_LONG: unique symbol = Symbol("a line that is too long");

/**
 * Cuts text into lines, without their ends. Of a line of more than `maxChars` characters nothing is
 * kept; {@link TOO_LONG} comes in its place as soon as that is known.
 *
 * @param maxChars At least 1.
 */
export function boundedLines(maxChars: number): TransformStream<string, string | typeof TOO_LONG> {
  let parts: string[] = [];
  let chars = 0;
  let isSkipping = false;
  return new TransformStream({
    transform(text, controller) {
      for (let at = 0;;) {
        const end = text.indexOf("\n", at);
        const part = text.slice(at, end === -1 ? text.length : end);
        if (!isSkipping && chars + part.length > maxChars) {
          controller.enqueue(TOO_LONG);
          isSkipping = true;
          parts = [];
        }
        if (!isSkipping) parts.push(part);
        chars += part.length;
        if (end === -1) return;
        if (!isSkipping) controller.enqueue(parts.join("").replace(/\r$/, ""));
        parts = [];
        chars = 0;
        isSkipping = false;
        at = end + 1;
      }
    },
    flush(controller) {
      if (!isSkipping && chars > 0) controller.enqueue(parts.join(""));
    },
  });
}
