import { assertEquals } from "@std/assert";
import { CopilotWorld } from "../../tests/support/copilot_world.ts";
import type { Reply } from "./respond.ts";

const reply = (text: string, more: Partial<Reply> = {}): Reply => ({
  ...{ text, expectCursor: null, isForced: false, isConfirmed: false },
  ...more,
});
/** What came of a reply, in a word. */
const send = async (it: CopilotWorld, text: string, more: Partial<Reply> = {}) => {
  const result = await it.during(it.responder.send("one", reply(text, more)));
  return result.kind === "refused" ? result.code : result.delivery.status;
};

Deno.test("a reply is typed, and it is told when the session has it", async () => {
  const it = new CopilotWorld();
  const result = await it.during(
    it.responder.send("one", reply("Push it.\r\nThen rest.\x1b[201~ ")),
  );
  const delivery = result.kind === "delivery" ? result.delivery : null;
  assertEquals(delivery?.status, "sent");
  await it.pass(1);
  assertEquals(it.responder.delivery(delivery!.id)?.status, "confirmed");
  assertEquals(it.keys, ["paste Push it.\nThen rest.[201~", "Enter"]);
  assertEquals(it.audit.map(({ origin, reason }) => [origin, reason]), [["human", "confirmed"]]);
});

Deno.test("T54: a reply that did not show up in the transcript is told as not confirmed", async () => {
  const it = new CopilotWorld();
  it.onSubmit = () => {};
  const result = await it.during(it.responder.send("one", reply("Push it.")));
  await it.pass(6);
  const delivery = result.kind === "delivery" ? it.responder.delivery(result.delivery.id) : null;
  assertEquals(delivery?.status, "unconfirmed");
  // Nor is what was said once before.
  const other = new CopilotWorld();
  other.set({ lastAsk: "Push it." });
  other.onSubmit = () => {};
  const again = await other.during(other.responder.send("one", reply("Push it.")));
  await other.pass(6);
  const second = again.kind === "delivery" ? other.responder.delivery(again.delivery.id) : null;
  assertEquals(second?.status, "unconfirmed");
});

Deno.test("a reply is refused with its reason, and nothing is typed", async () => {
  const permission = ["Do you want to proceed?", "❯ 1. Yes", "  2. No"];
  const question = ["Which colour?", "❯ 1. Red", "  2. Blue"];
  const rows: readonly [
    code: string,
    change: (it: CopilotWorld) => void,
    Partial<Reply>?,
    string?,
  ][] = [
    ["pane_missing", (it) => it.set({ pid: null })],
    ["session_gone", (it) => it.set({ pid: 101 })],
    ["session_gone", (it) => it.set({ live: { ...it.one.live, state: "ended" } })],
    ["moved", () => {}, { expectCursor: "0.99" }],
    ["moved", (it) => it.set({ hasMoved: true }), { expectCursor: "0.100" }],
    ["waiting_prompt", (it) => it.dialog = permission],
    ["waiting_prompt", (it) => it.dialog = permission, { isForced: true }],
    ["waiting_prompt", (it) => it.dialog = question],
    [
      "waiting_prompt",
      (it) => {
        it.dialog = question;
        it.set({ status: "waiting", waitingFor: "permission prompt" });
      },
      { isForced: true },
    ],
    ["waiting_prompt", (it) => it.set({ status: "waiting" })],
    ["not_foreground", (it) => it.isForeground = false],
    // Dead, without keys, with keys that others get, too, and without brackets around pastes.
    ["pane_missing", (it) => it.paneFlags = "0 1 0 0"],
    ["pane_busy", (it) => it.paneFlags = "0 0 1 0"],
    ["pane_busy", (it) => it.paneFlags = "0 0 0 1"],
    ["pane_busy", (it) => it.paneFlags = "0 0 0 0 0", {}, "two\nlines"],
    ["human_typing", (it) => it.composer = "half a sen"],
    ["needs_confirm", () => {}, {}, "/clear"],
    ["needs_confirm", () => {}, {}, " !ls"],
    ["bad_text", () => {}, {}, " \n "],
    ["bad_text", () => {}, {}, "x".repeat(4001)],
  ];
  for (const [code, change, more, text = "Push it."] of rows) {
    const it = new CopilotWorld();
    change(it);
    assertEquals(await send(it, text, more), code);
    assertEquals(it.keys, [], code);
  }
  const it = new CopilotWorld();
  const none = await it.responder.send("none", reply("x"));
  assertEquals(none.kind === "refused" && none.status, 404);
  assertEquals(await send(it, "/clear", { isConfirmed: true }), "sent");
  await it.pass(6);
});

Deno.test("more replies than can be typed at a time are refused", async () => {
  const it = new CopilotWorld();
  it.onSubmit = () => {};
  const sends = Array.from({ length: 9 }, (_, i) => it.responder.send("one", reply(`no ${i}`)));
  await it.pass(0);
  const ninth = await it.during(it.responder.send("one", reply("one more")));
  assertEquals(ninth.kind === "refused" && ninth.status, 429);
  await it.during(Promise.all(sends));
  await it.during(it.responder.close());
});
