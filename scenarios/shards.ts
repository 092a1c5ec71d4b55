/**
 * A call in parts for several machines: every scenario in exactly one part, parts about equally long,
 * and the same split wherever it is made.
 *
 * @module
 */

/** Something that is to be split. */
export interface Weighted {
  /** What tells it from others; breaks ties. */
  readonly name: string;
  /** How long it is expected to take, in any unit; at least 0. */
  readonly weight: number;
}

/**
 * The numbers of the items of each part, in the items' order: longest first, each to the part that has
 * least so far (Graham's longest processing time rule, at most a third above the best split).
 *
 * @param of How many parts, at least 1.
 * @throws {RangeError} when `of` is no whole number of at least 1.
 * @example
 * ```ts
 * import { splitByWeight } from "./shards.ts";
 *
 * const items = [{ name: "a", weight: 3 }, { name: "b", weight: 1 }, { name: "c", weight: 2 }];
 * console.log(splitByWeight(items, 2)); // [[0], [1, 2]]
 * ```
 */
export function splitByWeight(items: readonly Weighted[], of: number): number[][] {
  if (!Number.isInteger(of) || of < 1) {
    throw new RangeError(`a call is split into ${of} parts, expected a whole number of at least 1`);
  }
  const order = items.map((_, i) => i).sort((a, b) =>
    items[b]!.weight - items[a]!.weight || (items[a]!.name < items[b]!.name ? -1 : 1)
  );
  const parts = Array.from({ length: of }, () => ({ total: 0, items: [] as number[] }));
  for (const i of order) {
    const lightest = parts.reduce((least, part) => part.total < least.total ? part : least);
    lightest.total += items[i]!.weight;
    lightest.items.push(i);
  }
  return parts.map(({ items }) => items.sort((a, b) => a - b));
}
