import { assert, assertEquals, assertThrows } from "@std/assert";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { type Clock, VirtualClock, WallClock } from "../../runtime/mod.ts";
import type { Packet } from "../../wire/connection.ts";
import { FRAGMENT_BYTES } from "../../wire/constants.ts";
import { RawPeer } from "../../tests/support/raw_peer.ts";
import { HIGH_WATER_BYTES } from "./send_limits.ts";
import { clipReason, WsServerConnection } from "./ws_server_connection.ts";

const MIB = 1024 * 1024;

/** What one connection did, as promises to wait for. */
class Seen {
  readonly packets: Packet[] = [];
  readonly closes: string[] = [];
  readonly closed = Promise.withResolvers<string>();
  drains = 0;
  #waiting: { count: number; resolve: () => void }[] = [];
  drained = Promise.withResolvers<void>();

  onPacket(packet: Packet): void {
    this.packets.push(packet);
    for (const { count, resolve } of this.#waiting) if (this.packets.length >= count) resolve();
  }
  onDrain(): void {
    this.drains++;
    this.drained.resolve();
  }
  onClose(code: number, reason: string): void {
    this.closes.push(`${code} ${reason}`);
    this.closed.resolve(`${code} ${reason}`);
  }
  count(count: number): Promise<void> {
    if (this.packets.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }
}

/** A server on a free port that hands out its connections. Real sockets, time that the test chooses. */
async function world<C extends Clock = VirtualClock>(clock: C = new VirtualClock() as Clock as C) {
  const http = createServer();
  const wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 100 * MIB,
  });
  const accepted: WsServerConnection[] = [];
  let next = Promise.withResolvers<WsServerConnection>();
  http.on("upgrade", (request, socket: Socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      const connection = new WsServerConnection(ws, socket, { clock });
      accepted.push(connection);
      next.resolve(connection);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const port = (http.address() as AddressInfo).port;
  return {
    clock,
    port,
    async accept(): Promise<{ connection: WsServerConnection; seen: Seen }> {
      const connection = await next.promise;
      next = Promise.withResolvers();
      const seen = new Seen();
      connection.attach(seen);
      return { connection, seen };
    },
    async dial() {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
      await new Promise((resolve) => ws.once("open", resolve));
      return ws;
    },
    async [Symbol.asyncDispose]() {
      for (const connection of accepted) connection.terminate();
      const done = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await done;
    },
  };
}

const text = (value: string): Packet => ({ kind: "text", text: value, bytes: value.length });
const binary = (data: Uint8Array): Packet => ({ kind: "binary", data, bytes: data.length });
const closing = (ws: WebSocket) =>
  new Promise<string>((resolve) => ws.on("close", (code, reason) => resolve(`${code} ${reason}`)));

Deno.test("WsServerConnection carries text and binary messages both ways, in order", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { connection, seen } = await server.accept();
  const got: string[] = [];
  const all = new Promise<void>((resolve) =>
    ws.on("message", (data, isBinary) => {
      got.push(isBinary ? `binary ${(data as Uint8Array).length}` : `text ${data}`);
      if (got.length === 3) resolve();
    })
  );
  connection.send(text("one"));
  connection.send(binary(new Uint8Array(100_000)));
  connection.send(text("two"));
  await all;
  assertEquals(got, ["text one", "binary 100000", "text two"]);
  ws.send("up");
  ws.send(Uint8Array.of(1, 2, 3));
  await seen.count(2);
  assertEquals(seen.packets, [text("up"), binary(Uint8Array.of(1, 2, 3))]);
  ws.close(1000, "done");
  assertEquals(await seen.closed.promise, "1000 done");
});

Deno.test("WsServerConnection keeps messages that came before there was a handler", async () => {
  await using server = await world();
  using peer = await RawPeer.connect(server.port);
  await peer.sendText("early");
  const { seen } = await server.accept();
  await seen.count(1);
  assertEquals(seen.packets, [text("early")]);
});

Deno.test("WsServerConnection sends fragments that arrive as one message", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { connection } = await server.accept();
  const message = Uint8Array.from({ length: 700_000 }, (_, i) => i % 251);
  const got = new Promise<Uint8Array>((resolve) => ws.once("message", (d) => resolve(d as Buffer)));
  for (let offset = 0; offset < message.length; offset += FRAGMENT_BYTES) {
    connection.sendFragment(
      binary(message),
      offset,
      Math.min(FRAGMENT_BYTES, message.length - offset),
    );
  }
  assertEquals(new Uint8Array(await got), message);
  ws.terminate();
});

Deno.test("WsServerConnection counts what waits, and tells once when it has drained", async () => {
  await using server = await world(new WallClock());
  const ws = await server.dial();
  const { connection, seen } = await server.accept();
  ws.pause();
  let sent = 0;
  while (connection.bufferedBytes < MIB) {
    connection.send(binary(new Uint8Array(65_536)));
    sent += 65_536;
  }
  assert(connection.bufferedBytes <= sent + sent / 65_536 * 10);
  assert(connection.bufferedBytes > HIGH_WATER_BYTES);
  ws.resume();
  await seen.drained.promise;
  assert(connection.bufferedBytes <= 65_536);
  assertEquals(seen.drains, 1);
  ws.terminate();
});

Deno.test("WsServerConnection stops reading when told to, and reads on", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { connection, seen } = await server.accept();
  ws.send("first");
  await seen.count(1);
  connection.setReadPaused(true);
  ws.send("second");
  const answered = new Promise((resolve) => ws.once("message", resolve));
  connection.send(text("still sending"));
  await answered;
  assertEquals(seen.packets.length, 1);
  connection.setReadPaused(false);
  await seen.count(2);
  ws.terminate();
});

Deno.test("WsServerConnection resets a peer that stops reading within 10 s", async () => {
  await using server = await world();
  using peer = await RawPeer.connect(server.port);
  const { connection, seen } = await server.accept();
  while (connection.bufferedBytes < 4 * MIB) connection.send(binary(new Uint8Array(65_536)));
  await server.clock.settle(10);
  assertEquals(await seen.closed.promise, "1006 peer has read nothing for 8 s");
  assertEquals(connection.isOpen, false);
  const { bytes, reset } = await peer.readToEnd();
  assertEquals(reset, true, `ended without a reset after ${bytes.length} bytes`);
  assertEquals(seen.closes.length, 1);
});

Deno.test("WsServerConnection closes with 1011 when an idle peer answers no ping", async () => {
  await using server = await world();
  using peer = await RawPeer.connect(server.port);
  const { seen } = await server.accept();
  await server.clock.settle(41);
  assertEquals((await peer.readToClose()).code, 1011);
  peer[Symbol.dispose]();
  assertEquals(await seen.closed.promise, "1011 keep-alive: no pong within 20 s");
});

Deno.test("WsServerConnection accepts 92 MB in one message and refuses more than 100 MiB", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { seen } = await server.accept();
  ws.send(new Uint8Array(92_160_008));
  await seen.count(1);
  assertEquals(seen.packets[0]!.bytes, 92_160_008);
  const refused = closing(ws);
  ws.on("error", () => {});
  ws.send(new Uint8Array(100 * MIB + 1));
  assert((await refused).startsWith("1009"));
  assertEquals(await seen.closed.promise, "1009 message too big");
});

Deno.test("WsServerConnection joins no message of more than 1 MiB, however it was sent", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { seen } = await server.accept();
  const bytes = Uint8Array.from({ length: 2 * MIB + 3 }, (_, i) => i * 7 % 251);
  ws.send(bytes);
  for (let at = 0; at < bytes.length; at += 50_001) {
    ws.send(bytes.subarray(at, at + 50_001), { fin: at + 50_001 >= bytes.length });
  }
  ws.send("after");
  await seen.count(3);
  for (const packet of seen.packets.slice(0, 2)) {
    assert(packet.kind === "pieces");
    assertEquals(packet.pieces.map(({ length }) => length), [MIB, MIB, 3]);
    assertEquals(packet.bytes, bytes.length);
    const all = new Uint8Array(bytes.length);
    packet.pieces.forEach((piece, i) => all.set(piece, i * MIB));
    assertEquals(all, bytes);
  }
  assertEquals(seen.packets[2], text("after"));
  ws.terminate();
});

Deno.test("WsServerConnection refuses text of more than 1 MiB", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { seen } = await server.accept();
  const refused = closing(ws);
  ws.send("x".repeat(MIB + 1));
  const reason = "text message of 1048577 bytes, at most 1048576 are accepted";
  assertEquals(await refused, `1009 ${reason}`);
  assertEquals(await seen.closed.promise, `1009 ${reason}`);
  assertEquals(seen.packets, []);
});

Deno.test("WsServerConnection closes with any code, and delivers what was sent before", async () => {
  for (const code of [1000, 1001, 1011, 4001]) {
    await using server = await world();
    const ws = await server.dial();
    const { connection, seen } = await server.accept();
    const got = new Promise((resolve) => ws.once("message", (data) => resolve(String(data))));
    const closed = closing(ws);
    connection.send(text("last words"));
    connection.close(code, "é".repeat(100));
    assertEquals(connection.isOpen, false);
    connection.send(text("too late"));
    assertEquals(await got, "last words");
    assertEquals(await closed, `${code} ${"é".repeat(61)}`);
    await seen.closed.promise;
    assertEquals(seen.closes, [`${code} ${"é".repeat(61)}`]);
  }
});

Deno.test("WsServerConnection drops a peer that does not answer a close", async () => {
  await using server = await world();
  using peer = await RawPeer.connect(server.port);
  const { connection, seen } = await server.accept();
  connection.close(1001, "going away");
  await server.clock.settle(5);
  assertEquals(await seen.closed.promise, "1006 close was not answered within 5 s");
  await peer.readToEnd();
});

Deno.test("WsServerConnection tells an abnormal end as 1006, once", async () => {
  await using server = await world();
  const peer = await RawPeer.connect(server.port);
  const { connection, seen } = await server.accept();
  peer[Symbol.dispose]();
  assertEquals(await seen.closed.promise, "1006 ");
  connection.terminate();
  connection.close(1000, "");
  assertEquals(seen.closes, ["1006 "]);
});

Deno.test("WsServerConnection ends on a broken frame without throwing", async () => {
  await using server = await world();
  using peer = await RawPeer.connect(server.port);
  const { seen } = await server.accept();
  await peer.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
  assertEquals((await peer.readToClose()).code, 1002);
  peer[Symbol.dispose]();
  assertEquals((await seen.closed.promise).slice(0, 4), "1006");
});

Deno.test("WsServerConnection refuses packets that have no bytes", async () => {
  await using server = await world();
  const ws = await server.dial();
  const { connection } = await server.accept();
  assertThrows(() => connection.send({ kind: "buffer", frames: 1, channels: 1, bytes: 2 }));
  assertThrows(() => connection.sendFragment(text("x"), 0, 1), TypeError);
  ws.terminate();
});

Deno.test("clipReason cuts between characters and never above 123 bytes", () => {
  assertEquals(clipReason("short"), "short");
  assertEquals(clipReason("a".repeat(200)).length, 123);
  assertEquals(new TextEncoder().encode(clipReason("a" + "€".repeat(80))).length, 121);
});
