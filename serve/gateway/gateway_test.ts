/** The gateway between raw sockets: byte for byte, and what becomes of it when peers misbehave. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { EventOf, RecordedEvent } from "../../scenarios/recording/mod.ts";
import { UsageError, WallClock } from "../../runtime/mod.ts";
import { anyMask, anyMessage, concat, frameBytes, pieces } from "../../tests/support/frames.ts";
import { gatewayRig } from "../../tests/support/gateway_rig.ts";
import { rawHttp, RawPeer } from "../../tests/support/raw_peer.ts";
import { RawUpstream } from "../../tests/support/raw_upstream.ts";
import { serve } from "../serve.ts";
import { openGateway } from "./gateway.ts";

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const ofKind = <K extends RecordedEvent["kind"]>(events: readonly RecordedEvent[], kind: K) =>
  events.filter((event): event is EventOf<K> => event.kind === kind);
const encode = (text: string) => new TextEncoder().encode(text);
const noTables = () => Promise.resolve(null);
const MASK = Uint8Array.of(7, 77, 177, 33);

/** A TCP client that can reset its connection. */
function rawSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    socket.once("error", reject);
    socket.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    socket.once("data", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

Deno.test("the gateway passes every byte as it is, both ways, and records every message", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  const sessions: { up: Uint8Array[]; down: Uint8Array[] }[] = [];
  const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 4 });
  const side = fc.record({
    messages: fc.array(anyMessage, { maxLength: 5 }),
    sizes,
  });
  await fc.assert(
    fc.asyncProperty(side, side, anyMask, async (up, down, mask) => {
      const upBytes = concat(
        up.messages.flatMap(({ frames }) => frames).map((frame) => frameBytes(frame, mask)),
      );
      const downBytes = concat(
        down.messages.flatMap(({ frames }) => frames).map((frame) => frameBytes(frame, null)),
      );
      using client = await RawPeer.connect(rig.port);
      const server = await upstream.next();
      const send = async (to: { write(bytes: Uint8Array): Promise<void> }, all: Uint8Array[]) => {
        for (const piece of all) await to.write(piece);
      };
      const [got] = await Promise.all([
        client.readUntil(({ length }) => length >= downBytes.length),
        server.came(upBytes.length),
        send(client, pieces(upBytes, up.sizes)),
        send(server, pieces(downBytes, down.sizes)),
      ]);
      assertEquals(sha(server.bytes), sha(upBytes));
      assertEquals(sha(got), sha(downBytes));
      sessions.push({
        up: up.messages.map(({ payload }) => payload),
        down: down.messages.map(({ payload }) => payload),
      });
      server.socket.destroy();
    }),
    { numRuns: 25, endOnFailure: true },
  );
  const { events } = await rig.recording();
  assertEquals(ofKind(events, "open").length, sessions.length);
  for (const [i, { up, down }] of sessions.entries()) {
    for (const [dir, payloads] of [["up", up], ["down", down]] as const) {
      const said = events.filter((event) =>
        "c" in event && event.c === i + 1 && "dir" in event && event.dir === dir
      );
      const digests = said.flatMap((event) =>
        event.kind === "binary"
          ? [event.sha256]
          : event.kind === "text"
          ? [sha(new TextEncoder().encode(event.text ?? JSON.stringify(event.json)))]
          : []
      );
      assertEquals(digests, payloads.map(sha), `connection ${i + 1} ${dir}`);
    }
  }
});

Deno.test("the gateway passes a message of 100 MiB, and keeps its digest only where it is too long", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url, { maxBlobBytes: 2 ** 20 });
  const payload = new Uint8Array(100 * 2 ** 20).map((_, i) => i * 31);
  const bytes = frameBytes({ opcode: 2, isLast: true, payload }, null);
  const client = await rawSocket(rig.port);
  const server = await upstream.next();
  const hash = createHash("sha256");
  let count = 0;
  const got = new Promise<void>((resolve) =>
    client.on("data", (piece: Uint8Array) => {
      hash.update(piece);
      count += piece.length;
      if (count >= bytes.length) resolve();
    })
  );
  await server.write(bytes);
  await got;
  assertEquals([count, hash.digest("hex")], [bytes.length, sha(bytes)]);
  client.destroy();
  server.socket.destroy();
  const { events } = await rig.recording();
  const [binary] = ofKind(events, "binary");
  assertEquals([binary!.bytes, binary!.sha256, binary!.blob], [
    payload.length,
    sha(payload),
    false,
  ]);
  assertEquals([...Deno.readDirSync(`${rig.folder}/session.blobs`)], []);
});

Deno.test("closes keep their code and their reason, whoever begins", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  const closes = [[1000, "done"], [1001, "away"], [1011, "broken"], [4001, "preempted"]] as const;
  for (const [code, reason] of closes) {
    const payload = Uint8Array.of(code >> 8, code & 255, ...new TextEncoder().encode(reason));
    for (const isServers of [true, false]) {
      using client = await RawPeer.connect(rig.port);
      const server = await upstream.next();
      const close = { opcode: 8, isLast: true, payload };
      if (isServers) {
        await server.write(frameBytes(close, null));
        assertEquals((await client.readToClose()).code, code);
        await server.came(8);
        server.socket.end();
      } else {
        await client.write(frameBytes(close, MASK));
        await server.came(payload.length + 6);
        assertEquals(server.bytes, frameBytes(close, MASK));
        server.socket.end(frameBytes(close, null));
      }
      assertEquals((await client.readToEnd()).reset, false);
      client[Symbol.dispose]();
      assertEquals(await server.end(), "closed");
    }
  }
  const recorded = ofKind((await rig.recording()).events, "close");
  const told = closes.flatMap(([code, reason], i) => [
    [2 * i + 1, "down", code, reason],
    [2 * i + 1, "up", code, ""],
    [2 * i + 2, "up", code, reason],
    [2 * i + 2, "down", code, reason],
  ]);
  assertEquals(recorded.map(({ c, dir, code, reason }) => [c, dir, code, reason]), told);
});

Deno.test("a reset on either side becomes a reset on the other", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  const leaving = await rawSocket(rig.port);
  const left = await upstream.next();
  leaving.resetAndDestroy();
  assertEquals(await left.end(), "reset");

  using staying = await RawPeer.connect(rig.port);
  (await upstream.next()).socket.resetAndDestroy();
  assertEquals((await staying.readToEnd()).reset, true);
  const ends = ofKind((await rig.recording()).events, "end");
  assertEquals(ends.map(({ side, how }) => [side, how]), [["client", "reset"], [
    "server",
    "reset",
  ]]);
});

Deno.test("a client that says nothing more still hears the server out", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  const client = await rawSocket(rig.port);
  const server = await upstream.next();
  client.end();
  assertEquals(await server.end(), "closed");
  const heard = new Promise<string>((resolve) => {
    let text = "";
    client.on("data", (piece: Uint8Array) => text += new TextDecoder().decode(piece));
    client.on("end", () => resolve(text));
  });
  server.socket.end("the last word");
  assertMatch(await heard, /the last word$/);
  client.destroy();
});

Deno.test("a peer that does not read makes the other one wait, in bounded memory, and loses nothing", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url, { blobs: "none" });
  const client = await rawSocket(rig.port);
  client.pause();
  const server = await upstream.next();
  const payload = new Uint8Array(1 << 20).fill(5);
  const frame = frameBytes({ opcode: 2, isLast: true, payload }, null);
  const MESSAGES = 96;
  let left = 0;
  const writing = (async () => {
    for (let i = 0; i < MESSAGES; i++) {
      await server.write(frame);
      left++;
    }
  })();
  // Until nothing moves any more: both ends are on this very loop.
  for (let still = 0, before = -1; still < 40; before = left) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    still = left === before ? still + 1 : 0;
  }
  assert(left < MESSAGES - 32, `${left} MiB went somewhere although nobody reads`);
  let got = 0;
  const done = new Promise<void>((resolve) =>
    client.on("data", (piece: Uint8Array) => {
      got += piece.length;
      if (got === MESSAGES * frame.length) resolve();
    })
  );
  client.resume();
  await Promise.all([writing, done]);
  client.destroy();
  const { events } = await rig.recording();
  const digests = ofKind(events, "binary").map(({ sha256 }) => sha256);
  assertEquals(digests, Array(MESSAGES).fill(sha(payload)));
});

Deno.test("who may not come in is refused as at the server itself", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  const upgrade = (more: string, host = `127.0.0.1:${rig.port}`) =>
    rawHttp(
      rig.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${more}\r\n`,
    );
  assertEquals((await upgrade("Origin: http://evil.example\r\n")).status, 403);
  assertEquals((await upgrade("", "evil.example")).status, 421);
  const get = (line: string, more = "") =>
    rawHttp(
      rig.port,
      `${line} HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\nConnection: close\r\n${more}\r\n`,
    );
  assertEquals((await get("GET /", "Origin: http://evil.example\r\n")).status, 401);
  const posted = await get("POST /api/knobs", "Content-Length: 0\r\n");
  assertEquals([posted.status, /allow: get, head/i.test(posted.head)], [405, true]);
  assertEquals((await rawHttp(rig.port, "nonsense\r\n\r\n")).status, 400);
  assertEquals(ofKind((await rig.recording()).events, "open"), []);
});

Deno.test("pages, data and files come through as they are at the server", async () => {
  await using server = await serve({ port: 0, controlPort: "off", write: () => {} });
  await using rig = await gatewayRig(server.url);
  for (const path of ["/", "/api/server-info", "/api/knobs", "/healthz", "/no/such/page"]) {
    const [direct, through] = await Promise.all(
      [server.httpUrl, rig.gateway.httpUrl].map(async (base) => {
        const answer = await fetch(`${base}${path}`);
        const { status, headers } = answer;
        const kept = ["content-type", "content-security-policy", "cache-control"];
        // Where a page names its own address, it is another one.
        const body = (await answer.text()).replaceAll(new URL(base).host, "HOST");
        return [
          status,
          ...kept.map((name) => headers.get(name)),
          body.length > 0 && sha(encode(body)),
        ];
      }),
    );
    assertEquals(through, direct, path);
  }
  const head = await fetch(`${rig.gateway.httpUrl}/healthz`, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  const recorded = ofKind((await rig.recording()).events, "http");
  assertEquals(recorded.map(({ status }) => status), [200, 200, 200, 200, 404, 200]);
});

Deno.test("the server gets its token and its own origin, and no cookie or extension", async () => {
  const token = "short";
  await using upstream = await RawUpstream.open();
  // On a system that tells nothing, a token is lent to nobody.
  await using strict = await gatewayRig(upstream.url, { token, socketTables: noTables });
  const refused = await rawHttp(
    strict.port,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${strict.port}\r\nConnection: close\r\n\r\n`,
  );
  assertEquals(refused.status, 401);
  await using rig = await gatewayRig(upstream.url, { token, socketTables: noTables });
  using client = await RawPeer.connect(rig.port, `/watch/a?apiKey=geheim&x=1&t=${token}`, [
    `Origin: http://127.0.0.1:${rig.port}`,
    "Cookie: session=other",
    `Authorization: Bearer ${token}`,
    "Sec-WebSocket-Extensions: permessage-deflate",
  ]);
  const server = await upstream.next();
  const { host } = new URL(upstream.url);
  const has = (line: string) => server.head.split("\r\n").includes(line);
  assertEquals(server.head.split("\r\n")[0], `GET /watch/a?apiKey=geheim&x=1&t=${token} HTTP/1.1`);
  assert(has(`Host: ${host}`) && has(`Origin: http://${host}`), server.head);
  assertEquals(server.head.match(/authorization/gi)?.length, 1);
  assert(has(`Authorization: Bearer ${token}`), server.head);
  assert(!/cookie|extensions/i.test(server.head), server.head);
  await client.send(
    1,
    new TextEncoder().encode(`{"type":"x","auth_token":"abc","note":"${token}"}`),
  );
  await server.came(40);
  server.socket.destroy();
  client[Symbol.dispose]();
  const { events } = await rig.recording();
  const written = JSON.stringify(events);
  assert(!written.includes("geheim") && !written.includes(`"${token}"`), written);
  assertEquals(ofKind(events, "text")[0]!.json, {
    type: "x",
    auth_token: "[redacted]",
    note: "[redacted]",
  });
});

Deno.test("a server that is down or refuses is told to the client, and to the recording", async () => {
  const nobody = await RawUpstream.open();
  const { url } = nobody;
  await nobody[Symbol.asyncDispose]();
  await using rig = await gatewayRig(url);
  const line = `HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n`;
  const upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  const answer = await rawHttp(rig.port, `GET / ${line}${upgrade}`);
  assertEquals(answer.status, 502);
  assertMatch(answer.body, /does not answer/);
  assertEquals((await rawHttp(rig.port, `GET /x ${line}Connection: close\r\n\r\n`)).status, 502);
  const { events } = await rig.recording();
  assertEquals(ofKind(events, "refused").map(({ status }) => status), [0]);
  assertEquals(ofKind(events, "http").map(({ status }) => status), [502]);

  const words = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nfull\n";
  await using full = await RawUpstream.open(words);
  await using other = await gatewayRig(full.url);
  const refused = await rawHttp(
    other.port,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${other.port}\r\n${upgrade}`,
  );
  assertEquals([refused.status, refused.body], [503, "full\n"]);
  assertEquals(ofKind((await other.recording()).events, "refused")[0]!.status, 503);
});

Deno.test("a gateway that is closed tells both sides so, and finishes its file", async () => {
  await using upstream = await RawUpstream.open();
  await using rig = await gatewayRig(upstream.url);
  using client = await RawPeer.connect(rig.port);
  const server = await upstream.next();
  await client.send(1, new TextEncoder().encode("{}"));
  await server.came(8);
  const closing = rig.gateway.close();
  assertEquals((await client.readToClose()).code, 1001);
  await server.came(9);
  server.socket.end();
  client[Symbol.dispose]();
  const report = await closing;
  assertEquals([report.figures.messages, report.failure], [1, null]);
  const { events } = await rig.recording();
  const closes = ofKind(events, "close");
  assertEquals(closes.map(({ by, code }) => [by, code]), [["gateway", 1001], ["gateway", 1001]]);
  assertEquals(events.at(-1)!.kind, "stop");
});

Deno.test("a client that comes before the recording is open waits, and is taken", async () => {
  await using upstream = await RawUpstream.open();
  // The port is known before: as that of a gateway that was killed, to which clients come back.
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  const opening = gatewayRig(upstream.url, { port });
  const early = await (async () => {
    for (;;) {
      try {
        return await RawPeer.connect(port);
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
    }
  })();
  using _early = early;
  const server = await upstream.next();
  await server.write(frameBytes({ opcode: 1, isLast: true, payload: encode("hello") }, null));
  assertMatch(new TextDecoder().decode(await early.readUntil((got) => got.length >= 7)), /hello$/);
  server.socket.destroy();
  await using rig = await opening;
  assertEquals(ofKind((await rig.recording()).events, "open").length, 1);
});

Deno.test("openGateway() says what is wrong with what it was told", async () => {
  const clock = new WallClock();
  const common = { version: "test", clock, out: "/nowhere/x.ndjson" };
  const cases: [Partial<Parameters<typeof openGateway>[0]>, RegExp][] = [
    [{ upstream: "http://127.0.0.1:1" }, /upstream is "http:.*ws:\/\/host:port/],
    [{ upstream: "ws://a:b@host/" }, /without credentials and query/],
    [{ upstream: "ws://127.0.0.1:1", host: "0.0.0.0" }, /--listen 0.0.0.0 .*needs a token/],
    [{ upstream: "ws://127.0.0.1:1" }, /cannot record to \/nowhere\/x.ndjson: its folder is not/],
  ];
  for (const [options, says] of cases) {
    const error = await assertRejects(
      () => openGateway({ ...common, upstream: "", ...options }),
      UsageError,
    );
    assertMatch(error.message, says);
  }
});
