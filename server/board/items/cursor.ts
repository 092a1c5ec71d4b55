/**
 * Places in a transcript, as text that clients give back.
 *
 * @module
 */

/** A place: an item by its number, or whatever begins at a byte. */
export type Cursor =
  & {
    /** The generation of the file that it is of. */
    readonly gen: number;
  }
  & ({ readonly n: number } | { readonly offset: number });

/** Reads `<gen>.<n>` or `<gen>.b<offset>`; null for anything else. */
export function parseCursor(text: string): Cursor | null {
  const match = /^(\d{1,9})\.(b?)(\d{1,15})$/.exec(text);
  if (match === null) return null;
  const [, gen, isByte, number] = match;
  return isByte === "b"
    ? { gen: Number(gen), offset: Number(number) }
    : { gen: Number(gen), n: Number(number) };
}

/** An item's place as text. */
export function itemCursor(gen: number, n: number): string {
  return `${gen}.${n}`;
}

/** A byte's place as text. */
export function byteCursor(gen: number, offset: number): string {
  return `${gen}.b${offset}`;
}

/** Where a stream of what comes next has to begin. */
export function streamCursor(gen: number, offset: number): string {
  return `${gen}.${offset}`;
}

/** Reads what {@link streamCursor} makes; null for anything else. */
export function parseStreamCursor(text: string): { gen: number; offset: number } | null {
  const match = /^(\d{1,9})\.(\d{1,15})$/.exec(text);
  return match === null ? null : { gen: Number(match[1]), offset: Number(match[2]) };
}
