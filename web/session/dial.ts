/**
 * The browser's WebSocket as a road to the server.
 *
 * @module
 */
import { textPacket } from "../../wire/codec.ts";
import type { Connection, ConnectionHandler, Dial, Packet } from "../../wire/connection.ts";

/** What a connection that breaks before it opened, or without a close frame, is told to have. */
const ABNORMAL_CLOSE = 1006;

/** Dials `url` with the browser's own WebSocket. */
export function dialBrowserSocket(url: string): Dial {
  return (handler) => new BrowserConnection(url, handler);
}

class BrowserConnection implements Connection {
  readonly #socket: WebSocket;
  #handler: ConnectionHandler;
  #isOver = false;

  constructor(url: string, handler: ConnectionHandler) {
    this.#handler = handler;
    const socket = new WebSocket(url);
    this.#socket = socket;
    // As blobs, messages would have to be read one by one, and could overtake each other.
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#handler.onOpen?.();
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (!this.#isOver) this.#handler.onPacket(packetOf(data));
    };
    socket.onclose = ({ code, reason }) => this.#close(code === 0 ? ABNORMAL_CLOSE : code, reason);
  }

  get bufferedBytes(): number {
    return this.#isOver ? 0 : this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#socket.readyState === WebSocket.OPEN;
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
  }

  send(packet: Packet): void {
    if (!this.isOpen) return;
    if (packet.kind === "text") this.#socket.send(packet.text);
    else if (packet.kind === "binary") this.#socket.send(packet.data as Uint8Array<ArrayBuffer>);
  }

  /** Browsers fragment as they like; the message is sent with its last piece. */
  sendFragment(packet: Packet, offset: number, length: number): void {
    if (offset + length >= packet.bytes) this.send(packet);
  }

  /** Browsers cannot stop reading. */
  setReadPaused(): void {}

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.close();
    this.#close(ABNORMAL_CLOSE, "");
  }

  #close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onClose(code, reason);
  }
}

function packetOf(data: string | ArrayBuffer): Packet {
  if (typeof data === "string") return textPacket(data);
  return { kind: "binary", data: new Uint8Array(data), bytes: data.byteLength };
}
