/**
 * Text as an engine can say it: cleaned, with numbers and abbreviations in words, cut into sentences.
 *
 * @module
 */
import { MAX_TEXT_CHARS, VoiceError } from "../limits.ts";
import { wordsOfNumbers } from "./number_words.ts";

/** Longest piece that an engine is given at a time: about fifteen seconds of speech. */
export const MAX_SENTENCE_CHARS = 240;
/** The first piece where somebody waits to hear it: about four seconds. */
const FIRST_PIECE_CHARS = 70;

/** Abbreviations whose point ends no sentence, and how they are said. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  "mr.": "mister",
  "mrs.": "missis",
  "ms.": "miz",
  "dr.": "doctor",
  "prof.": "professor",
  "st.": "saint",
  "vs.": "versus",
  "etc.": "et cetera",
  "e.g.": "for example",
  "i.e.": "that is",
  "approx.": "approximately",
  "min.": "minutes",
  "no.": "number",
  "jr.": "junior",
  "sr.": "senior",
};

/** How a text is read. */
export interface Reading {
  /** Whether the first piece is kept short, for somebody who hears it at once. */
  readonly startsEarly?: boolean;
  /** Whether the engine reads numbers, signs and other scripts by itself, in its own language. */
  readonly isAsWritten?: boolean;
}

/**
 * Cuts a text into sentences that can be said: in English words and plain Latin letters, unless the
 * engine takes it as it is written.
 *
 * @throws {VoiceError} for a text that is blank, too long, or has nothing that could be said.
 */
export function sentencesOf(text: string, reading: Reading = {}): string[] {
  const { startsEarly = false, isAsWritten = false } = reading;
  checkLength(text);
  if (text.trim() === "") throw new VoiceError("blank", "the text is blank");
  const plain = isAsWritten ? cleanText(text) : plainText(text);
  const sayableCharacter = isAsWritten ? /[\p{L}\p{N}]/u : /[A-Za-z0-9]/;
  if (!sayableCharacter.test(plain)) {
    const hint = isAsWritten ? "" : "; the built-in voices read Latin letters and digits";
    throw new VoiceError(
      "unpronounceable",
      `the text has no character that can be pronounced${hint}`,
    );
  }
  const pieces = splitSentences(isAsWritten ? plain : sayable(plain)).flatMap((sentence) =>
    splitLong(sentence, MAX_SENTENCE_CHARS)
  );
  if (startsEarly && pieces[0]!.length > FIRST_PIECE_CHARS) {
    pieces.splice(0, 1, ...earlyStart(pieces[0]!));
  }
  return pieces.filter((piece) => sayableCharacter.test(piece));
}

/** Refuses a text that is too long to be looked at. */
export function checkLength(text: string): void {
  if (text.length <= MAX_TEXT_CHARS) return;
  throw new VoiceError(
    "too-long",
    `the text has ${text.length} characters, at most ${MAX_TEXT_CHARS} are accepted; send it in parts`,
  );
}

/** Without control characters, runs of blanks, and halves of characters. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replace(/\n\s*\n+/g, ". ")
    .replace(/[\p{Cc}\p{Cf}\s\ufffd]+/gu, " ")
    .trim();
}

/** Without accents, control characters and runs of blanks; typographic signs become plain ones. */
function plainText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[\u2018\u2019\u201b]/g, "'")
    .replace(/[\u201c\u201d\u00ab\u00bb]/g, '"')
    .replace(/[\u2013\u2014]/g, ", ")
    .replace(/\u00df/g, "ss")
    .replace(/\u00e6/g, "ae")
    .replace(/\u00f8/g, "o")
    .replace(/[^\x20-\x7e\n]+/g, " ")
    .replace(/\n\s*\n+/g, ". ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Numbers, signs and abbreviations in words. */
function sayable(text: string): string {
  const words = text.replace(
    /\b[A-Za-z.]+\./g,
    (word) => ABBREVIATIONS[word.toLowerCase()] ?? word,
  );
  return wordsOfNumbers(words)
    .replace(/&/g, " and ")
    .replace(/@/g, " at ")
    .replace(/\+/g, " plus ")
    .replace(/=/g, " equals ")
    .replace(/[_*#~^`|<>{}\[\]\\]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function splitSentences(text: string): string[] {
  return text.split(/(?<=[.!?…]["')»”’]*)\s+|(?<=[。！？])\s*/).map((it) => it.trim()).filter((
    it,
  ) => it !== "");
}

/** Cuts at a clause's end, else between words, else anywhere. */
function splitLong(sentence: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > most) {
    const head = rest.slice(0, most);
    const clause = Math.max(...[",", ";", ":"].map((mark) => head.lastIndexOf(`${mark} `)));
    const at = clause > most / 3 ? clause + 1 : head.lastIndexOf(" ");
    const end = at > 0 ? at : most;
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  if (rest !== "") pieces.push(rest);
  return pieces;
}

function earlyStart(sentence: string): string[] {
  const [first = "", ...others] = splitLong(sentence, FIRST_PIECE_CHARS);
  return [first, ...splitLong(others.join(" "), MAX_SENTENCE_CHARS)];
}
