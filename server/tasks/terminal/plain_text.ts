/**
 * Which part of a flood of text a screen need not see, as nothing of it is left at the end.
 *
 * @module
 */

const LF = 0x0a;
const CR = 0x0d;
/** So much at the beginning is always seen, bytes: it may end an escape sequence that began before. */
const HEAD_BYTES = 4096;

/**
 * 1 for bytes of plain text: printable, tab, carriage return, line feed. Not 0xc2, with which controls of
 * one character begin.
 */
const IS_PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    (byte >= 0x20 && byte !== 0x7f && byte !== 0xc2) || [9, LF, CR].includes(byte) ? 1 : 0,
);

/** A part of some bytes: from `from` up to `to`. */
export interface Skip {
  readonly from: number;
  readonly to: number;
  /** What stands in its place: the colours that its sequences chose last. */
  readonly instead: Uint8Array;
}

const ESC = 0x1b;
const BRACKET = 0x5b;
const M = 0x6d;

/**
 * Finds what of these bytes can be left out so that a screen shows the same: the middle of plain or
 * coloured text that is followed by so many whole lines; they push out everything before them. Null for
 * nothing.
 *
 * @param lines Enough to fill the screen, what is above it, and the way to its last line: at least
 * lines above + 2 × rows.
 */
export function skippable(bytes: Uint8Array, lines: number): Skip | null {
  if (bytes.length < 2 * HEAD_BYTES) return null;
  let to = bytes.length;
  for (let found = 0; found < lines; found++) {
    to = bytes.lastIndexOf(LF, to - 1);
    if (to <= HEAD_BYTES) return null;
  }
  // The lines after it must begin in the first column, whatever was before.
  if (bytes[to - 1] !== CR) return null;
  const colours = coloursIn(bytes, to - 1);
  return colours === null || colours.from >= to ? null : { ...colours, to: to - 1 };
}

/** Where the part that may be left out begins, and its colours; null if there is more than text and colours. */
function coloursIn(bytes: Uint8Array, to: number): Pick<Skip, "from" | "instead"> | null {
  let from = -1;
  /** Sequences since the last that began anew. */
  let kept: Uint8Array[] = [];
  for (let i = 0; i < bytes.length;) {
    if (from < 0 && i >= HEAD_BYTES) from = i;
    if (IS_PLAIN[bytes[i]!] === 1) {
      i++;
      continue;
    }
    const end = endOfColours(bytes, i);
    if (end === null) return null;
    if (from >= 0 && i < to) {
      if (isReset(bytes, i, end)) kept = [];
      kept.push(bytes.subarray(i, end));
    }
    i = end;
  }
  const instead = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    instead.set(part, at);
    at += part.length;
  }
  return { from, instead };
}

/** The place after a sequence that chooses colours and the like; null for any other. */
function endOfColours(bytes: Uint8Array, start: number): number | null {
  if (bytes[start] !== ESC || bytes[start + 1] !== BRACKET) return null;
  let end = start + 2;
  // Digits, `:` and `;`.
  while (bytes[end]! >= 0x30 && bytes[end]! <= 0x3b) end++;
  return bytes[end] === M ? end + 1 : null;
}

/** Whether it is `ESC [ m` or `ESC [ 0 m`, after which nothing of those before is left. */
function isReset(bytes: Uint8Array, start: number, end: number): boolean {
  return end === start + 3 || end === start + 4 && bytes[start + 2] === 0x30;
}
