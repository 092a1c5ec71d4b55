/** With a program of the user's behind it, the voice server is for the user's own programs. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { type RunLister, SystemDevices } from "./system_devices.ts";

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

Deno.test("another user of the machine starts no player, by route or by tool", async () => {
  const parts = {
    ...{ channelPort: 0, token: TOKEN, readSocketTables: () => Promise.resolve("") },
    // A program that is not there: who may start it is told so.
    voicePlayer: ["no-such-player"],
  };
  await using world = await VoiceWorld.start({ ...parts, plays: "by program" });
  const channel = world.server.channelUrl!;
  await world.join("s1");
  const speak = { text: "Hello.", session_id: "s1" };
  const refused = await world.ask("POST", "/v1/speak", speak);
  assertEquals([refused.status, refused.body.error.code], [401, "not_own_user"]);
  const call = async (url: string, name: string, args: object, token?: string) => {
    const response = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        ...{ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
      }),
    });
    return JSON.parse((await response.json()).result.content[0].text);
  };
  assertStringIncludes((await call(world.url, "speak", speak)).error, "need the server's token");
  const blocking = { text: "Hello.", blocking: true };
  const tool = await call(channel, "mod3_speak", blocking);
  assertEquals(tool.playback_status, "error");
  assertStringIncludes(tool.playback_error, "need the server's token");
  assertEquals((await world.ask("GET", "/v1/jobs?type=speak")).body.total, 0);
  // What is given back or routed starts nothing.
  assertEquals((await world.ask("POST", "/v1/synthesize", speak)).status, 200);
  {
    await using _listener = await world.open("/ws/audio/s1");
    assertEquals((await call(channel, "mod3_speak", speak)).playback_status, "routed_ws");
  }
  // The token opens all three.
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(`${world.url}/v1/speak`, {
    ...{ method: "POST", headers, body: JSON.stringify({ text: "Hello." }) },
  });
  assertEquals([response.status, typeof (await response.json()).job_id], [200, "string"]);
  assertEquals(typeof (await call(world.url, "speak", { text: "Hi." }, TOKEN)).job_id, "string");
  const played = await call(channel, "mod3_speak", blocking, TOKEN);
  assertStringIncludes(played.playback_error, "no player");
});

Deno.test("a server whose voices are its own is for everybody on the machine", async () => {
  await using world = await VoiceWorld.start({ readSocketTables: () => Promise.resolve("") });
  assertEquals((await world.ask("POST", "/v1/synthesize", { text: "x" })).status, 200);
});

Deno.test("whoever asks for the outputs has one fixed look made, and has no say in it", async () => {
  const ran = new Set<string>();
  let running = 0;
  let most = 0;
  const run: RunLister = async (command) => {
    ran.add(command.join(" "));
    most = Math.max(most, ++running);
    // Lets everybody else ask meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return "";
  };
  const devices = new SystemDevices({ clock: new VirtualClock(), run, platform: "linux" });
  await using world = await VoiceWorld.start({
    ...{ token: TOKEN, devices, readSocketTables: () => Promise.resolve("") },
  });
  const hostile = "; touch x $(touch x) --help";
  const tool = {
    ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
    params: { name: "set_output_device", arguments: { device: hostile } },
  };
  const asked = await Promise.all(
    Array.from({ length: 12 }, (_, i) => [
      world.join(`s${i}`, { preferred_output_device: hostile, participant_id: hostile }),
      world.ask("GET", "/v1/sessions"),
      world.ask("GET", `/v1/sessions/${encodeURIComponent(hostile)}`),
      world.ask("POST", "/mcp", tool),
    ]).flat(),
  );
  assertEquals(asked.length, 48);
  assertEquals([...ran].sort(), ["aplay -l", "pactl info", "pactl list sinks", "wpctl status"]);
  assertEquals(most, 1);
});
