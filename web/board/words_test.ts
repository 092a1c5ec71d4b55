import { assertEquals } from "@std/assert";
import { canBeSeen, canBeSilenced, NO_PANE, troubleText, whyNoReply } from "./words.ts";

Deno.test("a card that cannot be answered says why", () => {
  const card = { id: "one", pane: true, state: "idle" };
  assertEquals(whyNoReply(card), null);
  assertEquals(whyNoReply({ ...card, pane: false }), NO_PANE);
  assertEquals(whyNoReply({ ...card, state: "ended" }), "It has ended.");
  assertEquals(whyNoReply({ ...card, id: "headway:task:one" }), "It has a page of its own.");
});

Deno.test("a session that brought nothing says why in a few words", () => {
  const reasons = ["retry_loop", "context_pressure"];
  assertEquals(
    troubleText({ health: "bad", reasons }),
    "got nowhere: repeated a call that failed, full context",
  );
  assertEquals(troubleText({ health: "warn", reasons: ["new"] }), "had trouble: new");
  assertEquals(troubleText({ health: "warn", reasons: [] }), "had trouble");
});

Deno.test("a card offers what changes something: a look ends what has finished, nothing silences a dialog", () => {
  const can = (id: string, ...codes: string[]) => {
    const reasons = codes.map((code) => ({ code }));
    const card = { id, attn: { needs: codes.length > 0, priority: 0, reasons } };
    return [canBeSeen(card), canBeSilenced(card)];
  };
  assertEquals(can("one"), [false, false]);
  assertEquals(can("one", "permission"), [false, false]);
  assertEquals(can("one", "question"), [false, true]);
  assertEquals(can("one", "permission", "finished"), [true, true]);
  assertEquals(can("headway:task:t", "api_error"), [true, true]);
});
