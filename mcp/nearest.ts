import { closestString, levenshteinDistance } from "@std/text";

/** `; did you mean "x"?` for a word that is near one of the known ones, else nothing. */
export function nearest(word: string, known: readonly string[]): string {
  if (word === "" || known.length === 0) return "";
  const closest = closestString(word, [...known])!;
  const isNear = levenshteinDistance(word, closest) <= Math.max(2, closest.length / 3);
  return isNear ? `; did you mean ${JSON.stringify(closest)}?` : "";
}
