import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { VoiceError } from "../limits.ts";
import { wordsOfNumbers } from "./number_words.ts";
import { MAX_SENTENCE_CHARS, sentencesOf } from "./sentences.ts";

const said = (text: string) => sentencesOf(text).join(" | ");

Deno.test("a text is cut into its sentences, and abbreviations end none", () => {
  assertEquals(said("One. Two! Three? Four"), "One. | Two! | Three? | Four");
  assertEquals(said("Dr. Smith met Mr. Jones."), "doctor Smith met mister Jones.");
  assertEquals(said('He said "Stop." She did.'), 'He said "Stop." | She did.');
  assertEquals(said("A heading\n\nA paragraph"), "A heading. | A paragraph");
});

Deno.test("numbers are said in words", () => {
  const words = (text: string) => wordsOfNumbers(text).trim();
  assertEquals(words("0"), "zero");
  assertEquals(words("42"), "forty two");
  assertEquals(words("115"), "one hundred fifteen");
  assertEquals(words("2000"), "two thousand");
  assertEquals(
    words("1,234,567"),
    "one million two hundred thirty four thousand five hundred sixty seven",
  );
  assertEquals(words("3.14"), "three point one four");
  assertEquals(words("-5"), "minus five");
  assertEquals(words("007"), "zero zero seven");
  assertEquals(words("12%"), "twelve percent");
  assertEquals(words("$3.50"), "three dollars and fifty cents");
  assertEquals(words("$1"), "one dollar");
  assertEquals(words("1st, 22nd and 30th"), "first, twenty second and thirtieth");
  assertEquals(words("at 10:05"), "at ten oh five");
  assertEquals(words("at 9:00"), "at nine o'clock");
  assertEquals(words("1234567890123456").split(" ").length, 16);
});

Deno.test("accents, control characters and markup never reach the engine", () => {
  assertEquals(
    said("Café\u0000 naïve \u001b[31mred\u001b[0m"),
    "Cafe naive 31mred 0m".replace("31m", "thirty one m").replace("0m", "zero m"),
  );
  assertEquals(said("**bold** & <b>"), "bold and b");
});

Deno.test("a long sentence is cut between clauses or words, and nothing of it is lost", () => {
  const word = fc.constantFrom("alpha", "beta,", "gamma", "deltas;", "x".repeat(300));
  fc.assert(fc.property(fc.array(word, { minLength: 1, maxLength: 300 }), (words) => {
    const text = words.join(" ").slice(0, 20_000);
    for (const startsEarly of [false, true]) {
      const pieces = sentencesOf(text, { startsEarly });
      assert(pieces.every((piece) => piece.length > 0 && piece.length <= MAX_SENTENCE_CHARS));
      assertEquals(pieces.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
    }
  }));
});

Deno.test("an engine with a language of its own gets the text as it is written", () => {
  const said = (text: string) => sentencesOf(text, { isAsWritten: true }).join(" | ");
  assertEquals(said("Für 3 € fährt\u0000 er.  Na\u200b gut!"), "Für 3 € fährt er. | Na gut!");
  assertEquals(said("你好！再见。"), "你好！ | 再见。");
  assertEquals(said("Привет"), "Привет");
  assertThrows(() => said("..."), VoiceError, "pronounced");
  assertThrows(() => said(" \n"), VoiceError, "blank");
  assert(!said(`half \ud800 done`).includes("\ud800"));
});

Deno.test("whoever waits for the beginning gets a short one", () => {
  const text =
    "This is a rather long first sentence, which goes on and on, as sentences in books do.";
  assertEquals(sentencesOf(text).length, 1);
  assertEquals(
    sentencesOf(text, { startsEarly: true })[0],
    "This is a rather long first sentence, which goes on and on,",
  );
});

Deno.test("any text is either said or refused by name, quickly", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
    try {
      for (const piece of sentencesOf(text)) assert(/^[\x20-\x7e]+$/.test(piece), piece);
    } catch (error) {
      assert(error instanceof VoiceError);
    }
  }));
  assertThrows(() => sentencesOf("a".repeat(1_000_000)), VoiceError, "1000000 characters");
  assert(sentencesOf("a".repeat(20_000)).length > 80);
  assert(sentencesOf("9".repeat(20_000)).length > 80);
});
