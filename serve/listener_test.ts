import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { WallClock } from "../runtime/mod.ts";
import { type AppEnv, createApp, textResponse } from "../server/app.ts";
import { type Limits, MAIN_LIMITS } from "../server/limits.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { rawHttp, RawPeer } from "../tests/support/raw_peer.ts";
import type { Connection } from "../wire/mod.ts";
import { Listener } from "./listener.ts";
import { mainWords } from "./raw_answers.ts";

/** A listener with its own limits, and one route that answers when it is told to. */
async function open(changes: Partial<Limits>) {
  const limits = { ...MAIN_LIMITS, ...changes };
  const log = new MemoryLog();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const connections: Connection[] = [];
  const listener = await Listener.open({
    host: "127.0.0.1",
    port: 0,
    flags: { host: "--host", port: "--port" },
    limits,
    clock: new WallClock(),
    log,
    service: ({ host, port }) => {
      const site = { bindHost: host, port, allowHosts: [], allowOrigins: [] };
      const rules = { site, token: null, limits, publicPaths: new Set<string>() };
      const routes = new Hono<AppEnv>();
      routes.get("/slow", async () => {
        asked.resolve();
        await answer.promise;
        return textResponse("done");
      });
      routes.all("/", () => textResponse("hello"));
      return {
        rules,
        app: createApp({ rules, log, routes, errors: "text" }),
        onConnection: (connection) => {
          connections.push(connection);
          connection.attach({ onPacket: () => {}, onClose: () => {} });
        },
        words: mainWords,
      };
    },
  });
  return {
    listener,
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

Deno.test("Listener turns WebSockets above its limit away with 503", async () => {
  await using server = await open({ maxSockets: 1 });
  using _first = await RawPeer.connect(server.port);
  assertEquals(server.listener.socketCount, 1);
  const { status, body } = await rawHttp(server.port, `GET / HTTP/1.1\r\n${UPGRADE}`);
  assertEquals(status, 503);
  assertEquals(body, "server has 1 WebSockets already, try again later\n");
});

Deno.test("Listener ends a request whose head does not arrive in time", async () => {
  await using server = await open({ headWithinS: 0.05, requestWithinS: 0.05 });
  const { status, body } = await rawHttp(server.port, "GET / HTTP/1.1\r\nHost: localhost\r\n");
  assertEquals([status, body], [408, "the request is too slow to arrive\n"]);
});

Deno.test("Listener answers a request whose body nobody reads, and lets the peer read it", async () => {
  await using server = await open({ maxBodyBytes: 10 });
  const body = "x".repeat(300_000);
  const { status } = await rawHttp(
    server.port,
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
  assertEquals(status, 413);
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
