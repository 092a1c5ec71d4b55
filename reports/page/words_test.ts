import { assertEquals } from "@std/assert";
import { count, markWords, perCent, seconds, settingWords } from "./words.ts";

Deno.test("steps read as words, with their units", () => {
  assertEquals(markWords('seek {"toS":18.099999999999994}'), {
    verb: "seek",
    details: "to 18.1 s",
  });
  assertEquals(markWords('loopBand {"band":{"startS":2,"endS":4.5}}'), {
    verb: "loop band",
    details: "start 2 s, end 4.5 s",
  });
  assertEquals(markWords('loopBand {"band":null}').details, "band none");
  assertEquals(markWords("stem_assets"), { verb: "stem assets", details: "" });
});

Deno.test("what only looks like JSON is left as it is", () => {
  assertEquals(markWords("closed with 1000 {oops"), {
    verb: "closed with 1000 {oops",
    details: "",
  });
});

Deno.test("an engine's settings read as words", () => {
  assertEquals(
    settingWords({ type: "stall", renderMs: 12, stalls: [{ atS: 6, durationS: 2 }] }),
    "type stall, render 12 ms, stalls at 6 s, duration 2 s",
  );
});

Deno.test("a text without end is cut", () => {
  assertEquals(markWords("x".repeat(5000)).verb.length, 160);
});

Deno.test("numbers say what they are, and never round a flaw away", () => {
  assertEquals([seconds(3.761), seconds(-0.5), seconds(10)], ["3.76 s", "\u22120.5 s", "10 s"]);
  assertEquals([perCent(0.31), perCent(1), perCent(0.9991), perCent(0.004)], [
    "31 %",
    "100 %",
    "99.91 %",
    "0.4 %",
  ]);
  assertEquals([count(1, "slice"), count(0, "slice")], ["1 slice", "0 slices"]);
});
