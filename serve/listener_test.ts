import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { type Clock, WallClock } from "../runtime/mod.ts";
import { type AppEnv, createApp, textResponse } from "../server/app.ts";
import { gateRules } from "../server/gate.ts";
import { type Limits, MAIN_LIMITS } from "../server/limits.ts";
import { PeerLimit } from "../server/peer_limit.ts";
import type { SocketRoutes, TakeSocket } from "../server/socket_routes.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { rawHttp, RawPeer } from "../tests/support/raw_peer.ts";
import type { Connection } from "../wire/mod.ts";
import { Listener } from "./listener.ts";
import { mainWords } from "./raw_answers.ts";
import { MAX_WAITING } from "./turns.ts";

/** A listener with its own limits, and one route that answers when it is told to. */
async function open(
  changes: Partial<Limits>,
  { peers = new PeerLimit(), clock = new WallClock(), sockets }: {
    peers?: PeerLimit;
    clock?: Clock;
    sockets?: SocketRoutes;
  } = {},
) {
  const limits = { ...MAIN_LIMITS, ...changes };
  const log = new MemoryLog();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const connections: Connection[] = [];
  const inside = { now: 0, most: 0 };
  const listener = await Listener.open({
    host: "127.0.0.1",
    port: 0,
    flags: { host: "--host", port: "--port" },
    limits,
    clock,
    log,
    peers,
    service: ({ host, port }) => {
      const site = { bindHost: host, port, allowHosts: [], allowOrigins: [] };
      const rules = gateRules({ site, limits });
      const routes = new Hono<AppEnv>();
      routes.get("/slow", async () => {
        asked.resolve();
        await answer.promise;
        return textResponse("done");
      });
      routes.get("/count/:n", async (c) => {
        inside.now++;
        inside.most = Math.max(inside.most, inside.now);
        await Promise.resolve();
        inside.now--;
        return textResponse(c.req.param("n"));
      });
      routes.all("/", () => textResponse("hello"));
      return {
        rules,
        app: createApp({ rules, log, routes, errors: "text" }),
        sockets: sockets ?? (() => (connection) => {
          connections.push(connection);
          connection.attach({ onPacket: () => {}, onClose: () => {} });
        }),
        words: mainWords,
      };
    },
  });
  return {
    listener,
    log,
    /** Requests that are, and at most were, in the application at once. */
    inside,
    port: listener.address.port,
    asked: asked.promise,
    answer: answer.resolve,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.terminate();
      await listener.close();
    },
  };
}

const UPGRADE = "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

const REFUSED_UPGRADE = `Origin: http://evil.example\r\n${UPGRADE}`;

Deno.test("Listener turns WebSockets above its limit away with 503", async () => {
  await using server = await open({ maxSockets: 1 });
  using _first = await RawPeer.connect(server.port);
  assertEquals(server.listener.socketCount, 1);
  const { status, body } = await rawHttp(server.port, `GET / HTTP/1.1\r\n${UPGRADE}`);
  assertEquals(status, 503);
  assertEquals(body, "server has 1 WebSockets already, try again later\n");
});

Deno.test("Listener keeps its limit of WebSockets when several wait for the same answer", async () => {
  const isKnown = Promise.withResolvers<void>();
  let asked = 0;
  const take: TakeSocket = (connection) =>
    connection.attach({ onPacket: () => {}, onClose: () => {} });
  await using server = await open({ maxSockets: 1 }, {
    sockets: async () => {
      if (++asked === 3) isKnown.resolve();
      await isKnown.promise;
      return take;
    },
  });
  const conns = await Promise.all(Array.from({ length: 3 }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(new TextEncoder().encode(`GET / HTTP/1.1\r\n${UPGRADE}`));
    return conn;
  }));
  const answers = await Promise.all(conns.map(async (conn) => {
    const bytes = new Uint8Array(12);
    const size = await conn.read(bytes);
    return new TextDecoder().decode(bytes.subarray(0, size ?? 0));
  }));
  assertEquals(answers.sort(), ["HTTP/1.1 101", "HTTP/1.1 503", "HTTP/1.1 503"]);
  for (const conn of conns) conn.close();
});

Deno.test("Listener drops a WebSocket that nobody can take, tells why, and goes on", async () => {
  await using server = await open({}, {
    sockets: () => Promise.reject(new Error("the table is gone")),
  });
  assertEquals(await bytesOf(server.port, `GET / HTTP/1.1\r\n${UPGRADE}`), 0);
  assertEquals(server.log.of("websocket failed").map(({ fields }) => fields), [
    { reason: "the table is gone" },
  ]);
  const { status } = await rawHttp(
    server.port,
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  );
  assertEquals(status, 200);
});

Deno.test("Listener ends a request whose head does not arrive in time", async () => {
  await using server = await open({ headWithinS: 0.05, requestWithinS: 0.05 });
  const { status, body } = await rawHttp(server.port, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  assertEquals([status, body], [408, "the request is too slow to arrive\n"]);
});

Deno.test("Listener lets go of a connection on which nobody asks anything, without a word", async () => {
  await using server = await open({ headWithinS: 0.05, requestWithinS: 0.05 });
  assertEquals(await bytesOf(server.port, ""), 0);
  assertEquals(server.log.of("request not understood"), []);
});

Deno.test("Listener answers a request whose body nobody reads, and lets the peer read it", async () => {
  await using server = await open({ maxBodyBytes: 10 });
  const body = "x".repeat(300_000);
  const { status } = await rawHttp(
    server.port,
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n` +
      `Content-Type: application/json\r\nConnection: close\r\n\r\n${body}`,
  );
  assertEquals(status, 413);
});

Deno.test("Listener lets a peer that sends all of it first read why its body is refused", async () => {
  // However long sending takes here, it is no slow peer.
  class PatientClock extends WallClock {
    override after(delayS: number, callback: () => void) {
      return super.after(delayS === 0 ? 0 : 1_000, callback);
    }
  }
  await using server = await open({ maxBodyBytes: 10 }, { clock: new PatientClock() });
  const body = new Uint8Array(16 << 20).fill(120);
  const head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const request = new Blob([head, body]);
  assertEquals((await rawHttp(server.port, await request.bytes())).status, 413);
});

Deno.test("Listener finishes requests that it has when it closes, and idle connections at once", async () => {
  const server = await open({});
  using idle = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const slow = rawHttp(server.port, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await server.asked;
  const closed = server.listener.close();
  assertEquals(await idle.read(new Uint8Array(1)).catch(() => null), null);
  server.answer();
  assertEquals((await slow).body, "done\n");
  await closed;
});

Deno.test("Listener drops connections above its limit", async () => {
  await using server = await open({ maxConnections: 1 });
  using _first = await RawPeer.connect(server.port);
  using second = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  assertEquals(await second.read(new Uint8Array(1)).catch(() => null), null);
});

/** A limit that counts this machine, too, and says when the next connection is gone. */
class FewEach extends PeerLimit {
  #onGone = () => {};

  constructor(most: number) {
    super({ most, isExempt: () => false });
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.#onGone = resolve);
  }

  override enter(address: string) {
    const leave = super.enter(address);
    return leave && (() => {
      leave();
      this.#onGone();
    });
  }
}

/** Asks on a connection that is kept, and reads the one-character body. */
async function askedAgain(conn: Deno.Conn): Promise<string> {
  const request = "GET /count/7 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  await conn.write(new TextEncoder().encode(request));
  const bytes = new Uint8Array(4096);
  let text = "";
  while (!text.endsWith("7\n")) {
    const size = await conn.read(bytes);
    if (size === null) break;
    text += new TextDecoder().decode(bytes.subarray(0, size));
  }
  return text.split("\r\n", 1)[0]!;
}

Deno.test("Listener turns away what one peer has too many of, WebSockets and others alike", async () => {
  const peers = new FewEach(2);
  await using server = await open({}, { peers });
  const socket = await RawPeer.connect(server.port);
  using kept = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  for (let i = 0; i < 3; i++) assertEquals(await askedAgain(kept), "HTTP/1.1 200 OK");
  const { status, body } = await rawHttp(server.port, "");
  assertEquals([status, body], [
    429,
    "the request is on one connection more than a peer may have at a time; close some first\n",
  ]);
  assertEquals(server.log.of("connection dropped").map(({ fields }) => fields), [
    { why: "more than 2 connections of one peer" },
  ]);
  const gone = peers.next();
  socket[Symbol.dispose]();
  await gone;
  using _next = await RawPeer.connect(server.port);
  assertEquals(await askedAgain(kept), "HTTP/1.1 200 OK");
});

Deno.test("Listener counts a peer that is refused, or drops out, no longer than it is there", async () => {
  const peers = new FewEach(1);
  await using server = await open({}, { peers });
  for (const request of [`GET / HTTP/1.1\r\n${REFUSED_UPGRADE}`, "nonsense\r\n\r\n"]) {
    const gone = peers.next();
    assertEquals((await rawHttp(server.port, request)).status >= 400, true);
    await gone;
  }
  const gone = peers.next();
  (await Deno.connect({ hostname: "127.0.0.1", port: server.port })).close();
  await gone;
  assertEquals(peers.peers, 0);
});

Deno.test("Listener answers the requests of one connection one at a time, in order", async () => {
  await using server = await open({});
  const numbers = Array.from({ length: MAX_WAITING + 1 }, (_, i) => `${i}`);
  const requests = numbers.map((n) => `GET /count/${n} HTTP/1.1\r\nHost: localhost\r\n`);
  const { body } = await rawHttp(
    server.port,
    `${requests.join("\r\n")}Connection: close\r\n\r\n`,
  );
  const answered = `0\n${body}`.matchAll(/^(\d+)$/gm);
  assertEquals([...answered].map(([n]) => n).slice(-numbers.length), numbers);
  assertEquals(server.inside, { now: 0, most: 1 });
});

Deno.test("Listener drops a connection with more requests than may wait, and tells it once", async () => {
  await using server = await open({});
  const count = 20 * MAX_WAITING;
  const request = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
  assertEquals(await bytesOf(server.port, request.repeat(count)), 0);
  assertEquals(server.log.of("connection dropped").map(({ fields }) => fields), [
    { why: `more than ${MAX_WAITING} requests wait` },
  ]);
  server.answer();
});

Deno.test("Listener answers first what was asked before a request for another protocol", async () => {
  await using server = await open({});
  const slow = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const other = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n";
  const answers = rawHttp(server.port, slow + other);
  await server.asked;
  server.answer();
  const { body } = await answers;
  assertEquals(body.match(/^done$|^hello$|HTTP.1.1 \d+/gm), ["done", "HTTP/1.1 200", "hello"]);
  const sockets = await rawHttp(server.port, `${slow}GET / HTTP/1.1\r\n${REFUSED_UPGRADE}`);
  assertEquals(sockets.body.match(/^done$|HTTP.1.1 \d+/gm), ["done", "HTTP/1.1 403"]);
});

/** Sends a text, and reads until the connection ends; how much came. */
async function bytesOf(port: number, text: string): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(text));
  let bytes = 0;
  for (;;) {
    const count = await conn.read(new Uint8Array(4096)).catch(() => null);
    if (count === null) return bytes;
    bytes += count;
  }
}
