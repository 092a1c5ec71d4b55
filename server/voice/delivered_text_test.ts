import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { deliveredText, estimatedS } from "./delivered_text.ts";

Deno.test("what was heard ends at a word", () => {
  assertEquals(deliveredText("one two three", 0), "");
  assertEquals(deliveredText("one two three", 1.2), "one two three");
  assertEquals(deliveredText("one two three", 3 / 13), "one");
  assertEquals(deliveredText("one two three", 6 / 13), "one");
  assertEquals(deliveredText("wonderful day", 6 / 13), "wonderful");
  assertEquals(deliveredText("wonderful day", 2 / 13), "");
  assertEquals(deliveredText("one", NaN), "");
});

Deno.test("what was heard is a beginning of the text, without a trailing blank or a broken word", () => {
  const text = fc.array(fc.constantFrom("a", "bb", "ccc", "dddddd"), { minLength: 1 }).map((
    words,
  ) => words.join(" "));
  fc.assert(fc.property(text, fc.double({ min: 0, max: 1, noNaN: true }), (text, fraction) => {
    const heard = deliveredText(text, fraction);
    assert(text.startsWith(heard) && heard.trimEnd() === heard);
    assert(heard === "" || [undefined, " "].includes(text[heard.length]));
  }));
});

Deno.test("an estimate grows with the text, halves at double speed, and is never nothing", () => {
  assertEquals(estimatedS("one two three four five", 1), 2);
  assertEquals(estimatedS("one two three four five", 2), 1);
  assert(estimatedS("", 1) > 0);
});
