/**
 * A scripted server behind a real WebSocket, for tests of live runs: it says what a test tells it to.
 *
 * @module
 */
import type { AddressInfo } from "node:net";
// @ts-types="@types/ws"
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Connection, ConnectionHandler, Packet } from "../../wire/connection.ts";
import { binaryPacket, textPacket } from "../../wire/codec.ts";
import { ScriptedPeer } from "./scripted_server.ts";

/** What the server does with one session, once its config is there. */
export type Script = (peer: ScriptedPeer, config: Readonly<Record<string, unknown>>) => void;

/** A running server. */
export interface LiveServer extends AsyncDisposable {
  /** `ws://127.0.0.1:port/`. */
  readonly url: string;
  /** Everybody who connected. */
  readonly peers: readonly ScriptedPeer[];
}

/** Listens on a free port of this machine and plays `script` to everybody. */
export async function liveServer(script: Script): Promise<LiveServer> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once("listening", resolve));
  const peers: ScriptedPeer[] = [];
  server.on("connection", (socket) => {
    const peer = new ScriptedPeer(connectionOf(socket));
    peers.push(peer);
    socket.once("message", () => script(peer, peer.heard[0] ?? {}));
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    peers,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectionOf(socket: WebSocket): Connection {
  let handler: ConnectionHandler | null = null;
  socket.on("message", (data: RawData, isBinary: boolean) => {
    const bytes = new Uint8Array(data as Uint8Array);
    handler?.onPacket(
      isBinary ? binaryPacket(bytes) : textPacket(new TextDecoder().decode(bytes)),
    );
  });
  socket.on("close", (code, reason) => handler?.onClose(code, new TextDecoder().decode(reason)));
  const send = (packet: Packet) => {
    if (packet.kind === "text") socket.send(packet.text);
    else if (packet.kind === "binary") socket.send(packet.data);
  };
  return {
    attach: (to) => void (handler = to),
    send,
    sendFragment: (packet) => send(packet),
    setReadPaused() {},
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
  };
}
