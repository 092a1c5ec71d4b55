/**
 * Do two runs agree? Ratios to a peer of the same run are compared; what depends on how busy the
 * machine was is only shown.
 *
 * @module
 */
import type { BenchReport, Figure } from "./figures.ts";

/** How far a ratio may be from that of another run: within this factor either way. */
export const TOLERANCE = 0.15;

/** One ratio in two runs. */
export interface ComparedRatio {
  readonly part: string;
  readonly name: string;
  readonly to: string;
  readonly before: number;
  readonly after: number;
  /** How much larger the larger one is than the smaller one, as a share; below 0 if `after` is. */
  readonly change: number;
  readonly agrees: boolean;
}

/** What a comparison finds. */
export interface Comparison {
  readonly ratios: readonly ComparedRatio[];
  /** Ratios that only one of the two runs has: `part: name (× peer)`. */
  readonly unpaired: readonly string[];
  /** Whether there was something to compare, and all of it agrees. */
  readonly agrees: boolean;
}

/** Compares the ratios of two runs; parts that one of them left out are no disagreement. */
export function compare(
  before: BenchReport,
  after: BenchReport,
  tolerance = TOLERANCE,
): Comparison {
  const earlier = ratiosOf(before);
  const later = ratiosOf(after);
  const ratios: ComparedRatio[] = [];
  for (const [key, { part, name, ratio }] of later) {
    const other = earlier.get(key);
    if (other === undefined) continue;
    const [a, b] = [other.ratio.value, ratio.value];
    const change = b >= a ? b / a - 1 : 1 - a / b;
    const agrees = Math.abs(change) <= tolerance;
    ratios.push({ part, name, to: ratio.to, before: a, after: b, change, agrees });
  }
  const parts = new Set(before.figures.map(({ part }) => part));
  const isShared = (figure: Figure) =>
    parts.has(figure.part) && after.figures.some(({ part }) => part === figure.part);
  const unpaired = [...earlier, ...later]
    .filter(([key, figure]) => isShared(figure) && !(earlier.has(key) && later.has(key)))
    .map(([key]) => key);
  const agrees = ratios.length > 0 && ratios.every((ratio) => ratio.agrees);
  return { ratios, unpaired, agrees };
}

type WithRatio = Figure & { readonly ratio: NonNullable<Figure["ratio"]> };

function ratiosOf({ figures }: BenchReport): Map<string, WithRatio> {
  const found = new Map<string, WithRatio>();
  for (const figure of figures) {
    const { part, name, ratio } = figure;
    if (ratio !== null) found.set(`${part}: ${name} (× ${ratio.to})`, { ...figure, ratio });
  }
  return found;
}
