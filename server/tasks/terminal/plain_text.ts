/**
 * Which part of a flood of plain text a screen need not see, as nothing of it is left at the end.
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
}

/**
 * Finds what of these bytes can be left out so that a screen shows the same: the middle of plain text
 * that is followed by so many whole lines; they push out everything before them. Null for nothing.
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
  for (let i = 0; i < bytes.length; i++) if (IS_PLAIN[bytes[i]!] === 0) return null;
  return { from: HEAD_BYTES, to: to - 1 };
}
