/** The channel forwarder over real sockets: routes, tools, and a voice server that comes and goes. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Rng, VirtualClock, WallClock } from "../../runtime/mod.ts";
import { voiceBackend } from "../../server/voice/channel/backend.ts";
import { ChannelForwarder } from "../../server/voice/channel/forwarder.ts";
import { channelTools, metricsOf } from "../../mcp/voice/channel_tools.ts";
import { type Road, TestMcpClient } from "../../tests/support/mcp_client.ts";
import { type Body, VoiceWorld } from "../../tests/support/voice_world.ts";

const world = (more: Parameters<typeof VoiceWorld.start>[0] = {}) =>
  VoiceWorld.start({ channelPort: 0, ...more });

const ask = (it: VoiceWorld, method: string, path: string, body?: unknown) =>
  it.ask(method, path, body, it.server.channelUrl!);

/** Calls a tool; gives back its one text, and whether it is an error. */
async function tool(url: string, name: string, args: object = {}) {
  await using client = await TestMcpClient.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`)) as Road,
  );
  const { content, isError } = await client.sdk.callTool({ name, arguments: { ...args } });
  assertEquals(content.length, 1);
  const text = content[0]!.type === "text" ? content[0]!.text : "";
  return { text, isError: isError === true, json: () => JSON.parse(text) as Body };
}

Deno.test("registering mints an id, keeps who it is, and merges what the voice server says", async () => {
  await using it = await world();
  const { status, body } = await ask(it, "POST", "/v1/channel-sessions/register", {
    ...{ participant_id: "p", kinds: ["audio"], metadata: { team: "a" } },
  });
  assertEquals(status, 200);
  assert(/^cs-[0-9a-f]{12}$/.test(body.kernel.session_id));
  assertEquals([body.kernel.id_source, body.mod3.session_id], ["minted", body.kernel.session_id]);
  assertEquals(Object.keys(body.kernel), [
    ...["session_id", "participant_id", "participant_type", "preferred_output_device", "kinds"],
    ...["metadata", "registered_at", "last_seen", "id_source"],
  ]);
  assert(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(body.kernel.registered_at));
  assertEquals([body.mod3.assigned_voice, body.mod3.created], ["bm_lewis", true]);
  const own = (await ask(it, "POST", "/v1/channel-sessions/register", {
    ...{ session_id: "mine", participant_id: "q", preferred_voice: "af_sky", priority: 2 },
  })).body;
  assertEquals([own.kernel.id_source, own.kernel.priority, own.mod3.priority], ["caller", 2, 2]);
  const list = (await ask(it, "GET", "/v1/channel-sessions")).body;
  assertEquals([list.kernel.length, list.mod3.sessions.length], [2, 2]);
  const one = (await ask(it, "GET", "/v1/channel-sessions/mine")).body;
  assertEquals([one.kernel.participant_id, one.mod3.assigned_voice], ["q", "af_sky"]);

  const gone = await ask(it, "POST", "/v1/channel-sessions/mine/deregister");
  assertEquals([gone.status, gone.body.released_voice], [200, "af_sky"]);
  const again = await ask(it, "POST", "/v1/channel-sessions/mine/deregister");
  assertEquals([again.status, again.body.status], [404, "not_found"]);
  assertEquals((await ask(it, "GET", "/v1/channel-sessions/mine")).status, 404);
});

Deno.test("who leaves at the voice server is forgotten by the forwarder, too", async () => {
  await using it = await world();
  await ask(it, "POST", "/v1/channel-sessions/register", { session_id: "a", participant_id: "p" });
  await it.ask("POST", "/v1/sessions/a/deregister", {});
  assertEquals((await ask(it, "GET", "/v1/channel-sessions")).body.kernel, []);
});

Deno.test("errors of the forwarder and of the voice server keep their shapes", async () => {
  await using it = await world();
  const register = (body?: unknown) => ask(it, "POST", "/v1/channel-sessions/register", body);
  const broken = await register("{");
  assertEquals([broken.status, broken.body.error], [
    ...[400, { type: "invalid_request", message: "body must be JSON" }],
  ]);
  assertEquals((await register({})).body.error.message, "participant_id is required");
  assertEquals((await register({ participant_id: "p", session_id: "a/b" })).status, 400);
  assertEquals((await it.ask("GET", "/v1/sessions")).body.sessions, []);
});

Deno.test("pages of the voice server may register here, and no other page", async () => {
  await using it = await world();
  const { port } = new URL(it.url);
  const preflight = async (origin: string) => {
    const response = await fetch(`${it.server.channelUrl}/v1/channel-sessions/register`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    await response.body?.cancel();
    return [response.status, response.headers.get("access-control-allow-origin")];
  };
  const own = `http://localhost:${port}`;
  assertEquals(await preflight(own), [204, own]);
  assertEquals((await preflight("http://evil.example"))[1], null);
  const post = (origin: string) =>
    fetch(`${it.server.channelUrl}/v1/channel-sessions/register`, {
      method: "POST",
      headers: { origin, "sec-fetch-site": "same-site", "content-type": "application/json" },
      body: JSON.stringify({ participant_id: "page" }),
    });
  const taken = await post(own);
  assertEquals([taken.status, taken.headers.get("access-control-allow-origin")], [200, own]);
  assert((await taken.json()).kernel.session_id.startsWith("cs-"));
  const refused = await post("http://evil.example");
  await refused.body?.cancel();
  assertEquals(refused.status, 401);
});

Deno.test("a voice server that goes away is 502, records stay, and it is found again", async () => {
  await using channel = await VoiceWorld.start({
    ...{ voicePort: 0, channelPort: 0, voiceUrl: "http://127.0.0.1:1" },
  });
  const down = await ask(channel, "POST", "/v1/channel-sessions/register", { participant_id: "p" });
  assertEquals([down.status, down.body.error.type], [502, "mod3_unreachable"]);
  assertStringIncludes(down.body.error.message, "mod3 unreachable: ");

  let voice: VoiceWorld | null = await VoiceWorld.start();
  const port = Number(new URL(voice.url).port);
  const clock = new WallClock();
  const backend = voiceBackend({ baseUrl: voice.url, clock, send: (it) => fetch(it) });
  const forwarder = new ChannelForwarder({ clock, rng: new Rng("ids"), backend });
  const up = await forwarder.register({ session_id: "a", participant_id: "p" });
  assertEquals(up.kind, "ok");
  await voice[Symbol.asyncDispose]();
  assertEquals((await forwarder.list()).kind, "unreachable");
  assertEquals((await forwarder.deregister("a")).kind, "unreachable");
  assertEquals(forwarder.records.map(({ session_id }) => session_id), ["a"]);
  voice = await VoiceWorld.start({ voicePort: port });
  assertEquals((await forwarder.register({ session_id: "a", participant_id: "p" })).kind, "ok");
  assertEquals((await forwarder.deregister("a")).kind, "ok");
  assertEquals(forwarder.records.length, 0);
  await voice[Symbol.asyncDispose]();
});

Deno.test("in one process, a voice role that was shut down is 502", async () => {
  await using it = await world();
  await it.join("a");
  await using listener = await it.open("/ws/audio/a");
  await it.ask("POST", "/shutdown", { timeout_sec: 0 });
  await listener.closed;
  const { status, body } = await ask(it, "GET", "/v1/channel-sessions");
  assertEquals([status, body.error.type], [502, "mod3_unreachable"]);
  assertEquals((await ask(it, "GET", "/health")).status, 200);
});

Deno.test("a stalled voice server costs eight seconds, and its refusals are passed on", async () => {
  const clock = new VirtualClock();
  const never = voiceBackend({ baseUrl: "http://v", clock, send: () => new Promise(() => {}) });
  const asked = never({ method: "GET", path: "/" });
  clock.runUntil(7.9);
  clock.runUntil(8.1);
  assertEquals(await asked, { kind: "unreachable", cause: "no answer in 8 s" });
  const nowhere = voiceBackend({ baseUrl: "", clock, send: () => Promise.reject() });
  assertEquals((await nowhere({ method: "GET", path: "/" })).kind, "unreachable");
  const refusing = new ChannelForwarder({
    ...{ clock, rng: new Rng("ids") },
    backend: voiceBackend({
      baseUrl: "http://v",
      clock,
      send: () => Promise.resolve(new Response("no room", { status: 400 })),
    }),
  });
  assertEquals(await refusing.register({ participant_id: "p" }), {
    ...{ kind: "refused", status: 400, body: { raw: "no room" } },
  });
  assertEquals(refusing.records, []);
});

Deno.test("a hundred minted ids differ", async () => {
  const clock = new VirtualClock();
  const backend = voiceBackend({
    baseUrl: "http://v",
    clock,
    send: () => Promise.resolve(Response.json({})),
  });
  const forwarder = new ChannelForwarder({ clock, rng: new Rng("ids"), backend });
  for (let i = 0; i < 100; i++) await forwarder.register({ participant_id: "p" });
  const ids = new Set(forwarder.records.map(({ session_id }) => session_id));
  assertEquals(ids.size, 100);
  for (const id of ids) assert(/^cs-[0-9a-f]{12}$/.test(id));
});

Deno.test("mod3_speak plays on this machine, or leaves it to who listens", async () => {
  await using it = await world();
  const url = it.server.channelUrl!;
  const speak = async (args: object) => (await tool(url, "mod3_speak", args)).json();
  const spoken = await speak({ text: "Hello there.", blocking: true });
  assertEquals([spoken.ok, spoken.playback_status, spoken.session_id], [true, "played", ""]);
  assertEquals(typeof spoken.metrics["job-id"], "string");
  assertEquals([spoken.metrics["sample-rate"], spoken.metrics["chunks"]], [24_000, 1]);
  assertEquals(it.player.played.length, 1);
  assertEquals(it.player.played[0]!.length, spoken.bytes);
  assertEquals(new TextDecoder().decode(it.player.played[0]!.subarray(0, 4)), "RIFF");

  const skipped = await speak({ text: "Hello.", skip_playback: true });
  assertEquals(skipped.playback_status, "skipped");
  assertEquals(atob(skipped.audio_base64).slice(0, 4), "RIFF");

  await it.join("s1");
  {
    await using listener = await it.open("/ws/audio/s1");
    const routed = await speak({ text: "Hello.", session_id: "s1", blocking: true });
    assertEquals([routed.playback_status, routed.metrics["ws-subscribers"]], ["routed_ws", 1]);
    assertEquals(routed.metrics["session-id"], "s1");
    const header = await listener.next();
    assert("json" in header && header.json.job_id === routed.metrics["job-id"]);
  }
  assertEquals(it.player.played.length, 1);
  while ((await it.ask("GET", "/v1/sessions/s1/subscribers")).body.count > 0);
  assertEquals(
    (await speak({ text: "Hi.", session_id: "s1", blocking: true })).playback_status,
    "played",
  );
  it.player.error = "no sound card";
  const failed = await speak({ text: "Hi.", blocking: true });
  assertEquals(failed.playback_status, "error");
  assertStringIncludes(failed.playback_error, "no sound card");
  assertEquals((await speak({ text: "Hi." })).playback_status, "spawned");
});

Deno.test("what mod3_speak plays is played on its session's output, in the turn of that session", async () => {
  const devices = {
    list: () => ["Speakers", "USB Headset"].map((name) => ({ name, outputChannels: 2 })),
    defaultIndex: () => 0,
  };
  const played: string[] = [];
  await using it = await world({
    devices,
    localPlayer: {
      play: (_wav, { name }, done) => {
        played.push(name);
        queueMicrotask(() => done(null));
        return () => {};
      },
    },
  });
  await it.join("s1", { preferred_output_device: "usb" });
  for (const session_id of ["s1", ""]) {
    const args = { text: "Hello.", session_id, blocking: true };
    const { playback_status } = (await tool(it.server.channelUrl!, "mod3_speak", args)).json();
    assertEquals(playback_status, "played");
  }
  assertEquals(played, ["USB Headset", "Speakers"]);
});

Deno.test("the tools say what is wrong as the protocol has it", async () => {
  await using it = await world({ voiceMute: true });
  const url = it.server.channelUrl!;
  const blank = await tool(url, "mod3_speak", { text: "  " });
  assertEquals([blank.text, blank.isError], ["text is required", false]);
  assertEquals((await tool(url, "mod3_register_session")).text, "participant_id is required");
  assertEquals((await tool(url, "mod3_deregister_session")).text, "session_id is required");
  const stranger = await tool(url, "mod3_speak", { text: "x", session_id: "nobody" });
  assert(stranger.isError && stranger.text.startsWith("mod3 returned 404: "));
  const muted = (await tool(url, "mod3_speak", { text: "x" })).json();
  assertEquals(muted.playback_status, "disabled");
  await using lost = await VoiceWorld.start({ channelPort: 0, voiceUrl: "http://127.0.0.1:1" });
  const down = await tool(lost.server.channelUrl!, "mod3_status");
  assert(down.isError && down.text.startsWith("mod3 unreachable: "));
});

Deno.test("the session tools do what the routes do", async () => {
  await using it = await world();
  const url = it.server.channelUrl!;
  const joined = (await tool(url, "mod3_register_session", {
    ...{ participant_id: "p", kinds: ["audio"], metadata: { a: 1 } },
  })).json();
  const id = joined.kernel.session_id;
  assertEquals([joined.kernel.kinds, joined.mod3.session_id], [["audio"], id]);
  assertEquals((await ask(it, "GET", `/v1/channel-sessions/${id}`)).body.kernel, joined.kernel);
  assertEquals((await tool(url, "mod3_list_sessions")).json().kernel.length, 1);
  assertEquals((await tool(url, "mod3_voices", { session_id: id })).json().engines.tone.supports, [
    "speed",
  ]);
  assertEquals((await tool(url, "mod3_status")).json().service, "mod3");
  assertEquals((await tool(url, "mod3_stop", { session_id: id })).json().status, "ok");
  assertEquals(
    (await tool(url, "mod3_deregister_session", { session_id: id })).json().status,
    "ok",
  );
  assertEquals((await ask(it, "GET", "/v1/channel-sessions")).body.kernel, []);
});

Deno.test("figures become numbers, and ids stay texts that look like numbers", () => {
  const headers = new Headers({
    ...{ "X-Mod3-Job-Id": "12345e67", "X-Mod3-Voice": "nan", "X-Mod3-Duration-Sec": "1.23" },
    ...{ "X-Mod3-Sample-Rate": "24000", "X-Mod3-Session-Id": "00123456", "X-Other": "1" },
  });
  assertEquals(metricsOf(headers), {
    ...{ "job-id": "12345e67", "voice": "nan", "duration-sec": 1.23, "sample-rate": 24_000 },
    "session-id": "00123456",
  });
});

Deno.test("a server that does not say who got it is asked for a second and a half at most", async () => {
  const clock = new VirtualClock();
  const played: number[] = [];
  const asked: string[] = [];
  const speak = (subscribers: () => Promise<Response>) => {
    const backend = voiceBackend({
      baseUrl: "http://v",
      clock,
      send: (request) => {
        const { pathname } = new URL(request.url);
        asked.push(pathname);
        return pathname.endsWith("/subscribers")
          ? subscribers()
          : Promise.resolve(new Response("RIFF"));
      },
    });
    const forwarder = new ChannelForwarder({ clock, rng: new Rng("ids"), backend });
    const play = (wav: Uint8Array) => Promise.resolve(void played.push(wav.length));
    const [tool] = channelTools({ forwarder, play });
    const args = { text: "x", session_id: "s/1", blocking: true };
    return tool!.run(args, new AbortController().signal);
  };
  const stalled = speak(() => new Promise(() => {}));
  while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  clock.runUntil(2);
  const result = JSON.parse((await stalled).text);
  assertEquals([result.playback_status, played], ["played", [4]]);
  assertEquals(result.subscriber_check_error, "no answer in 1.5 s");
  assertEquals(asked, ["/v1/synthesize", "/v1/sessions/s%2F1/subscribers"]);
  const heard = await speak(() => Promise.resolve(Response.json({ subscribed: true, count: 1 })));
  assertEquals(JSON.parse(heard.text).playback_status, "routed_ws");
  assertEquals(played.length, 1);
  const broken = await speak(() => Promise.resolve(new Response("?", { status: 500 })));
  assertEquals([JSON.parse(broken.text).playback_status, played.length], ["played", 2]);
});

Deno.test("events go from one program to those who listen to their bus", async () => {
  await using it = await world();
  const url = it.server.channelUrl!;
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/events/stream?bus_id=a`, { signal: abort.signal });
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const lines = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readTo = async (part: string) => {
    while (!text.includes(part)) text += (await lines.read()).value;
  };
  await readTo("connected");
  for (const bus_id of ["b", "a"]) {
    const message = JSON.stringify({ type: "user_message", text: `to ${bus_id}` });
    const sent = await ask(it, "POST", "/v1/bus/send", {
      bus_id,
      from: "x",
      type: "user_message",
      message,
    });
    assertEquals(sent.body.ok, true);
  }
  await readTo("to a");
  assert(!text.includes("to b"));
  assertEquals((await ask(it, "POST", "/v1/bus/send", {})).status, 400);
  abort.abort();
  await lines.read().catch(() => {});
});
