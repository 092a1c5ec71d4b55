/**
 * Lists that keep to their bytes.
 *
 * @module
 */
import { utf8Bytes } from "../../server/board/items/clip.ts";

/** A list's beginning. */
export interface BoundedList<T> {
  readonly kept: readonly T[];
  /** How many were left out at its end. */
  readonly leftOut: number;
}

/** What a value takes as JSON, bytes. */
export function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value));
}

/** As many of the first entries as have room. */
export function bounded<T>(
  list: readonly T[],
  { most, maxBytes }: { readonly most: number; readonly maxBytes: number },
): BoundedList<T> {
  let bytes = 2;
  let count = 0;
  for (const it of list.slice(0, most)) {
    bytes += jsonBytes(it) + 1;
    if (bytes > maxBytes) break;
    count++;
  }
  return { kept: list.slice(0, count), leftOut: list.length - count };
}
