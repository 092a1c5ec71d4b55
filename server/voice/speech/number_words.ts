/**
 * Numbers in English words: whole ones, decimals, ordinals, years as they stand, money, percentages.
 *
 * @module
 */
const ONES = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
  "sixteen seventeen eighteen nineteen"
).split(" ");
const TENS = ["", "", ..."twenty thirty forty fifty sixty seventy eighty ninety".split(" ")];
const SCALES = ["", "thousand", "million", "billion", "trillion"];
const ORDINALS: Readonly<Record<string, string>> = {
  one: "first",
  two: "second",
  three: "third",
  five: "fifth",
  eight: "eighth",
  nine: "ninth",
  twelve: "twelfth",
};
/** More digits than this are read one by one. */
const MAX_DIGITS = 15;
const CURRENCIES: Readonly<Record<string, readonly [string, string]>> = {
  "$": ["dollars", "cents"],
};

/** Replaces every number of a text by words. */
export function wordsOfNumbers(text: string): string {
  return text
    .replace(
      /\$(\d[\d,]*)(?:\.(\d{2}))?\b/g,
      (_, whole: string, cents?: string) => money(whole, cents),
    )
    .replace(
      /(?<![\d,.])(\d[\d,]*(?:\.\d+)?) ?%/g,
      (_, number: string) => `${decimalWords(number)} percent`,
    )
    .replace(/\b(\d+)(st|nd|rd|th)\b/gi, (_, digits: string) => ordinalWords(digits))
    .replace(/\b(\d{1,2}):(\d{2})\b/g, (_, h: string, m: string) => clockWords(h, m))
    .replace(/(?<![\w.])-(?=\d)/g, "minus ")
    .replace(/\d[\d,]*(?:\.\d+)?/g, (number) => ` ${decimalWords(number)} `)
    .replace(/ +([,.;:!?)])/g, "$1")
    .replace(/ {2,}/g, " ");
}

/** A whole number in words; one of more than fifteen digits digit by digit. */
export function wholeWords(digits: string): string {
  if (digits.length > MAX_DIGITS) return digitWords(digits);
  const value = Number(digits);
  if (value === 0) return digits.length > 1 ? digitWords(digits) : "zero";
  if (digits.startsWith("0")) return digitWords(digits);
  const words: string[] = [];
  for (let scale = SCALES.length - 1; scale >= 0; scale--) {
    const part = Math.floor(value / 1000 ** scale) % 1000;
    if (part === 0) continue;
    words.push(hundredWords(part));
    if (scale > 0) words.push(SCALES[scale]!);
  }
  return words.join(" ");
}

function hundredWords(value: number): string {
  const words: string[] = [];
  if (value >= 100) words.push(ONES[Math.floor(value / 100)]!, "hundred");
  const rest = value % 100;
  if (rest >= 20) {
    words.push(TENS[Math.floor(rest / 10)]!);
    if (rest % 10 > 0) words.push(ONES[rest % 10]!);
  } else if (rest > 0) {
    words.push(ONES[rest]!);
  }
  return words.join(" ");
}

function digitWords(digits: string): string {
  return [...digits].map((digit) => ONES[Number(digit)]!).join(" ");
}

function decimalWords(text: string): string {
  const trailing = text.endsWith(",") ? "," : "";
  const [whole = "", fraction] = text.replaceAll(",", "").split(".");
  const words = wholeWords(whole);
  return (fraction === undefined ? words : `${words} point ${digitWords(fraction)}`) + trailing;
}

function ordinalWords(digits: string): string {
  const words = wholeWords(digits).split(" ");
  const last = words.pop()!;
  const ordinal = ORDINALS[last] ?? (last.endsWith("y") ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return [...words, ordinal].join(" ");
}

function clockWords(hours: string, minutes: string): string {
  if (Number(minutes) > 59 || Number(hours) > 24) {
    return `${decimalWords(hours)} ${decimalWords(minutes)}`;
  }
  const hour = wholeWords(String(Number(hours)));
  if (minutes === "00") return `${hour} o'clock`;
  return minutes.startsWith("0")
    ? `${hour} oh ${wholeWords(minutes.slice(1))}`
    : `${hour} ${wholeWords(minutes)}`;
}

function money(whole: string, cents?: string): string {
  const [units, parts] = CURRENCIES["$"]!;
  const amount = wholeWords(whole.replaceAll(",", ""));
  const unit = amount === "one" ? units.slice(0, -1) : units;
  if (cents === undefined || cents === "00") return `${amount} ${unit}`;
  return `${amount} ${unit} and ${wholeWords(String(Number(cents)))} ${parts}`;
}
