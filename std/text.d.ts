/** Typings for the parts of `@std/text` that Headway uses. */

/** How two words are compared: the smaller the number, the nearer. */
export type CompareWords = (a: string, b: string) => number;

/** The word of `candidates` (at least one) that is nearest to `word`, by Levenshtein distance. */
export function closestString(
  word: string,
  candidates: readonly string[],
  options?: { readonly caseSensitive?: boolean; readonly compareFn?: CompareWords },
): string;

/** How many insertions, deletions and replacements of characters turn `a` into `b`. */
export function levenshteinDistance(a: string, b: string): number;
