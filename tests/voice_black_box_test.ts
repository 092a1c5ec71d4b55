/**
 * A real `headway serve`, as the clients of the two systems that it is compatible with ask it: their
 * requests, in their order, over HTTP, WebSockets and MCP. Speech is the built-in one.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { peak, readWav } from "../audio/mod.ts";
import { ServeProcess } from "./support/headway_server.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { type Body, SocketClient } from "./support/voice_world.ts";

const RECORDER = fileURLToPath(new URL("./support/play_recorder.ts", import.meta.url));

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly body: Body;
}

async function ask(url: string, init: RequestInit & { readonly json?: unknown } = {}) {
  const { json, ...rest } = init;
  const response = await fetch(url, {
    ...rest,
    ...(json !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json", ...Object(rest.headers) },
      body: JSON.stringify(json),
    }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const { status, headers } = response;
  const body = isJson ? JSON.parse(new TextDecoder().decode(bytes)) : null;
  return { status, headers, bytes, body } satisfies Asked;
}

/** Calls a tool as a program does that knows no more of the protocol than it needs. */
async function tool(url: string, name: string, args: object = {}): Promise<Body> {
  const { status, body } = await ask(`${url}/mcp`, {
    json: { jsonrpc: "2.0", id: 7, method: "tools/call", params: { name, arguments: args } },
  });
  assertEquals([status, body.id], [200, 7]);
  const [{ type, text }] = body.result.content;
  assertEquals([type, body.result.content.length], ["text", 1]);
  return text.startsWith("{") ? JSON.parse(text) : text;
}

const socket = (url: string, path: string) =>
  SocketClient.open(`${url.replace(/^http/, "ws")}${path}`);

/** A server of both roles, or of one. */
async function start(
  folder: string,
  options: { readonly voice?: number | "off"; readonly channel?: number | "off" } & {
    readonly more?: readonly string[];
  } = {},
) {
  const { voice = 0, channel = 0, more = [] } = options;
  const notes = join(folder, "played");
  const server = new ServeProcess(
    [
      ...["--port", "0", "--control-port", "off"],
      ...["--voice-port", String(voice), "--channel-port", String(channel)],
      "--voice-player",
      `deno run --quiet --allow-read --allow-write "${RECORDER}" "${notes}"`,
      ...more,
    ],
    { HEADWAY_HOME: join(folder, "home") },
    ["--allow-write", "--allow-run=deno,cat"],
  );
  const urlOf = async (name: "voice" | "channel", port: number | "off") =>
    port === "off" ? "" : `http://127.0.0.1:${await server.port(name)}`;
  return {
    server,
    voice: await urlOf("voice", voice),
    channel: await urlOf("channel", channel),
    played: () => {
      try {
        return Deno.readTextFileSync(notes).trim().split("\n");
      } catch {
        return [];
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Events of a stream, as they come. */
async function events(url: string) {
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = async (): Promise<Body> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      if (end >= 0) {
        const event = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (event.startsWith("data:")) return JSON.parse(event.slice(5));
        continue;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error("the stream has ended");
      rest += value;
    }
  };
  return {
    next,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await reader.read().catch(() => {});
    },
  };
}

Deno.test("a fresh server passes the smoke test of its clients", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const health = (await ask(`${it.voice}/health`)).body;
  assert(["ok", "degraded"].includes(health.status));
  assertEquals([health.service, typeof health.modalities.tts], ["mod3", "boolean"]);
  const { engines } = (await ask(`${it.voice}/v1/voices`)).body;
  assertEquals(engines.kokoro.voices.length, 11);
  assertEquals((await ask(`${it.voice}/v1/jobs`)).body, { jobs: [], total: 0 });
  const filter = async (text: string) =>
    (await ask(`${it.voice}/v1/filter`, { json: { text } })).body.is_hallucination;
  assertEquals([await filter("Thank you."), await filter("Turn left.")], [true, false]);
});

Deno.test("a page registers at the kernel, is heard and polled, chats, and leaves by its beacon", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const origin = `http://localhost:${new URL(it.voice).port}`;
  const register = `${it.channel}/v1/channel-sessions/register`;
  const preflight = await ask(register, {
    method: "OPTIONS",
    headers: {
      ...{ origin, "access-control-request-method": "POST" },
      "access-control-request-headers": "content-type",
    },
  });
  assertEquals([preflight.status, preflight.headers.get("access-control-allow-origin")], [
    ...[204, origin],
  ]);
  const { body } = await ask(register, {
    headers: { origin, "sec-fetch-site": "same-site" },
    json: {
      ...{ participant_id: "dashboard-0badcafe", participant_type: "user", preferred_voice: null },
      ...{ preferred_output_device: "system-default", kinds: ["audio"] },
    },
  });
  const id = body.kernel.session_id;
  assertMatch(id, /^cs-[0-9a-f]{12}$/);
  assertEquals([body.mod3.session_id, body.mod3.created], [id, true]);
  await using audio = await socket(it.voice, `/ws/audio/${id}`);
  const [row] = (await ask(`${it.voice}/v1/sessions`)).body.sessions;
  for (const key of ["session_id", "participant_id", "participant_type", "assigned_voice"]) {
    assertEquals(typeof row[key], "string", key);
  }
  assertEquals([typeof row.voice_conflict, typeof row.registered_at], ["boolean", "number"]);

  const spoken = await ask(`${it.voice}/v1/synthesize`, {
    json: { text: "Hello, page.", session_id: id },
  });
  assertEquals([spoken.status, spoken.headers.get("x-mod3-ws-subscribers")], [200, "1"]);
  const [header, file] = [await audio.next(), await audio.next()];
  assert("json" in header && "bytes" in file);
  assertEquals(header.json.job_id, spoken.headers.get("x-mod3-job-id"));
  assertEquals(file.bytes, spoken.bytes);
  assert(peak(readWav(spoken.bytes, { sampleRate: "any" }).audio) > 0.05);

  await using chat = await socket(it.voice, "/ws/chat");
  chat.send({ type: "config", model: "kokoro", voice: "bm_lewis" });
  chat.send({ type: "text_message", text: "anybody there?" });
  assertEquals((await chat.nextOf("transcript")).source, "text");
  assertStringIncludes((await chat.nextOf("response_text")).text, "attach");
  const clip = await chat.nextOf("audio");
  assert(clip.sample_rate === 24_000 && atob(clip.data).startsWith("RIFF"));
  await chat.nextOf("response_complete");

  const gone = await ask(`${it.voice}/v1/sessions/${id}/deregister`, {
    ...{ headers: { origin, "sec-fetch-site": "same-origin" }, json: {} },
  });
  assertEquals([gone.status, gone.body.status], [200, "ok"]);
  const list = (await ask(`${it.channel}/v1/channel-sessions`)).body;
  assertEquals([list.kernel, list.mod3.sessions], [[], []]);
  assertEquals(it.played(), []);
});

Deno.test("without the kernel a page registers at the voice server itself, and again after a reload", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path, { channel: "off" });
  const page = {
    ...{ session_id: "dashboard-0badcafe-1700000000000", participant_id: "dashboard-0badcafe" },
    ...{ participant_type: "user", preferred_voice: null },
    preferred_output_device: "system-default",
  };
  const first = (await ask(`${it.voice}/v1/sessions/register`, { json: page })).body;
  assertEquals([first.session_id, first.created], [page.session_id, true]);
  const path = `${it.voice}/v1/sessions/${page.session_id}`;
  await ask(`${path}/deregister`, { json: {} });
  const again = (await ask(`${it.voice}/v1/sessions/register`, { json: page })).body;
  assertEquals([again.created, again.assigned_voice], [true, first.assigned_voice]);
  assertEquals((await ask(path)).body.participant_id, page.participant_id);
});

Deno.test("a stdio client of the HTTP interface speaks to who listens, and asks who does", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path, { channel: "off" });
  await ask(`${it.voice}/v1/sessions/register`, {
    json: { session_id: "s1", participant_id: "p" },
  });
  assert(Object.keys((await ask(`${it.voice}/v1/voices`)).body.engines).includes("kokoro"));
  const subscribers = async () =>
    (await ask(`${it.voice}/v1/sessions/s1/subscribers`)).body as Body;
  assertEquals(await subscribers(), { session_id: "s1", subscribed: false, count: 0 });
  await using listener = await socket(it.voice, "/ws/audio/s1");
  assertEquals((await subscribers()).subscribed, true);
  const { status, bytes } = await ask(`${it.voice}/v1/synthesize`, {
    json: { text: "From a program.", voice: "bm_lewis", speed: 1.25, session_id: "s1" },
  });
  assertEquals([status, new TextDecoder().decode(bytes.subarray(8, 12))], [200, "WAVE"]);
  await listener.nextOf("audio_header");
  const opened = await ask(`${it.voice}/mcp/`, {
    json: {
      ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
      params: {
        protocolVersion: "2024-11-05",
        capabilities: {},
        clientInfo: { name: "agent", version: "1" },
      },
    },
  });
  assertEquals([opened.status, opened.body.result.protocolVersion], [200, "2024-11-05"]);
  assert(opened.headers.has("mcp-session-id"));
  const { job_id } = await tool(it.voice, "speak", { text: "Once more.", session_id: "s1" });
  assertEquals((await listener.nextOf("audio_header")).job_id, job_id);
  assertEquals((await tool(it.voice, "speech_status", { job_id })).route, "routed_ws");
  assertEquals((await tool(it.voice, "deregister_session", { session_id: "s1" })).status, "ok");
  assertEquals(it.played(), []);
});

Deno.test("mod3_speak is heard in the page while it is open, and on the machine once it is closed", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const { kernel } = await tool(it.channel, "mod3_register_session", { participant_id: "page" });
  const speak = () =>
    tool(it.channel, "mod3_speak", {
      ...{ text: "Where am I heard?", session_id: kernel.session_id, blocking: true },
    });
  {
    await using page = await socket(it.voice, `/ws/audio/${kernel.session_id}`);
    const routed = await speak();
    assertEquals([routed.playback_status, routed.metrics["ws-subscribers"]], ["routed_ws", 1]);
    assertEquals((await page.nextOf("audio_header")).job_id, routed.metrics["job-id"]);
    assertEquals(it.played(), []);
  }
  const path = `${it.voice}/v1/sessions/${kernel.session_id}/subscribers`;
  while ((await ask(path)).body.subscribed);
  const played = await speak();
  assertEquals([played.playback_status, it.played()], ["played", [`RIFF ${played.bytes}`]]);
  // Nothing is left behind: the file that was played is gone, and the lock is given back.
  assertEquals([...Deno.readDirSync(join(folder.path, "home", "voice"))], []);
});

Deno.test("a chat that another server's bus answers: turns out, replies and traces in", async () => {
  await using folder = await tempFolder();
  await using kernel = await start(folder.path, { voice: "off" });
  await using it = await start(folder.path, {
    ...{ channel: "off", more: ["--kernel-url", kernel.channel] },
  });
  assertEquals((await ask(`${kernel.channel}/health`)).body.status, "ok");
  const stream = `${kernel.channel}/v1/events/stream`;
  await using turns = await events(`${stream}?bus_id=bus_dashboard_chat&consumer=harness`);
  assertEquals((await turns.next()).type, "connected");
  await using chat = await socket(it.voice, "/ws/chat");
  // The server listens to replies and traces once a chat is open.
  while ((await ask(`${kernel.channel}/health`)).body.listeners < 3);
  chat.send({ type: "text_message", text: "what is the time?" });
  const { type, data } = await turns.next();
  const turn = JSON.parse(data.message);
  assertEquals([type, data.from, turn.text], [
    ...["user_message", "mod3-dashboard", "what is the time?"],
  ]);
  assertMatch(turn.session_id, /^mod3:browser:[0-9a-f]{8}$/);
  const send = (body: object) => ask(`${kernel.channel}/v1/bus/send`, { json: body });
  const content = JSON.stringify({ text: "It is noon.", session_id: turn.session_id });
  await send({ bus_id: "bus_dashboard_response", type: "agent_response", message: content });
  assertEquals((await chat.nextOf("response_text")).text, "It is noon.");
  assert(atob((await chat.nextOf("audio")).data).startsWith("RIFF"));
  assertEquals((await chat.nextOf("response_complete")).metrics.provider, "cogos-agent");
  const payload = {
    ...{ id: "t1", ts: "2026-01-01T00:00:00Z", source: "agent", cycle_id: "c1" },
    ...{ kind: "tool_dispatch", payload: { tool: "clock" } },
  };
  await send({ bus_id: "bus_cycle_trace", type: "tool_dispatch", payload });
  assertEquals((await chat.nextOf("trace_event")).event, payload);
});

Deno.test("a voice server that is killed under a running kernel is 502, and is found again", async () => {
  await using folder = await tempFolder();
  const first = await start(folder.path, { channel: "off" });
  const port = Number(new URL(first.voice).port);
  await using kernel = await start(folder.path, {
    ...{ voice: "off", more: ["--voice-url", first.voice] },
  });
  const sessions = `${kernel.channel}/v1/channel-sessions`;
  const register = () =>
    ask(`${sessions}/register`, { json: { session_id: "mine", participant_id: "p" } });
  assertEquals((await register()).status, 200);
  await first.server[Symbol.asyncDispose]();
  for (const path of [sessions, `${sessions}/mine`]) {
    const { status, body } = await ask(path);
    assertEquals([status, body.error.type], [502, "mod3_unreachable"]);
    assertStringIncludes(body.error.message, "mod3 unreachable: ");
  }
  assertEquals((await ask(`${sessions}/mine/deregister`, { method: "POST" })).status, 502);
  assertStringIncludes(await tool(kernel.channel, "mod3_list_sessions"), "mod3 unreachable: ");
  await using _second = await start(folder.path, { voice: port, channel: "off" });
  // Its record was kept; the new voice server does not know it before it registers again.
  assertEquals((await ask(`${kernel.channel}/health`)).body.sessions, 1);
  assertEquals((await ask(`${sessions}/mine`)).status, 404);
  const { status, body } = await register();
  assertEquals([status, body.mod3.created, body.kernel.id_source], [200, true, "caller"]);
});

Deno.test("hostile requests get their status, and the server goes on", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path, { channel: "off" });
  const synthesize = `${it.voice}/v1/synthesize`;
  const status = async (init: Parameters<typeof ask>[1], url = synthesize) =>
    (await ask(url, init)).status;
  assertEquals(await status({ json: { text: "a".repeat(1_000_000) } }), 413);
  assertEquals(await status({ method: "POST", body: new Uint8Array(17 * 2 ** 20) }), 413);
  assertEquals(await status({ method: "POST", body: '{"text": "\xff"' }), 422);
  const broken = new Uint8Array([...new TextEncoder().encode('{"text":"'), 0xff, 0x22, 0x7d]);
  assertEquals(await status({ method: "POST", body: broken }), 400);
  assertEquals(await status({ json: { text: "\u0000\u001b[31m\u0007" } }), 200);
  assertEquals(await status({ json: { text: "Привет" } }), 422);
  assertEquals(await status({ json: { text: " " } }), 400);
  for (const id of ["..%2f..%2fetc%2fpasswd", "%00", "%ff", "%2e%2e"]) {
    assert([400, 404].includes(await status({}, `${it.voice}/v1/sessions/${id}`)), id);
  }
  const foreign = await status({
    ...{ headers: { origin: "http://evil.example" }, json: { text: "Say this." } },
  });
  assert([401, 403].includes(foreign), String(foreign));
  assertEquals((await ask(synthesize, { json: { text: "Still here." } })).status, 200);
});
