import { assert, assertEquals, assertRejects } from "@std/assert";
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { UsageError, VirtualClock } from "../runtime/mod.ts";
import { createLog } from "../server/log.ts";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { RawPeer } from "../tests/support/raw_peer.ts";
import { TOKEN } from "../tests/support/request_facts.ts";
import { encodeControlBody, encodePcm } from "../wire/mod.ts";
import { serve, type ServerParts } from "./mod.ts";

/** A server on free ports that is quiet and cheap. */
async function start(options: ServerParts = {}) {
  const log = new MemoryLog();
  const server = await serve({
    port: 0,
    controlPort: 0,
    log,
    createEngine: () => new PassThroughEngine(),
    ...options,
  });
  return Object.assign(server, { log, port: Number(new URL(server.url).port) });
}

const portOf = (url: string) => Number(new URL(url).port);
const CONFIG = JSON.stringify({ prompt: "keys", fixture_name: "short" });
/** Two seconds of almost silence. */
const PCM = encodePcm(new Float32Array(2 * 96_000).fill(0.01), 2);

/** A session, streaming. */
async function stream(url: string, config = CONFIG) {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  const closed = new Promise<string>((resolve) =>
    ws.once("close", (code, reason) => resolve(`${code} ${reason}`))
  );
  let binaries = 0;
  const streaming = new Promise<void>((resolve) =>
    ws.on("message", (_data, isBinary) => {
      if (isBinary && ++binaries === 3) resolve();
    })
  );
  await new Promise((resolve) => ws.once("open", resolve));
  ws.send(config);
  ws.send(PCM);
  await streaming;
  return { ws, closed };
}

Deno.test("serve opens the main listener and the control bus, and says where", async () => {
  await using server = await start();
  assertEquals(
    server.log.of("listening").map(({ fields }) => fields),
    [
      { listener: "main", url: server.httpUrl, sessions: server.url },
      { listener: "control", url: server.controlUrl },
    ],
  );
  assertEquals(server.addresses.map(({ name, host }) => `${name} ${host}`), [
    "main 127.0.0.1",
    "control 127.0.0.1",
  ]);
  assertEquals(await (await fetch(`${server.httpUrl}/healthz`)).text(), "ok\n");
});

Deno.test("serve's home page loads nothing from elsewhere", async () => {
  await using server = await start();
  const page = await fetch(server.httpUrl);
  assertEquals(
    page.headers.get("Content-Security-Policy"),
    "default-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; " +
      "img-src 'self' data:; media-src 'self' blob:; object-src 'none'; frame-ancestors 'none'",
  );
  const links = [...(await page.text()).matchAll(/(?:src|href)="([^"]*)"/g)].map((it) => it[1]!);
  assert(links.length > 5);
  for (const link of links) {
    if (link === "data:," || link.startsWith("#")) continue;
    const response = await fetch(new URL(link, server.httpUrl));
    assertEquals([link[0], response.status], ["/", 200], link);
    await response.body?.cancel();
  }
});

Deno.test("serve's LoRAs can be enabled in a session, and are listed", async () => {
  await using server = await start();
  const { loras } = await (await fetch(`${server.httpUrl}/api/loras`)).json();
  const { ws } = await stream(server.url, JSON.stringify({ lora: true }));
  const catalog = new Promise<{ id: string; state: string; strength: number }[]>((resolve) =>
    ws.on("message", (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(String(data));
      if (message.type === "lora_catalog") resolve(message.catalog);
    })
  );
  ws.send(JSON.stringify({ type: "enable_lora", id: "crystal", strength: 0.5 }));
  const changed = await catalog;
  const ids = (entries: readonly { id: string }[]) => entries.map(({ id }) => id);
  assertEquals(ids(changed), ids(loras));
  const enabled = changed.filter(({ state }) => state === "enabled");
  assertEquals(enabled.map(({ id, strength }) => [id, strength]), [["crystal", 0.5]]);
  ws.terminate();
});

Deno.test("serve streams a session and shows it on the control bus", async () => {
  await using server = await start();
  const { ws, closed } = await stream(server.url);
  const [session] = await (await fetch(`${server.controlUrl}/sessions`)).json();
  assertEquals([session.prompt, session.duration, session.channels], ["keys", 2, 2]);
  const echo = new Promise<unknown>((resolve) =>
    ws.on("message", (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(String(data));
      if (message.type === "params_echo") resolve(message.raw);
    })
  );
  const sent = await fetch(`${server.controlUrl}/sessions/${session.id}/cmd`, {
    method: "POST",
    body: encodeControlBody({ type: "params", raw: { denoise: 0.5 } }),
  });
  assertEquals(await sent.json(), { sent: true, session_id: session.id, audio_bytes: 0 });
  assertEquals(await echo, { denoise: 0.5 });
  ws.close(1000, "done");
  assertEquals(await closed, "1000 done");
});

Deno.test("serve takes a command with 92 MB of audio", async () => {
  await using server = await start();
  const { ws } = await stream(server.url);
  const [session] = await (await fetch(`${server.controlUrl}/sessions`)).json();
  const audio = encodePcm(new Float32Array(240 * 96_000), 2);
  const answer = new Promise<Record<string, unknown>>((resolve) =>
    ws.on("message", (data, isBinary) => {
      if (isBinary) return;
      const message = JSON.parse(String(data));
      if (String(message.type).startsWith("timbre_")) resolve(message);
    })
  );
  const sent = await fetch(`${server.controlUrl}/sessions/${session.id}/cmd`, {
    method: "POST",
    body: encodeControlBody({ type: "set_timbre_source", name: "long" }, audio),
  });
  assertEquals((await sent.json()).audio_bytes, 92_160_008);
  assertEquals(await answer, { type: "timbre_set", name: "long", duration: 240 });
  ws.terminate();
});

Deno.test("serve closes in an orderly way while a session streams", async () => {
  const server = await start();
  const { closed } = await stream(server.url);
  await server.close();
  assertEquals((await closed).slice(0, 4), "1001");
  await server.closed;
  await assertRejects(() => fetch(`${server.httpUrl}/healthz`));
  await assertRejects(() => fetch(`${server.controlUrl}/sessions`));
  assertEquals(server.log.of("dropping what is left"), []);
});

Deno.test("serve closes when its signal aborts, before the start or after it", async () => {
  const stop = new AbortController();
  const server = await start({ signal: stop.signal });
  assertEquals(await (await fetch(`${server.httpUrl}/healthz`)).text(), "ok\n");
  stop.abort();
  await server.closed;
  await assertRejects(() => fetch(`${server.httpUrl}/healthz`));
  const early = await start({ signal: AbortSignal.abort() });
  await early.closed;
  await assertRejects(() => fetch(`${early.httpUrl}/healthz`));
});

Deno.test("serve waits 3 s for a peer that does not answer, then drops it", async () => {
  const clock = new VirtualClock();
  const server = await start({ clock });
  using peer = await RawPeer.connect(server.port);
  await peer.sendText("{}");
  const closing = server.close();
  await clock.settle(2.9);
  assertEquals(server.log.of("dropping what is left"), []);
  await clock.settle(3);
  await closing;
  assertEquals(server.log.of("dropping what is left").length, 1);
  await peer.readToEnd();
});

Deno.test("serve without a backend accepts every WebSocket, to close it with 1011", async () => {
  await using server = await start({ noBackend: true });
  assertEquals(server.controlUrl, null);
  using peer = await RawPeer.connect(server.port, "/anything");
  assertEquals((await peer.readToClose()).code, 1011);
  const info = await (await fetch(`${server.httpUrl}/api/server-info`)).json();
  assertEquals([info.no_backend, info.server_side_fixtures], [true, []]);
});

Deno.test("serve refuses a port that is taken, and leaves nothing open", async () => {
  await using first = await start();
  const { port } = first;
  await assertRejects(() => start({ port }), UsageError, `port ${port} on 127.0.0.1 is taken`);
  const controlPort = portOf(first.controlUrl!);
  await assertRejects(() => start({ controlPort }), UsageError, "--control-port");
});

Deno.test("serve leaves the control bus out when its default port is taken, and says so", async () => {
  await using _blocker = blockPort(1319);
  const log = new MemoryLog();
  await using server = await serve({ port: 0, log });
  assertEquals(server.controlUrl, null);
  const warnings = log.lines.filter((line) => line.level === "warn");
  assertEquals(warnings.map(({ fields }) => fields), [
    { listener: "control", port: 1319, why: "port is taken", flag: "--control-port" },
  ]);
});

Deno.test("serve refuses options that cannot be", async () => {
  const cases: [ServerParts, string][] = [
    [{ host: "0.0.0.0" }, "needs a token"],
    [{ controlHost: "0.0.0.0" }, "--control-host 0.0.0.0"],
    [{ port: 70_000 }, "--port is 70000"],
    [{ controlPort: 1.5 }, "--control-port is 1.5"],
    [{ maxSessions: 0 }, "--max-sessions is 0"],
    [{ tickMs: 0 }, "--tick-ms is 0"],
    [{ idlePauseS: -1 }, "--idle-pause-s is -1"],
    [{ allowOrigin: ["localhost"] }, "scheme, host and port"],
    [{ allowHost: ["http://a"] }, "host name"],
    [{ token: "a b" }, "printable ASCII"],
    [{ token: "too-short" }, "at least 16"],
    [{ publicUrl: "studio.example" }, "scheme, host and port"],
    [{ trustedProxies: ["proxy.example"] }, "an address or a network"],
    [{ loopbackBypass: false }, "nobody comes in without a token"],
  ];
  for (const [options, message] of cases) {
    await assertRejects(() => start(options), UsageError, message);
  }
});

Deno.test("serve asks peers for its token once a proxy stands in between", async () => {
  await using server = await start({ token: TOKEN });
  const ask = async (url: string, headers: Record<string, string>) => {
    const response = await fetch(url, { headers });
    await response.body?.cancel();
    return response.status;
  };
  for (const url of [`${server.httpUrl}/api/fixtures`, `${server.controlUrl}/sessions`]) {
    assertEquals(await ask(url, {}), 200);
    assertEquals(await ask(url, { "X-Forwarded-For": "10.0.0.1" }), 401);
    assertEquals(
      await ask(url, { "X-Forwarded-For": "10.0.0.1", Authorization: `Bearer ${TOKEN}` }),
      200,
    );
    assertEquals(await ask(url, { Authorization: "Bearer wrong" }), 401);
  }
});

Deno.test("serve takes the bypass back when its public address makes strangers look local", async () => {
  const asked = Promise.withResolvers<string>();
  await using server = await start({
    token: TOKEN,
    publicUrl: "https://studio.example",
    fetch: (url) => {
      asked.resolve(String(url));
      return Promise.resolve(new Response('{"via":"bypass"}'));
    },
  });
  const off = server.log.next("loopback bypass turned off");
  assertEquals(await asked.promise, "https://studio.example/api/auth/status");
  if (server.isBypassOn()) await off;
  assertEquals(server.isBypassOn(), false);
  for (const url of [`${server.httpUrl}/api/fixtures`, `${server.controlUrl}/sessions`]) {
    const response = await fetch(url);
    assertEquals(response.status, 401, url);
    await response.body?.cancel();
  }
});

Deno.test("serve tells whether it is Headway, and which process only to those who may come in", async () => {
  await using server = await start({ token: TOKEN });
  const health = async (headers: Record<string, string> = {}) =>
    await (await fetch(`${server.httpUrl}/api/health`, { headers })).json();
  assertEquals(await health(), { app: "headway", boot: server.boot, pid: Deno.pid });
  const proxied = await health({ "X-Forwarded-For": "10.0.0.1" });
  assertEquals(proxied, { app: "headway", boot: server.boot });
});

Deno.test("serve says which settings were read by other names", async () => {
  await using server = await start({ aliases: ["CODA_APP_URL for HEADWAY_PUBLIC_URL"] });
  assertEquals(server.log.of("setting by another name").map(({ fields }) => fields), [
    { alias: "CODA_APP_URL for HEADWAY_PUBLIC_URL" },
  ]);
});

Deno.test("serve keeps the newest session and closes the older one with 4001", async () => {
  await using server = await start();
  const first = await stream(server.url);
  const second = await stream(server.url);
  assertEquals(await first.closed, "4001 preempted by a newer session");
  assertEquals((await (await fetch(`${server.controlUrl}/sessions`)).json()).length, 1);
  second.ws.terminate();
});

Deno.test("serve tells its harness of each session", async () => {
  const ids: string[] = [];
  await using server = await start({ onSession: (session) => void ids.push(session.id) });
  const { ws } = await stream(server.url);
  assertEquals(ids.length, 1);
  assert(/^[A-Za-z0-9_-]{8}$/.test(ids[0]!));
  ws.terminate();
});

/** Makes sure that somebody listens on `port`. */
function blockPort(port: number): AsyncDisposable {
  try {
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    return { [Symbol.asyncDispose]: () => Promise.resolve(listener.close()) };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

Deno.test("T37: serve writes no token anywhere: not in its log, nor in an answer, whoever brings which", async () => {
  const lines: string[] = [];
  const clock = { unixS: () => 0 };
  const log = createLog({ format: "json", clock, write: (line) => void lines.push(line) });
  await using server = await serve({
    ...{ port: 0, controlPort: 0, log, token: TOKEN, loopbackBypass: false },
    createEngine: () => new PassThroughEngine(),
  });
  const guess = "a-guess-that-is-no-token";
  const secrets = [TOKEN, guess];
  const answers: string[] = [];
  const ask = async (url: string, init: RequestInit = {}) => {
    const response = await fetch(url, init);
    answers.push(`${await response.text()} ${JSON.stringify([...response.headers])}`);
    return response;
  };
  for (const base of [server.httpUrl, server.controlUrl!]) {
    for (const secret of secrets) {
      const headers = { Authorization: `Bearer ${secret}` };
      const body = JSON.stringify({ token: secret });
      const json = { "Content-Type": "application/json" };
      await ask(`${base}/api/board`, { headers });
      await ask(`${base}/sessions/x/cmd`, { method: "POST", headers, body });
      await ask(`${base}/api/board?token=${secret}`);
      await ask(`${base}/api/board`, { headers: { Cookie: `headway_auth=${secret}` } });
      await ask(`${base}/api/auth/login`, { method: "POST", headers: json, body });
      await ask(`${base}/login/${TOKEN}`);
      await ask(`${base}/mcp`, { method: "POST", headers: { ...headers, ...json }, body: "{" });
      const socket = new WebSocket(`${base.replace("http", "ws")}/?token=${secret}`, { headers });
      await new Promise((resolve) => socket.once("open", resolve).once("error", resolve));
      socket.terminate();
    }
  }
  assert(answers.length === 28 && lines.length > 10, `${lines.length} lines`);
  for (const text of [...answers, ...lines]) {
    for (const secret of secrets) assert(!text.includes(secret), text);
  }
});
