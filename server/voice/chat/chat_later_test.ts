/** Turns whose answers come by another road than the one on which they were asked, in virtual time. */
import { assertEquals } from "@std/assert";
import { FakeConnection } from "../../../tests/support/fake_connection.ts";
import { tick, voiceRig } from "../../../tests/support/voice_rig.ts";
import { voiceRoutes } from "../http/routes.ts";
import { openChat } from "./chat.ts";
import { ChatHub } from "./hub.ts";
import type { ChatReply } from "./responder.ts";

const REPLY = { sessionId: null, eventId: null, timestamp: null };

/** A chat with an agent that is only told of turns. */
function rig(told: () => Promise<ChatReply> = () => Promise.resolve({ isLater: true })) {
  const { voice, clock } = voiceRig();
  const app = voiceRoutes({ voice, recognizer: null, version: "1", onShutdown: () => {} });
  const hub = new ChatHub();
  const connection = new FakeConnection();
  const chat = openChat(app, { responder: { name: "kernel", respond: told }, hub }, connection);
  const says = async (message: object) => {
    const text = JSON.stringify(message);
    chat.onPacket({ kind: "text", text, bytes: text.length });
    await tick();
  };
  const run = async (seconds: number) => {
    clock.runUntil(clock.now() + seconds);
    await tick();
  };
  const heard = () =>
    connection.sent.splice(0).map((it) => it.kind === "text" ? JSON.parse(it.text) : {})
      .filter(({ type }) => type !== "draft_queue" && type !== "transcript")
      .map(({ type, metrics }) => metrics?.error ?? type);
  const answer = (text: string) => hub.deliver({ ...REPLY, text }, "kernel");
  return { says, run, heard, answer };
}

const ask = (text: string) => ({ type: "text_message", text });

Deno.test("a turn that nobody answers is given up after two minutes, in words, speech and a completion", async () => {
  const { says, run, heard } = rig();
  await says(ask("hello"));
  await run(119);
  assertEquals(heard(), []);
  await run(20);
  assertEquals(heard(), ["response_text", "audio", "timeout"]);
  await run(300);
  assertEquals(heard(), []);
});

Deno.test("a turn that is answered is completed once, also where the answer is the quicker one", async () => {
  for (const isQuick of [false, true]) {
    const handedOver = Promise.withResolvers<ChatReply>();
    const { says, run, heard, answer } = rig(() => handedOver.promise);
    await says(ask("hello"));
    if (!isQuick) handedOver.resolve({ isLater: true });
    await tick();
    answer("Good day.");
    if (isQuick) handedOver.resolve({ isLater: true });
    await run(300);
    assertEquals(heard(), ["response_text", "audio", "response_complete"]);
  }
});

Deno.test("an interruption completes every turn that waits for its answer, one after it and the rest before", async () => {
  const { says, run, heard } = rig();
  for (const text of ["one", "two", "three"]) await says(ask(text));
  await says({ type: "interrupt" });
  assertEquals(heard(), [
    ...["response_complete", "response_complete", "interrupted", "response_complete"],
  ]);
  await run(300);
  assertEquals(heard(), []);
});

Deno.test("a turn that is interrupted while it is handed over is completed", async () => {
  const { promise, resolve } = Promise.withResolvers<ChatReply>();
  const { says, run, heard } = rig(() => promise);
  await says(ask("hello"));
  await says({ type: "interrupt" });
  resolve({ isLater: true });
  await run(300);
  assertEquals(heard(), ["interrupted", "response_complete"]);
});
