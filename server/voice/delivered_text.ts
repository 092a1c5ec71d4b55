/**
 * How much of a text was heard when its speech stopped at a fraction: never a broken word, never a
 * trailing blank.
 *
 * @param fraction 0 to 1 of the speech.
 */
export function deliveredText(text: string, fraction: number): string {
  if (!(fraction > 0)) return "";
  if (fraction >= 1) return text;
  const position = Math.floor(fraction * text.length);
  if (text[position] === " ") return text.slice(0, position).trimEnd();
  const space = text.lastIndexOf(" ", position);
  if (space >= 0) return text.slice(0, space).trimEnd();
  const wordEnd = text.indexOf(" ");
  const word = wordEnd < 0 ? text : text.slice(0, wordEnd);
  return position * 2 >= word.length ? word : "";
}

/** Words a minute of the usual voice, for estimates. */
const WORDS_PER_MINUTE = 150;

/** About how long a text takes to say, seconds. */
export function estimatedS(text: string, speed: number): number {
  const words = text.split(/\s+/).filter((word) => word !== "").length ||
    Math.max(1, Math.floor(text.length / 5));
  return words / WORDS_PER_MINUTE * 60 / speed;
}
