/** Chats that a kernel answers: its bus is that of another server's channel forwarder. */
import { assertEquals } from "@std/assert";
import { type Body, VoiceWorld } from "../../tests/support/voice_world.ts";

Deno.test("a kernel's replies go to the chat that they name, and each is completed once", async () => {
  await using kernel = await VoiceWorld.start({ channelPort: 0 });
  const kernelUrl = kernel.server.channelUrl!;
  const send = (body: object) => kernel.ask("POST", "/v1/bus/send", body, kernelUrl);
  const agent = await fetch(`${kernelUrl}/v1/events/stream?bus_id=bus_dashboard_chat`);
  const lines = agent.body!.pipeThrough(new TextDecoderStream()).getReader();
  await using world = await VoiceWorld.start({ kernelUrl });
  await using chat = await world.open("/ws/chat");
  await using other = await world.open("/ws/chat");
  // The agent, and the bridge's two streams: what is sent before somebody listens is lost.
  while ((await kernel.ask("GET", "/health", undefined, kernelUrl)).body.listeners < 3);
  chat.send({ type: "text_message", text: "hello" });
  await chat.nextOf("transcript");
  let text = "";
  while (!text.includes("user_message")) text += (await lines.read()).value;
  const posted: Body = JSON.parse(text.slice(text.lastIndexOf("data: ") + 6));
  const { session_id, text: said } = JSON.parse(posted.data.message);
  assertEquals([said, session_id.startsWith("mod3:browser:")], ["hello", true]);
  const reply = { bus_id: "bus_dashboard_response", type: "agent_response" };
  await send({ ...reply, message: JSON.stringify({ text: "Good day.", session_id }) });
  assertEquals((await chat.nextOf("response_text")).text, "Good day.");
  await chat.nextOf("audio");
  const { metrics } = await chat.nextOf("response_complete");
  assertEquals([metrics.provider, typeof metrics.event_id], ["cogos-agent", "string"]);
  // For all, and only those that have a text.
  await send({ ...reply, message: "{}" });
  await send({ ...reply, message: "To everybody." });
  assertEquals((await other.nextOf("response_text")).text, "To everybody.");
  await other.nextOf("response_complete");
  assertEquals((await chat.nextOf("response_text")).text, "To everybody.");
  await send({ bus_id: "bus_cycle_trace", type: "assessment", confidence: 0.5 });
  assertEquals((await chat.nextOf("trace_event")).event.confidence, 0.5);
  await lines.cancel();
});

Deno.test("a kernel that is not there is told, and the turn is completed", async () => {
  await using world = await VoiceWorld.start({ kernelUrl: "http://127.0.0.1:1" });
  await using chat = await world.open("/ws/chat");
  chat.send({ type: "text_message", text: "hello" });
  assertEquals((await chat.nextOf("response_text")).text, "[the agent cannot be reached]");
  const { metrics } = await chat.nextOf("response_complete");
  assertEquals([metrics.provider, metrics.error], ["cogos-agent", "unreachable"]);
});
