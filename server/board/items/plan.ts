/**
 * Which items a window has: numbers only.
 *
 * @module
 */

/** Where a window is, by item numbers. */
export type PlannedPlace =
  | { readonly kind: "head" | "tail" }
  /** Strictly before, after, or around the item of this number. */
  | { readonly kind: "before" | "after" | "around"; readonly n: number };

/** What a plan is made of. */
export interface PlanOptions {
  /** How many items there are. */
  readonly total: number;
  /** Most items. */
  readonly limit: number;
  readonly place: PlannedPlace;
  /** Whether an item counts. The target of `around` always does. */
  readonly isVisible: (n: number) => boolean;
}

/** The numbers of the items, ascending. */
export function planWindow({ total, limit, place, isVisible }: PlanOptions): number[] {
  const up = (from: number, most: number) => pick(from, total, 1, most, isVisible);
  const down = (from: number, most: number) => pick(from, -1, -1, most, isVisible).reverse();
  switch (place.kind) {
    case "head":
      return up(0, limit);
    case "tail":
      return down(total - 1, limit);
    case "before":
      return down(Math.min(place.n, total) - 1, limit);
    case "after":
      return up(Math.max(0, place.n + 1), limit);
    case "around": {
      const before = down(place.n - 1, limit - 1);
      const after = up(place.n + 1, limit - 1);
      const half = Math.floor(limit / 2);
      // What one side does not have, the other one may.
      const rest = limit - 1;
      const wantedBefore = Math.max(half, rest - after.length);
      const kept = before.slice(Math.max(0, before.length - Math.min(wantedBefore, rest)));
      return [...kept, place.n, ...after.slice(0, rest - kept.length)];
    }
  }
}

function pick(
  from: number,
  end: number,
  step: 1 | -1,
  most: number,
  isVisible: (n: number) => boolean,
): number[] {
  const found: number[] = [];
  for (let n = from; n !== end && found.length < most && n >= 0; n += step) {
    if (step === 1 && n >= end) break;
    if (isVisible(n)) found.push(n);
  }
  return found;
}

/**
 * Drops items from the side that is farther from where the window is, until it fits. At least one
 * stays.
 *
 * @param sizes - Bytes of each item.
 * @param target - The place of the item in the list that must stay; null where the window has none.
 * @returns From where to where the list is kept.
 */
export function fitting(
  sizes: readonly number[],
  maxBytes: number,
  place: PlannedPlace["kind"],
  target: number | null,
): { readonly from: number; readonly to: number } {
  let from = 0;
  let to = sizes.length;
  // Between two items stands a comma.
  let bytes = sizes.reduce((sum, size) => sum + size + 1, 0);
  while (bytes > maxBytes && to - from > 1) {
    const isFromStart = place === "tail" || place === "before" ||
      place === "around" && target !== null && target - from >= to - 1 - target;
    bytes -= (isFromStart ? sizes[from++]! : sizes[--to]!) + 1;
  }
  return { from, to };
}
