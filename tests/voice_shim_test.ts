/** `headway mcp --voice` as an agent's host starts it: a process that asks a voice server by HTTP. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { TestMcpClient } from "./support/mcp_client.ts";
import { McpProcess } from "./support/mcp_road.ts";
import { type Body, type SocketClient, VoiceWorld } from "./support/voice_world.ts";

/** Starts the command in front of a voice server, and an official client of it. */
async function shim(url: string) {
  const process = new McpProcess({ MOD3_URL: `${url}/` }, ["--voice"]);
  const client = await TestMcpClient.connect(process.road);
  const call = async (name: string, args: object = {}): Promise<Body> => {
    const { content } = await client.sdk.callTool({ name, arguments: { ...args } });
    assertEquals(content.length, 1);
    const text = content[0]!.type === "text" ? content[0]!.text : "";
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  return {
    ...{ process, client, call },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await process[Symbol.asyncDispose]();
    },
  };
}

Deno.test("an agent on stdio registers, speaks to who listens, and leaves", async () => {
  await using world = await VoiceWorld.start();
  await using chat = await world.open("/ws/chat");
  const turn = await speakAndLeave(world, chat);
  // It left with a turn that it had taken: the next one gets it.
  const call = { name: "take_turn", arguments: { timeout_sec: 10 } };
  const { body } = await world.ask("POST", "/mcp", {
    ...{ jsonrpc: "2.0", id: 1, method: "tools/call", params: call },
  });
  assertEquals(JSON.parse(body.result.content[0].text).turn_id, turn.turn_id);
});

async function speakAndLeave(world: VoiceWorld, chat: SocketClient): Promise<Body> {
  await using it = await shim(world.url);
  assertEquals(it.client.sdk.getServerVersion()!.name, "mod3");
  const { tools } = await it.client.sdk.listTools();
  assertEquals(tools.map(({ name }) => name), [
    ...["speak", "speech_status", "stop", "list_voices", "diagnostics", "set_output_device"],
    ...["vad_check", "await_voice_input", "register_session", "deregister_session"],
    ...["list_sessions", "take_turn", "answer_turn"],
  ]);
  const joined = await it.call("register_session", { session_id: "s1", participant_id: "agent" });
  assertEquals([joined.status, joined.created], ["ok", true]);
  assertStringIncludes(await it.call("list_voices"), "Available voices:");
  await using listener = await world.open("/ws/audio/s1");
  const { job_id, status } = await it.call("speak", { text: "Hello.", session_id: "s1" });
  assertEquals(status, "speaking");
  assertEquals((await listener.nextOf("audio_header")).job_id, job_id);
  const done = await it.call("speech_status", { job_id });
  assertEquals([done.status, done.route], ["done", "routed_ws"]);
  assertEquals((await it.call("deregister_session", { session_id: "s1" })).status, "ok");
  assertEquals(world.player.played.length, 0);
  const taking = it.call("take_turn");
  let turn: Body = null;
  taking.then((taken) => turn = taken);
  while (turn === null) {
    chat.send({ type: "text_message", text: "hello" });
    await Promise.race([taking, chat.nextOf("response_complete").catch(() => {})]);
  }
  return turn;
}

Deno.test("what the voice server refuses comes back as it said it", async () => {
  await using world = await VoiceWorld.start();
  await using it = await shim(world.url);
  const code = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (error instanceof Error && "code" in error) return error.code;
      throw error;
    }
    return null;
  };
  assertEquals(await code(it.call("dance")), -32602);
  const { sdk } = it.client;
  assertEquals(await code(sdk.request({ method: "no/such" }, z.object({}))), -32601);
  assertEquals((await it.call("speak", { text: " " })).error, "Nothing to say");
  // Many at a time, and one that waits, each gets its own.
  const waiting = it.call("take_turn", { timeout_sec: 0.5 });
  const many = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      it.call("register_session", {
        ...{ session_id: `s${i}`, participant_id: "p" },
      })),
  );
  assertEquals(many.map(({ session_id }) => session_id), many.map((_, i) => `s${i}`));
  assertEquals((await waiting).status, "timeout");
});

Deno.test("a voice server that goes away is an error of each call, and is found again", async () => {
  const first = await VoiceWorld.start();
  const port = Number(new URL(first.url).port);
  await using it = await shim(first.url);
  assert((await it.call("diagnostics")).vad_loaded);
  await first[Symbol.asyncDispose]();
  const { status, error } = await it.call("diagnostics");
  assertEquals(status, "error");
  assertStringIncludes(error, `the voice server at ${first.url} cannot be asked`);
  await using _again = await VoiceWorld.start({ voicePort: port });
  assert((await it.call("diagnostics")).vad_loaded);
});
