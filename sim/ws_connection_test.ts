import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createEcho } from "node:net";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import type { Connection, Packet } from "../wire/connection.ts";
import { dialWebSocket, type WebSocketDialOptions } from "./ws_connection.ts";

/** A local server; each accepted socket goes to `onSocket`. */
async function serve(onSocket: (socket: WebSocket) => void) {
  const http: Server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server: http, maxPayload: 2 ** 28 });
  sockets.on("connection", onSocket);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** A dialled connection as promises. */
function dial(url: string, options: WebSocketDialOptions = {}) {
  const log: string[] = [];
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string>();
  const drained = Promise.withResolvers<void>();
  let onPacket: (packet: Packet) => void = () => {};
  const connection: Connection = dialWebSocket(url, options)({
    onOpen: () => {
      log.push("open");
      opened.resolve();
    },
    onPacket: (packet) => onPacket(packet),
    onDrain: () => drained.resolve(),
    onClose: (code, reason) => {
      log.push(`close ${code} ${reason}`);
      closed.resolve(`${code} ${reason}`);
    },
  });
  const next = () => new Promise<Packet>((resolve) => onPacket = resolve);
  return {
    connection,
    log,
    opened: opened.promise,
    closed: closed.promise,
    drained: drained.promise,
    next,
  };
}

const binary = (size: number): Packet => ({
  kind: "binary",
  data: new Uint8Array(size).map((_, i) => i),
  bytes: size,
});

/** A byte that goes to and fro without end, and how often it came back: time that a busy machine has less of. */
async function pendulum() {
  const echo = createEcho((socket) => {
    socket.on("data", (data) => socket.write(data));
    // The other end goes with a byte still on its way.
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const socket = connect((echo.address() as AddressInfo).port, "127.0.0.1");
  const it = { trips: 0 };
  socket.on("data", (data) => {
    it.trips++;
    socket.write(data);
  });
  socket.write("x");
  return Object.assign(it, {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.destroy().on("close", () => resolve()));
      await new Promise<void>((resolve) => echo.close(() => resolve()));
    },
  });
}

Deno.test("dialWebSocket sends small and middling messages without a stall", async () => {
  await using server = await serve((socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await using beside = await pendulum();
  const client = dial(server.url);
  await client.opened;
  for (const size of [1, 1500, 16_000, 62_000]) {
    const trips: number[] = [];
    for (let i = 0; i < 15; i++) {
      const answer = client.next();
      const before = beside.trips;
      client.connection.send(binary(size));
      assertEquals((await answer).bytes, size);
      trips.push(beside.trips - before);
    }
    // A stall is one of 40 ms, by which the other end's acknowledgement is delayed. Beside it the byte
    // comes back a thousand times, and a hundred times on a busy machine; without one, once.
    const median = trips.sort((a, b) => a - b)[7]!;
    assert(
      median < 20,
      `${size} bytes took as long as ${median} bytes on their way, expected < 20`,
    );
  }
  client.connection.close(1000, "done");
  assertEquals(await client.closed, "1000 done");
});

Deno.test("dialWebSocket carries text and binary both ways, whole and in fragments", async () => {
  const seen: string[] = [];
  await using server = await serve((socket) => {
    socket.on("message", (data: Uint8Array, isBinary) => {
      seen.push(`${isBinary ? "binary" : "text"} ${data.length}`);
      socket.send(isBinary ? data : String(data));
    });
  });
  const client = dial(server.url);
  await client.opened;
  let answer = client.next();
  client.connection.send({ kind: "text", text: "grüße", bytes: 7 });
  assertEquals(await answer, { kind: "text", text: "grüße", bytes: 7 });
  answer = client.next();
  const packet = binary(600_000);
  for (let offset = 0; offset < packet.bytes; offset += 262_144) {
    const length = Math.min(262_144, packet.bytes - offset);
    client.connection.sendFragment(packet, offset, length);
  }
  assertEquals(await answer, packet);
  assertEquals(seen, ["text 7", "binary 600000"]);
  client.connection.close(1000, "");
  await client.closed;
});

Deno.test("dialWebSocket reports the peer's code and reason, and each event once", async () => {
  await using server = await serve((socket) => socket.close(4001, "preempted by a newer session"));
  const client = dial(server.url);
  assertEquals(await client.closed, "4001 preempted by a newer session");
  client.connection.close(1000, "");
  client.connection.terminate();
  client.connection.send(binary(1));
  assertEquals(client.connection.isOpen, false);
  assertEquals(client.log, ["open", "close 4001 preempted by a newer session"]);
});

Deno.test("dialWebSocket reports a broken connection as 1006", async () => {
  await using server = await serve((socket) => socket.terminate());
  assertStringIncludes(await dial(server.url).closed, "1006");
});

Deno.test("dialWebSocket says why it could not open", async () => {
  const refused = dial("ws://127.0.0.1:1/");
  assertStringIncludes(await refused.closed, "ECONNREFUSED");
  assertEquals(refused.log.length, 1);

  const http = createServer();
  http.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const forbidden = dial(`ws://127.0.0.1:${port}/`);
  assertEquals(
    await forbidden.closed,
    "1006 server answered 403 instead of opening a WebSocket",
  );
  await new Promise<void>((resolve) => http.close(() => resolve()));
});

Deno.test("dialWebSocket sends token and headers", async () => {
  const seen = Promise.withResolvers<unknown>();
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket, request) => {
    seen.resolve([request.headers.authorization, request.headers["x-extra"]]);
    socket.close(1000, "");
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const client = dial(`ws://127.0.0.1:${port}/`, {
    token: "secret",
    headers: { "x-extra": "yes" },
  });
  assertEquals(await seen.promise, ["Bearer secret", "yes"]);
  await client.closed;
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  await new Promise<void>((resolve) => http.close(() => resolve()));
});

Deno.test("dialWebSocket refuses a message over its limit with 1009", async () => {
  const serverClose = Promise.withResolvers<number>();
  await using server = await serve((socket) => {
    socket.on("close", (code) => serverClose.resolve(code));
    socket.on("error", () => {});
    socket.send(new Uint8Array(2000));
  });
  const client = dial(server.url, { maxMessageBytes: 1000 });
  assertStringIncludes(await client.closed, "1009");
  assertEquals(await serverClose.promise, 1009);
});

Deno.test("dialWebSocket puts pressure on the peer while reading is paused", async () => {
  const accepted = Promise.withResolvers<WebSocket>();
  await using server = await serve((socket) => accepted.resolve(socket));
  const client = dial(server.url);
  const peer = await accepted.promise;
  await client.opened;
  client.connection.setReadPaused(true);
  let received = 0;
  const all = Promise.withResolvers<void>();
  const chunk = new Uint8Array(1 << 20);
  const count = 32;
  client.connection.attach({
    onPacket: (packet) => {
      received += packet.bytes;
      if (received === count * chunk.length) all.resolve();
    },
    onClose: () => closed.resolve(),
  });
  const closed = Promise.withResolvers<void>();
  for (let i = 0; i < count; i++) peer.send(chunk);
  const heard = new Promise<void>((resolve) => peer.once("message", () => resolve()));
  client.connection.send(binary(1));
  await heard;
  assert(peer.bufferedAmount > chunk.length, `${peer.bufferedAmount} bytes wait at the peer`);
  assertEquals(received, 0);
  client.connection.setReadPaused(false);
  await all.promise;
  client.connection.close(1000, "");
  await closed.promise;
});

Deno.test("dialWebSocket tells when a full send buffer has drained", async () => {
  await using server = await serve((socket) => socket.on("message", () => {}));
  const client = dial(server.url, { lowWaterBytes: 1000 });
  await client.opened;
  client.connection.send(binary(8 << 20));
  assert(client.connection.bufferedBytes > 1000);
  await client.drained;
  assert(client.connection.bufferedBytes <= 1000);
  client.connection.close(1000, "");
  await client.closed;
});
