/** With a program of the user's behind it, the voice server is for the user's own programs. */
import { assertEquals, assertRejects } from "@std/assert";
import { VoiceWorld } from "../../tests/support/voice_world.ts";

const TOKEN = "a-token-of-sixteen-or-more";

Deno.test("another user of the machine starts no program by speaking, chatting or forwarding", async () => {
  await using world = await VoiceWorld.start({
    ...{ channelPort: 0, token: TOKEN, speechCommand: ["no-such-program"] },
    readSocketTables: () => Promise.resolve(""),
  });
  const channel = world.server.channelUrl!;
  const status = async (method: string, path: string, body?: object, base?: string) =>
    (await world.ask(method, path, body, base)).status;
  assertEquals(await status("POST", "/v1/synthesize", { text: "x", voice: "command" }), 401);
  assertEquals(await status("POST", "/mcp", {}), 401);
  assertEquals(await status("POST", "/mcp", {}, channel), 401);
  await assertRejects(() => world.open("/ws/chat"), Error, "401");
  // Looking and listening start nothing.
  assertEquals(await status("GET", "/v1/voices"), 200);
  assertEquals(await status("GET", "/v1/channel-sessions", undefined, channel), 200);
  await using _listener = await world.open("/ws/audio/s1");
  const answer = await fetch(`${world.url}/v1/synthesize`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ text: "x" }),
  });
  await answer.body?.cancel();
  assertEquals(answer.status, 200);
});

Deno.test("a server whose voices are its own is for everybody on the machine", async () => {
  await using world = await VoiceWorld.start({ readSocketTables: () => Promise.resolve("") });
  assertEquals((await world.ask("POST", "/v1/synthesize", { text: "x" })).status, 200);
});
