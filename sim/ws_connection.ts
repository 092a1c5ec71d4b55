import type { IncomingMessage } from "node:http";
// @ts-types="@types/ws"
import { type RawData, WebSocket } from "ws";
import { CLOSE, MAX_MESSAGE_BYTES } from "../wire/constants.ts";
import type { Connection, ConnectionHandler, Dial, Packet } from "../wire/connection.ts";

/** How a WebSocket is dialled. */
export interface WebSocketDialOptions {
  /** Extra request headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** Larger messages from the server end the connection with 1009. Default 100 MiB. */
  readonly maxMessageBytes?: number;
  /** How long opening may take, in seconds. Default 30. */
  readonly openTimeoutS?: number;
  /** A sender whose buffer was fuller than this is told when it has fallen to it. Default 64 KiB. */
  readonly lowWaterBytes?: number;
}

const ABNORMAL_CLOSE = 1006;
/** A close frame's reason holds no more bytes than this. */
const MAX_REASON_BYTES = 123;

/**
 * Dials a real WebSocket. The `ws` package switches Nagle's algorithm off, which the runtime's own
 * client does not: with it on, messages of 1 to 62 KB wait 40 ms each.
 *
 * @example
 * ```ts
 * import { dialWebSocket } from "./ws_connection.ts";
 *
 * // Opens a session with an empty config and shows what comes.
 * export function look(url: string): void {
 *   const connection = dialWebSocket(url)({
 *     onOpen: () => connection.send({ kind: "text", text: "{}", bytes: 2 }),
 *     onPacket: (packet) => console.log(packet.bytes),
 *     onClose: (code, reason) => console.log(code, reason),
 *   });
 * }
 * ```
 */
export function dialWebSocket(url: string, options: WebSocketDialOptions = {}): Dial {
  return (handler) => new WsConnection(url, options, handler);
}

class WsConnection implements Connection {
  readonly #socket: WebSocket;
  readonly #lowWaterBytes: number;
  #handler: ConnectionHandler;
  #isHigh = false;
  #isClosed = false;
  #isReadPaused = false;
  /** Why it broke, if the socket said so before its close event. */
  #failure = "";
  /** What a connection that broke reports: too big a message breaks it on this side. */
  #failureCode: number = ABNORMAL_CLOSE;

  constructor(url: string, options: WebSocketDialOptions, handler: ConnectionHandler) {
    const { headers, token, maxMessageBytes, openTimeoutS = 30, lowWaterBytes } = options;
    this.#handler = handler;
    this.#lowWaterBytes = lowWaterBytes ?? 64 * 1024;
    this.#socket = new WebSocket(url, {
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      maxPayload: maxMessageBytes ?? MAX_MESSAGE_BYTES,
      handshakeTimeout: openTimeoutS * 1000,
      perMessageDeflate: false,
    });
    this.#socket.binaryType = "nodebuffer";
    this.#listen();
  }

  get bufferedBytes(): number {
    return this.#isClosed ? 0 : this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  send(packet: Packet): void {
    if (!this.isOpen) return;
    if (packet.kind === "text") this.#socket.send(packet.text, this.#onSent);
    else this.#socket.send(bytesOf(packet), this.#onSent);
    this.#noteRise();
  }

  sendFragment(packet: Packet, offset: number, length: number): void {
    if (!this.isOpen) return;
    const fin = offset + length >= packet.bytes;
    const bytes = packet.kind === "text" ? new TextEncoder().encode(packet.text) : bytesOf(packet);
    const fragment = bytes.subarray(offset, offset + length);
    this.#socket.send(fragment, { fin, binary: packet.kind !== "text" }, this.#onSent);
    this.#noteRise();
  }

  setReadPaused(isPaused: boolean): void {
    this.#isReadPaused = isPaused;
    if (!this.isOpen) return;
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      this.terminate();
      return;
    }
    // A paused reader would never see the answer.
    if (this.#isReadPaused) this.#socket.resume();
    this.#socket.close(code, shortened(reason));
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("open", () => {
      if (this.#isReadPaused) socket.pause();
      this.#handler.onOpen?.();
    });
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (!this.#isClosed && socket.readyState === WebSocket.OPEN) {
        this.#handler.onPacket(packetOf(data, isBinary));
      }
    });
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      this.#failure = `server answered ${response.statusCode} instead of opening a WebSocket`;
      socket.terminate();
    });
    socket.on("error", (error: Error & { readonly code?: string }) => {
      if (error.code?.startsWith("WS_ERR_UNSUPPORTED_")) this.#failureCode = CLOSE.tooBig;
      if (this.#failure === "") this.#failure = error.message || String(error);
    });
    socket.on("close", (code: number, reason: Uint8Array) => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      const text = new TextDecoder().decode(reason);
      const isBroken = code === 0 || code === ABNORMAL_CLOSE;
      this.#handler.onClose(isBroken ? this.#failureCode : code, text || this.#failure);
    });
  }

  #noteRise(): void {
    if (this.#socket.bufferedAmount > this.#lowWaterBytes) this.#isHigh = true;
  }

  readonly #onSent = (): void => {
    if (!this.#isHigh || this.#isClosed || this.#socket.bufferedAmount > this.#lowWaterBytes) {
      return;
    }
    this.#isHigh = false;
    this.#handler.onDrain?.();
  };
}

function bytesOf(packet: Packet): Uint8Array {
  if (packet.kind === "binary") return packet.data;
  throw new TypeError(
    `a WebSocket carries text and binary messages only, got a packet of kind ${packet.kind}`,
  );
}

function packetOf(data: RawData, isBinary: boolean): Packet {
  // With `nodebuffer` every message is one Buffer.
  const buffer = data as Uint8Array;
  const bytes = buffer.byteLength;
  if (!isBinary) return { kind: "text", text: new TextDecoder().decode(buffer), bytes };
  return {
    kind: "binary",
    data: new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, bytes),
    bytes,
  };
}

function shortened(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES - 3)).replace(/\uFFFD+$/, "");
}
