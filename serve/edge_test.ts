import { assert, assertEquals } from "@std/assert";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { PeerLimit } from "../server/peer_limit.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { rawHttp, RawPeer } from "../tests/support/raw_peer.ts";
import { MAX_MESSAGE_BYTES } from "../wire/mod.ts";
import { type HeadwayServer, serve } from "./mod.ts";

/** A server for raw requests. */
async function start(): Promise<HeadwayServer & { main: number; control: number }> {
  const server = await serve({
    port: 0,
    controlPort: 0,
    log: new MemoryLog(),
    allowOrigin: ["http://localhost:6660"],
    createEngine: () => new PassThroughEngine(),
  });
  const [main, control] = server.addresses.map((address) => address.port);
  return Object.assign(server, { main: main!, control: control! });
}

const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
const END = "Connection: close\r\n\r\n";

Deno.test("a peer's connections count over all listeners together", async () => {
  const peers = new PeerLimit({ most: 2, isExempt: () => false });
  await using server = await serve({ port: 0, controlPort: 0, log: new MemoryLog(), peers });
  const [main, control] = server.addresses.map(({ port }) => port);
  using _socket = await RawPeer.connect(main!);
  using _kept = await RawPeer.connect(main!);
  const { status, body } = await rawHttp(control!, "");
  assertEquals([status, JSON.parse(body)], [429, {
    error: "the request is on one connection more than a peer may have at a time; close some first",
  }]);
});

Deno.test("a server counts no local peer: a hundred of its connections are open at once", async () => {
  await using server = await start();
  const peers = await Promise.all(
    Array.from({ length: 100 }, () => RawPeer.connect(server.main)),
  );
  const { status } = await rawHttp(
    server.main,
    `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${END}`,
  );
  assertEquals(status, 200);
  for (const peer of peers) peer[Symbol.dispose]();
});

Deno.test("a WebSocket from a foreign page is refused with 403, for a foreign name with 421", async () => {
  await using server = await start();
  const own = `127.0.0.1:${server.main}`;
  const refused: [string, string, number][] = [
    [own, "Origin: http://evil.example\r\n", 403],
    [own, "Origin: null\r\n", 403],
    [own, "Origin: http://localhost:3000\r\n", 403],
    [own, `Origin: https://${own}\r\n`, 403],
    ["evil.example", "", 421],
    ["evil.example", "Origin: http://evil.example\r\n", 421],
  ];
  for (const [host, headers, expected] of refused) {
    const request = `GET / HTTP/1.1\r\nHost: ${host}\r\n${headers}${UPGRADE}\r\n`;
    const { status, head } = await rawHttp(server.main, request);
    assertEquals(status, expected, `${host} ${headers}`);
    assert(head.includes("Connection: close"));
  }
});

Deno.test("a WebSocket from our own page, an allowed one, or a program is accepted", async () => {
  await using server = await start();
  const own = `127.0.0.1:${server.main}`;
  for (
    const origin of [
      `http://${own}`,
      `http://localhost:${server.main}`,
      "http://localhost:6660",
      "",
    ]
  ) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.main });
    const header = origin === "" ? "" : `Origin: ${origin}\r\n`;
    const request = `GET /any/path?apiKey=1 HTTP/1.1\r\nHost: ${own}\r\n${header}${UPGRADE}\r\n`;
    await conn.write(new TextEncoder().encode(request));
    const answer = new Uint8Array(64);
    await conn.read(answer);
    assert(new TextDecoder().decode(answer).startsWith("HTTP/1.1 101"), origin);
  }
});

Deno.test("the control bus has no WebSockets", async () => {
  await using server = await start();
  const request = `GET / HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n`;
  assertEquals((await rawHttp(server.control, request)).status, 404);
});

Deno.test("a request that offers another protocol is answered as it stands", async () => {
  await using server = await start();
  const request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\n" +
    "Connection: Upgrade\r\n\r\n";
  const { status, body } = await rawHttp(server.main, request);
  assertEquals([status, body], [200, "ok\n"]);
});

Deno.test("requests that HTTP itself does not allow get a plain answer", async () => {
  await using server = await start();
  const cases: [string, number][] = [
    ["garbage\r\n\r\n", 400],
    [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n${END}`, 400],
    [`GET /healthz HTTP/1.1\r\n${END}`, 400],
    [`GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n${END}`, 200],
    [`GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n${END}`, 421],
    [`GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\n${END}`, 421],
    [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: ${"x".repeat(20_000)}\r\n${END}`, 431],
    [`GET /healthz HTTP/1.1\r\nHost: localhost\r\n${"A: b\r\n".repeat(120)}${END}`, 431],
    [
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
      `Content-Length: 99999999\r\n${END}`,
      413,
    ],
    [`GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n`, 200],
    [`GET /healthz HTTP/1.0\r\n\r\n`, 400],
    [`DELETE /healthz HTTP/1.1\r\nHost: localhost\r\n${END}`, 404],
  ];
  for (const [request, expected] of cases) {
    const { status } = await rawHttp(server.main, request);
    assertEquals(status, expected, request.slice(0, 60));
  }
});

Deno.test("the control bus words its refusals as the protocol does, over raw HTTP", async () => {
  await using server = await start();
  using peer = await RawPeer.connect(server.main);
  await peer.sendText(JSON.stringify({ fixture_name: "short" }));
  await peer.send(2, shortPcm());
  const id = await sessionId(peer);
  const post = (headers: string, body = "") =>
    rawHttp(
      server.control,
      `POST /sessions/${id}/cmd HTTP/1.1\r\nHost: localhost\r\n${headers}${END}${body}`,
    );
  const cases: [string, string, number, string][] = [
    ["", "", 400, "empty body"],
    ["Content-Length: 0\r\n", "", 400, "empty body"],
    ["Content-Length: abc\r\n", "xyz", 400, "empty body"],
    ["Content-Length: -4\r\n", "xyz", 400, "empty body"],
    ["Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n", 400, "empty body"],
    ["Content-Length: 3\r\n", "\x01\0\0", 400, "missing json length prefix"],
    ["Content-Length: 6\r\n", "\x00\0\0\0{}", 400, "json length out of range"],
    ["Content-Length: 6\r\n", "\x09\0\0\0{}", 400, "json length out of range"],
    ["Content-Length: 6\r\n", "\x02\0\0\0{x", 400, "json decode failed: not valid JSON"],
    ["Content-Length: 6\r\n", "\x02\0\0\0[]", 400, "json must be an object"],
  ];
  for (const [headers, body, status, error] of cases) {
    const answer = await post(headers, body);
    assertEquals([answer.status, JSON.parse(answer.body)], [status, { error }], headers + body);
  }
  const huge = await post(`Content-Length: ${MAX_MESSAGE_BYTES + 2_000_000}\r\n`);
  assertEquals(huge.status, 413);
  const sent = await post("Content-Length: 6\r\n", "\x02\0\0\0{}");
  assertEquals(JSON.parse(sent.body), { sent: true, session_id: id, audio_bytes: 0 });
});

Deno.test("the control bus answers everything else with 404 in JSON", async () => {
  await using server = await start();
  const ask = async (line: string) => {
    const { status, head, body } = await rawHttp(
      server.control,
      `${line} HTTP/1.1\r\nHost: localhost\r\n${END}`,
    );
    assert(/content-type: application\/json; charset=utf-8/i.test(head), head);
    assert(/cache-control: no-store/i.test(head), head);
    assert(/content-length: \d+/i.test(head), head);
    return [status, JSON.parse(body)];
  };
  assertEquals(await ask("GET /sessions"), [200, []]);
  assertEquals(await ask("GET /sessions/abc"), [404, { error: "unknown session" }]);
  assertEquals(await ask("POST /sessions/abc/cmd"), [404, { error: "unknown session" }]);
  const notFound = [
    "GET /",
    "GET /sessions/",
    `GET /sessions/${"a".repeat(65)}`,
    "GET /sessions/a.b",
    "GET /sessions/a%2Fb",
    "GET /sessions/abc/cmd",
    "POST /sessions",
    "DELETE /sessions/abc",
    "POST /sessions/abc/cmd/",
  ];
  for (const line of notFound) assertEquals(await ask(line), [404, { error: "not found" }], line);
});

Deno.test("a spectator sees a session over a WebSocket of its own, and ends with it", async () => {
  await using server = await start();
  using peer = await RawPeer.connect(server.main);
  await peer.sendText("{}");
  await peer.send(2, shortPcm());
  const id = await sessionId(peer);
  using spectator = await RawPeer.connect(server.main, `/watch/${id}`);
  assertEquals(await sessionId(spectator), id);
  peer[Symbol.dispose]();
  assertEquals((await spectator.readToClose()).code, 1000);
});

Deno.test("watching what does not run is refused with 404, before there is a WebSocket", async () => {
  await using server = await start();
  const ask = (path: string) =>
    rawHttp(server.main, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n`);
  for (const path of ["/watch/nobody", "/watch/", "/watch/a%2fb", `/watch/${"a".repeat(500)}`]) {
    const { status, body } = await ask(path);
    assertEquals([status, body], [
      404,
      "no such session runs; GET /api/streams lists those that do\n",
    ]);
  }
});

/** The id that `ready` names, of a session that streams. */
async function sessionId(peer: RawPeer): Promise<string> {
  const bytes = await peer.readUntil((bytes) => slicesBegin(bytes));
  return /"session_id":"([^"]+)"/.exec(new TextDecoder("latin1").decode(bytes))![1]!;
}

/** The registry has a session as soon as it streams: the first `params_update` shows that it does. */
function slicesBegin(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes).includes('"type":"params_update"');
}

function shortPcm(): Uint8Array {
  const bytes = new Uint8Array(8 + 9600 * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, 9600, true);
  return bytes;
}
