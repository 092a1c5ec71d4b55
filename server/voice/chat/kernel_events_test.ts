import { assertEquals } from "@std/assert";
import { eventOfLine, isFor, type Json, replyOf, traceOf, userMessage } from "./kernel_events.ts";

const reply = (data: Json) => replyOf({ id: "e1", type: "message", timestamp: "t", data });

Deno.test("a reply's text is found at the top, in content as JSON, or is the content", () => {
  const text = (data: Json) => reply(data)?.text ?? null;
  assertEquals(text({ reply: "a", response: "b" }), "a");
  assertEquals(text({ content: '{"response":"c"}' }), "c");
  assertEquals(text({ content: { text: "d" } }), "d");
  assertEquals(text({ content: '"e"' }), "e");
  assertEquals(text({ content: "plain words" }), "plain words");
  for (const data of [{}, { text: "" }, { content: "{}" }, { content: null }, { content: "7" }]) {
    assertEquals(text(data), null);
  }
});

Deno.test("a reply names its chat at the top or in its content; without one it is for all", () => {
  const session = (data: Json) => reply({ text: "x", ...data })?.sessionId ?? null;
  assertEquals(session({ session_id: "mod3:a" }), "mod3:a");
  assertEquals(session({ content: '{"session_id":"mod3:b"}' }), "mod3:b");
  assertEquals(session({}), null);
  assertEquals(
    [isFor(null, "a"), isFor("other", "a"), isFor("mod3:a", "a"), isFor("mod3:b", "a")],
    [
      ...[true, true, true, false],
    ],
  );
});

Deno.test("three kinds of trace are shown, and are taken out of their wrapping", () => {
  assertEquals(traceOf({ data: { kind: "assessment", a: 1 } }), { kind: "assessment", a: 1 });
  assertEquals(traceOf({ type: "tool_dispatch", data: {} }), {});
  const payload = { kind: "state_transition", cycle_id: "c", id: "1" };
  assertEquals(traceOf({ type: "x", data: { kind: "state_transition", payload } }), payload);
  assertEquals(traceOf({ data: { kind: "gossip" } }), null);
});

Deno.test("lines that are no events are passed over", () => {
  for (const line of ["", ": heartbeat", "event: x", "data: {", "data: 7", "data: null"]) {
    assertEquals(eventOfLine(line), null);
  }
  assertEquals(eventOfLine('data: {"type":"x"}'), { type: "x" });
});

Deno.test("what a user said is posted as the kernel expects it", () => {
  const { message, ...body } = userMessage("hello", "browser:1", 0);
  assertEquals(body, {
    ...{ bus_id: "bus_dashboard_chat", from: "mod3-dashboard", type: "user_message" },
  });
  assertEquals(JSON.parse(message as string), {
    ...{ type: "user_message", text: "hello", session_id: "mod3:browser:1" },
    ts: "1970-01-01T00:00:00.000Z",
  });
});
