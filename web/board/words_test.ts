import { assertEquals } from "@std/assert";
import { NO_PANE, whyNoReply } from "./words.ts";

Deno.test("a card that cannot be answered says why", () => {
  const card = { id: "one", pane: true, state: "idle" };
  assertEquals(whyNoReply(card), null);
  assertEquals(whyNoReply({ ...card, pane: false }), NO_PANE);
  assertEquals(whyNoReply({ ...card, state: "ended" }), "It has ended.");
  assertEquals(whyNoReply({ ...card, id: "headway:task:one" }), "It has a page of its own.");
});
