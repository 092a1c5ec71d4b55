import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { FakeSocket } from "../../tests/support/fake_socket.ts";
import { ChatLink } from "./chat_link.ts";
import { ClipQueue } from "./clip_queue.ts";

function world() {
  const clock = new VirtualClock();
  const replies: string[] = [];
  const socket = new FakeSocket("");
  const silent = { isReady: true, timeS: 0, play: () => () => {} };
  const link = new ChatLink("ws://a", new ClipQueue(clock, silent), {
    ...{ onState() {}, onSaid() {}, onComplete() {}, onError() {}, onTrace() {}, onDrafts() {} },
    onReply: (text) => replies.push(text),
  }, { clock, dial: () => socket });
  link.start();
  socket.open();
  const tells = (...messages: object[]) => {
    for (const message of messages) socket.say(JSON.stringify(message));
  };
  return { link, replies, tells };
}

const COMPLETE = { type: "response_complete", metrics: {} };
const INTERRUPTED = { type: "interrupted" };

Deno.test("of messages in quick succession the last is awaited until it is answered, and no other is shown", () => {
  const { link, replies, tells } = world();
  for (const text of ["one", "two", "three"]) link.say(text);
  // The first was being answered when it was cut off; the second waited, and was then dropped.
  tells(INTERRUPTED, { type: "response_text", text: "to one" }, COMPLETE, INTERRUPTED, COMPLETE);
  assertEquals([link.isAwaiting, replies], [true, []]);
  tells({ type: "response_text", text: "to three" }, COMPLETE);
  assertEquals([link.isAwaiting, replies], [false, ["to three"]]);
});

Deno.test("a completion that crosses an interruption is not taken for the next answer's", () => {
  const { link, tells } = world();
  link.say("one");
  link.say("two");
  tells(COMPLETE, INTERRUPTED, COMPLETE);
  assertEquals(link.isAwaiting, true);
  tells(COMPLETE);
  assertEquals(link.isAwaiting, false);
});
