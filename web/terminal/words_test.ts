import { assertEquals } from "@std/assert";
import { clockText, holderText, spanText, statusText, tame } from "./words.ts";

Deno.test("times are said as clocks and as spans", () => {
  assertEquals([0, 65.9, 3725, -1].map(clockText), ["0:00", "1:05", "1:02:05", "0:00"]);
  assertEquals(
    [5, 65, 3725, 86_400, 90_000].map(spanText),
    ["5 s", "1 min 5 s", "1 h 2 min", "1 d", "1 d 1 h"],
  );
});

Deno.test("holderText says who types, and how many look", () => {
  const state = { holder: null, viewers: 1, you: 1, is_yours: false };
  assertEquals(holderText(state), "Nobody holds the keyboard.");
  assertEquals(
    holderText({ ...state, holder: 2, viewers: 3 }),
    "Viewer 2 holds the keyboard. 3 look.",
  );
  assertEquals(holderText({ ...state, holder: 1, is_yours: true }), "You hold the keyboard.");
});

Deno.test("texts of strangers are cut, and do not turn the line over", () => {
  assertEquals(tame("a\x1b[31mb\u202ec\n"), "a [31mb c");
  assertEquals(tame("x".repeat(400)).length, 300);
  assertEquals([statusText("timeout"), statusText("odd")], ["Timed out", "odd"]);
});
