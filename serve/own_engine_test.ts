/** Sessions that start a process are for our own user, or for the token. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { PuppetMaster } from "../tests/support/puppet_master.ts";
import { rawHttp, RawPeer } from "../tests/support/raw_peer.ts";
import { serve } from "./serve.ts";

const TOKEN = "a-token-for-engines";
const US = 1000;

/** A server whose sessions are processes, on a machine where every connection is one user's. */
async function start(peerUid: number | null, asked: () => Promise<void> = async () => {}) {
  const master = new PuppetMaster(["good"]);
  let pair = "";
  const log = new MemoryLog();
  const server = await serve({
    port: 0,
    controlPort: "off",
    token: TOKEN,
    log,
    engineCommand: master.command,
    // Both ends of the connection that asks, as the system's table has them.
    peerAddress: ({ socket }) => {
      const [peer, own] = [socket.remotePort!, socket.localPort!].map((port) =>
        `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`
      );
      const line = (ends: string, uid: number | null) =>
        `  1: ${ends} 01 00000000:00000000 00:00000000 00000000 ${uid} 0 1\n`;
      pair = line(`${own} ${peer}`, US) + line(`${peer} ${own}`, peerUid);
      return undefined;
    },
    readSocketTables: async () => {
      await asked();
      return peerUid === null ? null : pair;
    },
  });
  const { port } = server.addresses[0]!;
  return {
    log,
    port,
    master,
    httpUrl: server.httpUrl,
    async [Symbol.asyncDispose]() {
      await server.close();
      master[Symbol.dispose]();
    },
  };
}

const upgrade = (path = "/", more = "") =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`;

/** The status and text of a WebSocket that is refused. */
async function refusal(port: number, more = "", path = "/"): Promise<[number, string]> {
  const { status, body } = await rawHttp(port, upgrade(path, more));
  return [status, body];
}

async function startsSession(port: number, headers: readonly string[] = []): Promise<boolean> {
  using peer = await RawPeer.connect(port, "/", headers);
  await peer.sendText('{"telemetry_version": 1}');
  const bytes = await peer.readUntil((bytes) =>
    new TextDecoder("latin1").decode(bytes).includes("init_ack")
  );
  return bytes.length > 0;
}

const REFUSED: [number, string] = [
  401,
  "this starts processes: other users of this machine need the server's token\n",
];

Deno.test("a session of an engine command is for our own user, without a token", async () => {
  await using server = await start(US);
  assert(await startsSession(server.port));
});

Deno.test("what a peer sends before it is known whose it is, is not lost", async () => {
  const [isAsked, isKnown] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  await using server = await start(US, async () => {
    // The first look is the server's own, at its start.
    if (++asked === 1) return;
    isAsked.resolve();
    await isKnown.promise;
  });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const config = new TextEncoder().encode('{"telemetry_version": 1}');
  const frame = Uint8Array.of(0x81, 0x80 | config.length, 0, 0, 0, 0, ...config);
  const head = new TextEncoder().encode(upgrade());
  await conn.write(Uint8Array.of(...head, ...frame.subarray(0, 9)));
  await isAsked.promise;
  await conn.write(frame.subarray(9));
  isKnown.resolve();
  let heard = "";
  const bytes = new Uint8Array(4096);
  while (!heard.includes("init_ack")) {
    const size = await conn.read(bytes);
    if (size === null) break;
    heard += new TextDecoder("latin1").decode(bytes.subarray(0, size));
  }
  assertMatch(heard, /^HTTP\/1.1 101 [^]*"init_ack"/);
});

Deno.test("another user's session is refused before it is a WebSocket, and starts nothing", async () => {
  await using server = await start(US + 1);
  assertEquals(await refusal(server.port), REFUSED);
  assertEquals(await refusal(server.port, "", "/any/path?x=1"), REFUSED);
  assertEquals(server.master.gone.length, 0);
  assertEquals(server.log.of("engine ready"), []);
  // Watching starts nothing, so it is not asked who watches.
  assertEquals((await refusal(server.port, "", "/watch/nobody"))[0], 404);
  assert(await startsSession(server.port, [`Authorization: Bearer ${TOKEN}`]));
});

Deno.test("where nobody can tell whose a connection is, such a session needs the token", async () => {
  await using server = await start(null);
  assertEquals(await refusal(server.port), REFUSED);
  assert(await startsSession(server.port, [`Authorization: Bearer ${TOKEN}`]));
  assertEquals(server.log.of("sessions need the token").length, 1);
});

Deno.test("another user's tools start no such session either, whose socket would be ours", async () => {
  await using server = await start(US + 1);
  const call = async (params: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.httpUrl}/mcp`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    });
    return (await response.json()).result;
  };
  const starting = {
    name: "headless_start",
    arguments: { fixture: "low_fi_Gm_loop_60s_gnm.wav" },
  };
  const run = { name: "scenario_run", arguments: { name: "healthy-stream", target: "server" } };
  for (const params of [starting, run]) {
    const refused = await call(params);
    assertEquals(refused.isError, true);
    assertMatch(refused.content[0].text, /starting processes needs the server's token/);
  }
  assertEquals(server.master.gone.length, 0);
  const { structuredContent } = await call(starting, { Authorization: `Bearer ${TOKEN}` });
  assertEquals(typeof structuredContent.session_id, "string");
});
