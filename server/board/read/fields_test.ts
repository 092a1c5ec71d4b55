import { assertEquals } from "@std/assert";
import { asTimeMs, oneLine } from "./fields.ts";
import { pushBounded } from "../state/facts.ts";

Deno.test("a text is told on one line, however many blanks it has", () => {
  assertEquals(oneLine("  one\n\ttwo  three ", 40), "one two three");
  assertEquals(oneLine("one two", 7), "one two");
  assertEquals(oneLine("one two!", 7), "one tw…");
  assertEquals(oneLine(`a${" ".repeat(60)}b`, 20), "a b");
  assertEquals(oneLine(`a${" ".repeat(30)}${"b".repeat(30)}`, 20), `a ${"b".repeat(17)}…`);
  // Of blanks beyond eight times the length nothing is looked at.
  assertEquals(oneLine(`a${" ".repeat(200)}b`, 20), "a");
});

Deno.test("a time is read as it stands, whichever was read before", () => {
  const [one, other] = ["2026-10-01T08:00:00.000Z", "2026-10-01T08:00:01.000Z"];
  assertEquals([one, one, other, one].map((it) => asTimeMs(it) - Date.parse(one)), [0, 0, 1000, 0]);
  assertEquals(["", "no time", null, 7].map(asTimeMs), [NaN, NaN, NaN, NaN]);
  // Days are counted from these, so they have to be days that there are.
  const far = ["+275760-09-13T00:00:00Z", "-271821-04-20T00:00:00Z", "9999-12-31T23:59:59Z"];
  assertEquals(far.map(asTimeMs), [NaN, NaN, 253_402_300_799_000]);
});

Deno.test("a bounded list keeps the newest, also when it was longer before", () => {
  const list = [1, 2, 3, 4, 5];
  pushBounded(list, 6, 3);
  assertEquals(list, [4, 5, 6]);
  for (const it of [7, 8]) pushBounded(list, it, 3);
  assertEquals(list, [6, 7, 8]);
  const short: number[] = [];
  pushBounded(short, 1, 3);
  assertEquals(short, [1]);
});
