/**
 * Measures what a WebSocket server does with peers that misbehave, once for `ws` on `node:http` and
 * once for `Deno.serve`. The figures of `docs/decisions/0001-http-stack.md` come from here:
 *
 * ```sh
 * deno run --allow-net --allow-env --allow-read --allow-run --allow-sys bench/measure_http_stack.ts
 * ```
 *
 * Each stack runs in a process of its own and follows the same script, chosen by the request path.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { WallClock } from "../runtime/mod.ts";
import { HIGH_WATER_BYTES } from "../server/streaming/send_limits.ts";
import { WsServerConnection } from "../server/streaming/ws_server_connection.ts";
import { binaryPacket, FRAGMENT_BYTES } from "../wire/mod.ts";

const MIB = 1024 * 1024;
/** Shorter messages come back as they are. */
const ECHO_BYTES = 65_536;
const CHUNK = new Uint8Array(65_536);

/** What both stacks' sockets can do. */
interface Peer {
  send(bytes: Uint8Array): void;
  buffered(): number;
  cut(): void;
}

const clock = new WallClock();
/** One minute of stereo f16, which all sessions of one source would share. */
const SHARED = binaryPacket(new Uint8Array(11_520_000));

const stacks: Record<string, () => void> = { ws: serveWs, deno: serveDeno };

/** `/flood`: send until 8 MiB wait, then try to get rid of the peer. Tells how it went. */
function flood(peer: Peer, tell: (event: Record<string, unknown>) => void): () => void {
  let sent = 0;
  while (peer.buffered() < 8 * MIB && sent < 64 * MIB) {
    peer.send(CHUNK);
    sent += CHUNK.length;
  }
  const buffered = peer.buffered();
  const rssMib = Math.round(Deno.memoryUsage().rss / MIB);
  let cutAt = 0;
  const timer = setTimeout(() => {
    tell({
      event: "flooded",
      sentMib: sent / MIB,
      bufferedMib: buffered / MIB,
      laterMib: peer.buffered() / MIB,
      rssMib,
    });
    cutAt = performance.now();
    peer.cut();
    tell({ event: "cut called" });
  }, 500);
  return () => {
    clearTimeout(timer);
    tell({ event: "gone", afterMs: cutAt === 0 ? null : Math.round(performance.now() - cutAt) });
  };
}

function tell(event: Record<string, unknown>): void {
  console.log(JSON.stringify(event));
}

function serveWs(): void {
  const http = createServer();
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: 100 * MIB,
    perMessageDeflate: false,
  });
  let rssMib = 0;
  const connections: WsServerConnection[] = [];
  http.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      const path = request.url ?? "/";
      if (path === "/shared") {
        if (connections.length === 0) rssMib = Deno.memoryUsage().rss / MIB;
        connections.push(pumpShared(ws, socket as Socket));
        return;
      }
      if (path === "/cost") {
        ws.send(JSON.stringify({
          peers: connections.length,
          waitingKib: connections.map((one) => Math.round(one.bufferedBytes / 1024)).at(-1),
          rssGrowthMib: Math.round((Deno.memoryUsage().rss / MIB - rssMib) * 10) / 10,
        }));
        return;
      }
      ws.on("error", (error: Error) => tell({ event: "error", message: error.message }));
      ws.on("close", (code: number) => tell({ event: "close", code }));
      if (path.startsWith("/flood")) {
        const cut = path === "/flood/reset"
          ? () => (socket as Socket).resetAndDestroy()
          : () => ws.terminate();
        const send = (bytes: Uint8Array) => ws.send(bytes);
        ws.on("close", flood({ send, buffered: () => ws.bufferedAmount, cut }, tell));
      }
      ws.on("message", (data, isBinary) => {
        const bytes = (data as Uint8Array).length;
        ws.send(isBinary && bytes > ECHO_BYTES ? JSON.stringify({ bytes }) : data);
      });
    });
  });
  http.listen(0, "127.0.0.1", () => tell({ port: (http.address() as AddressInfo).port }));
}

/** Sends a shared buffer as our server does: in fragments, no further than the high-water mark. */
function pumpShared(ws: WebSocket, socket: Socket): WsServerConnection {
  const connection = new WsServerConnection(ws, socket, { clock });
  let offset = 0;
  const pump = () => {
    while (offset < SHARED.bytes && connection.bufferedBytes < HIGH_WATER_BYTES) {
      const length = Math.min(FRAGMENT_BYTES, SHARED.bytes - offset);
      connection.sendFragment(SHARED, offset, length);
      offset += length;
    }
  };
  connection.attach({
    onPacket: () => {},
    onDrain: pump,
    onClose: (code, reason) => tell({ event: "gone", code, reason }),
  });
  pump();
  return connection;
}

function serveDeno(): void {
  Deno.serve({
    port: 0,
    hostname: "127.0.0.1",
    onListen: ({ port }) => tell({ port }),
  }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 5 });
    const path = new URL(request.url).pathname;
    socket.binaryType = "arraybuffer";
    socket.onclose = (event) => tell({ event: "close", code: event.code });
    socket.onerror = (event) =>
      tell({ event: "error", message: event instanceof ErrorEvent ? event.message : event.type });
    socket.onopen = () => {
      if (!path.startsWith("/flood")) return;
      socket.addEventListener(
        "close",
        flood({
          send: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>),
          buffered: () => socket.bufferedAmount,
          cut: () => socket.close(1011, "too slow"),
        }, tell),
      );
    };
    socket.onmessage = ({ data }) => {
      try {
        const bytes = data.byteLength;
        socket.send(bytes > ECHO_BYTES ? JSON.stringify({ bytes }) : data);
      } catch (error) {
        tell({ event: "error", message: String(error) });
      }
    };
    return response;
  });
}

/** A peer that shakes hands and never reads again. */
async function frozenPeer(port: number, path: string): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  ));
  return conn;
}

/** States of the server's sockets on `port` that are not listening, from the kernel's table. */
async function socketStates(port: number): Promise<string[]> {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  // Deno itself may read this file under --allow-all only.
  const cat = new Deno.Command("cat", { args: ["/proc/net/tcp"] });
  const table = new TextDecoder().decode((await cat.output()).stdout);
  const names: Record<string, string> = {
    "01": "ESTAB",
    "04": "FIN-WAIT-1",
    "05": "FIN-WAIT-2",
    "06": "TIME-WAIT",
  };
  return table.split("\n").map((line) => line.trim().split(/\s+/))
    .filter((row) => row[1]?.endsWith(`:${hex}`) && row[3] !== "0A")
    .map((row) => `${names[row[3]!] ?? row[3]} send queue ${parseInt(row[4]!.split(":")[0]!, 16)}`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Median and worst of 200 echoes, ms. */
async function roundTrip(port: number, bytes: number): Promise<string> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  await new Promise((resolve) => ws.once("open", resolve));
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const begun = performance.now();
    ws.send(new Uint8Array(bytes));
    await new Promise((resolve) => ws.once("message", resolve));
    times.push(performance.now() - begun);
  }
  ws.close();
  times.sort((a, b) => a - b);
  return `median ${times[100]!.toFixed(2)} ms, worst ${times[199]!.toFixed(2)} ms`;
}

async function drive(stack: string): Promise<void> {
  console.log(`\n== ${stack}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", import.meta.filename!, stack],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream());
  let port = 0;
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of lines) {
      for (const line of text.split("\n").filter(Boolean)) {
        const event = JSON.parse(line);
        if (event.port === undefined) console.log("  server:", line);
        else {
          port = event.port;
          ready.resolve();
        }
      }
    }
  })();
  await ready.promise;

  for (const path of stack === "ws" ? ["/flood", "/flood/reset"] : ["/flood"]) {
    console.log(`frozen peer, flooded, then cut (${path}):`);
    const frozen = await frozenPeer(port, path);
    await pause(2_000);
    console.log("  1.5 s after the cut:", await socketStates(port));
    await pause(9_000);
    console.log("  10.5 s after the cut:", await socketStates(port));
    frozen.close();
    await pause(300);
  }

  for (const bytes of [100, 1_400, 20_000, 60_000]) {
    console.log(`round trip of ${bytes} bytes: ${await roundTrip(port, bytes)}`);
  }

  if (stack === "ws") {
    console.log("20 frozen peers that are sent one shared buffer:");
    const peers: Deno.TcpConn[] = [];
    for (let i = 0; i < 20; i++) peers.push(await frozenPeer(port, "/shared"));
    await pause(5_000);
    const asking = new WebSocket(`ws://127.0.0.1:${port}/cost`);
    await new Promise<void>((resolve) =>
      asking.once("message", (data) => {
        console.log(`  after 5 s: ${data}`);
        resolve();
      })
    );
    asking.close();
    await pause(5_000);
    console.log("  after 10 s:", await socketStates(port));
    for (const peer of peers) peer.close();
  }

  for (const bytes of [92_160_008, 100 * MIB, 100 * MIB + 1]) {
    const begun = performance.now();
    const outcome = await new Promise<string>((resolve) => {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
      ws.on("open", () => ws.send(new Uint8Array(bytes)));
      ws.on("message", (data: unknown) => {
        resolve(String(data));
        ws.close(1000, "done");
      });
      ws.on("error", () => {});
      ws.on("close", (code: number) => resolve(`closed with ${code}`));
    });
    console.log(
      `message of ${bytes} bytes: ${outcome} (${Math.round(performance.now() - begun)} ms)`,
    );
  }

  console.log("peer resets:");
  const reset = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve) => reset.on("open", resolve));
  (reset as unknown as { _socket: Socket })._socket.resetAndDestroy();
  await pause(200);
  child.kill("SIGKILL");
  await child.status;
  await reading;
}

const asked = Deno.args[0];
if (asked === undefined) { for (const stack of Object.keys(stacks)) await drive(stack); }
else stacks[asked]!();
