/**
 * As few stretches as a page bears, over the whole run: where there are too many, those closest to
 * each other become one. Nothing is cut off at an end.
 *
 * @module
 */
import type { Stretch } from "./timeline.ts";

/**
 * At most `max` stretches that cover all of these: the shortest ways between them are filled.
 *
 * @param stretches - In order, none over another.
 */
export function fewest(stretches: readonly Stretch[], max: number): Stretch[] {
  const waysS = stretches.map(({ fromS }, i) => i === 0 ? Infinity : fromS - stretches[i - 1]!.toS);
  const isFilled = new Set(
    waysS.map((_, i) => i).sort((a, b) => waysS[a]! - waysS[b]!)
      .slice(0, Math.max(0, stretches.length - max)),
  );
  const joined: { fromS: number; toS: number }[] = [];
  for (const [i, { fromS, toS }] of stretches.entries()) {
    const last = joined.at(-1);
    if (last !== undefined && isFilled.has(i)) last.toS = Math.max(last.toS, toS);
    else joined.push({ fromS, toS });
  }
  return joined;
}

/** Stretches closer to each other than `apartS` as one. */
export function joined(stretches: readonly Stretch[], apartS: number): Stretch[] {
  const runs: { fromS: number; toS: number }[] = [];
  for (const { fromS, toS } of stretches) {
    const last = runs.at(-1);
    if (last !== undefined && fromS - last.toS < apartS) last.toS = Math.max(last.toS, toS);
    else runs.push({ fromS, toS });
  }
  return runs;
}

/**
 * At most four items of each of `columns` parts of `lengthS` and no two of one `key`, those with the
 * lowest `weight` first; all of them while that is not more.
 *
 * @param items - By time.
 * @returns By time.
 */
export function fewOfEach<T extends { readonly atS: number }>(
  items: readonly T[],
  { lengthS, columns, key, weight }: {
    readonly lengthS: number;
    readonly columns: number;
    readonly key: (item: T) => unknown;
    readonly weight: (item: T) => number;
  },
): readonly T[] {
  const EACH = 4;
  if (items.length <= columns * EACH) return items;
  const byColumn = new Map<number, Map<unknown, T>>();
  for (const item of items) {
    const share = Math.floor(item.atS / lengthS * columns);
    const column = Math.max(0, Math.min(columns - 1, share));
    const found = byColumn.get(column) ?? new Map<unknown, T>();
    if (!found.has(key(item))) found.set(key(item), item);
    byColumn.set(column, found);
  }
  return [...byColumn.values()].flatMap((found) =>
    [...found.values()].sort((a, b) => weight(a) - weight(b)).slice(0, EACH)
      .sort((a, b) => a.atS - b.atS)
  );
}
