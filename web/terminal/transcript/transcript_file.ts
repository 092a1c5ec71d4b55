/**
 * Parts of a transcript on the server, by its ranges.
 *
 * @module
 */

/** Bytes that are asked for at a time. */
export const PART_BYTES = 1_048_576;

const NEW_LINE = 0x0a;

/** A part of the file. */
export interface FilePart {
  /** Its first byte: the beginning of a line, unless there is none. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Asks for bytes `[from, to)`. */
export type FetchRange = (from: number, to: number) => Promise<Uint8Array>;

/** The part that ends at a place: whole lines, about as long as is asked for at a time. */
export async function partBefore(to: number, fetchRange: FetchRange): Promise<FilePart> {
  const from = Math.max(0, to - PART_BYTES);
  const bytes = await fetchRange(from, to);
  if (from === 0) return { from, bytes };
  const end = bytes.indexOf(NEW_LINE);
  // The last byte ends the part itself: one long line is taken as it is.
  const cut = end === -1 || end + 1 >= bytes.length ? 0 : end + 1;
  return { from: from + cut, bytes: bytes.subarray(cut) };
}

/** Asks a server. @throws {Error} for an answer that is not the range. */
export function rangesOf(path: string): FetchRange {
  return async (from, to) => {
    if (to <= from) return new Uint8Array(0);
    const response = await fetch(path, { headers: { Range: `bytes=${from}-${to - 1}` } });
    if (response.status !== 206) {
      throw new Error(`the transcript cannot be had: the server says ${response.status}`);
    }
    return new Uint8Array(await response.arrayBuffer());
  };
}
