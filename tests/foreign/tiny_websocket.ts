/**
 * A WebSocket client of RFC 6455 in one file, over a plain TCP socket. It shares no code with the
 * server under test, so the two cannot agree on a mistake.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** A message, or the end. */
export type Incoming =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "binary"; readonly data: Uint8Array }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** An open WebSocket. */
export class TinyWebSocket {
  /** Gets every message as soon as it is whole, then the end. */
  onIncoming: (incoming: Incoming) => void = () => {};
  /** Sizes of the frames of the last message. */
  lastFragments: readonly number[] = [];
  readonly #socket: Socket;
  #unread = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #chunkBytes = 0;
  #opcode = 0;
  #fragments: Buffer[] = [];
  #isOver = false;

  private constructor(socket: Socket, unread: Buffer) {
    this.#socket = socket;
    this.#keep(unread);
    socket.on("data", (chunk: Buffer) => {
      this.#keep(chunk);
      this.#parse();
    });
    socket.on("close", () => this.#end(1006, ""));
    socket.on("error", () => {});
  }

  /** Connects and shakes hands. Rejects when the server does not answer 101. */
  static open(host: string, port: number, path = "/"): Promise<TinyWebSocket> {
    const key = randomBytes(16).toString("base64");
    const accept = createHash("sha1").update(key + ACCEPT_SUFFIX).digest("base64");
    const socket = connect({ host, port, noDelay: true });
    return new Promise((resolve, reject) => {
      let head = Buffer.alloc(0);
      const onData = (chunk: Buffer) => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.off("data", onData);
        const text = head.subarray(0, end).toString("latin1");
        const isUpgraded = text.startsWith("HTTP/1.1 101") &&
          text.toLowerCase().includes(`sec-websocket-accept: ${accept}`.toLowerCase());
        if (isUpgraded) resolve(new TinyWebSocket(socket, head.subarray(end + 4)));
        else reject(new Error(`no WebSocket: ${text.split("\r\n")[0]}`));
      };
      socket.on("data", onData);
      socket.once("error", reject);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\n` +
          `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
      );
    });
  }

  /** Sends a text message. */
  sendText(text: string): void {
    this.#send(OPCODE.text, Buffer.from(text));
  }

  /** Sends a binary message. */
  sendBinary(data: Uint8Array): void {
    this.#send(OPCODE.binary, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  /** Begins to close. The end comes as an {@link Incoming}. */
  close(code: number): void {
    this.#send(OPCODE.close, Buffer.from([code >> 8, code & 255]));
  }

  #send(opcode: number, payload: Buffer): void {
    const size = payload.length;
    const head = Buffer.alloc(size < 126 ? 6 : size < 65_536 ? 8 : 14);
    head[0] = 0x80 | opcode;
    if (size < 126) head[1] = 0x80 | size;
    else if (size < 65_536) {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(size, 2);
    } else {
      head[1] = 0x80 | 127;
      head.writeBigUInt64BE(BigInt(size), 2);
    }
    const mask = randomBytes(4);
    mask.copy(head, head.length - 4);
    const masked = Buffer.from(payload);
    for (let i = 0; i < size; i++) masked[i]! ^= mask[i & 3]!;
    this.#socket.write(Buffer.concat([head, masked]));
  }

  #keep(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
  }

  #parse(): void {
    for (;;) {
      // A long frame is joined once, when it is all there, not at every chunk of it.
      const wanted = this.#frameBytes(this.#unread);
      if (wanted > this.#unread.length + this.#chunkBytes) return;
      this.#unread = Buffer.concat([this.#unread, ...this.#chunks]);
      this.#chunks = [];
      this.#chunkBytes = 0;
      const bytes = this.#frameBytes(this.#unread);
      if (bytes > this.#unread.length) return;
      const size = this.#payloadBytes(this.#unread)!;
      const payload = this.#unread.subarray(bytes - size, bytes);
      const first = this.#unread[0]!;
      this.#unread = this.#unread.subarray(bytes);
      this.#onFrame(first & 15, (first & 0x80) !== 0, payload);
    }
  }

  /** Bytes of the frame that begins here, as far as can be told. */
  #frameBytes(buffer: Buffer): number {
    if (buffer.length < 2) return 2;
    const short = buffer[1]! & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    const size = this.#payloadBytes(buffer);
    return size === null ? head : head + size;
  }

  #payloadBytes(buffer: Buffer): number | null {
    const short = buffer[1]! & 127;
    if (short < 126) return short;
    if (short === 126) return buffer.length < 4 ? null : buffer.readUInt16BE(2);
    return buffer.length < 10 ? null : Number(buffer.readBigUInt64BE(2));
  }

  #onFrame(opcode: number, isLast: boolean, payload: Buffer): void {
    switch (opcode) {
      case OPCODE.ping:
        return this.#send(OPCODE.pong, payload);
      case OPCODE.pong:
        return;
      case OPCODE.close: {
        const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        if (!this.#isOver) this.close(code === 1005 ? 1000 : code);
        this.#socket.end();
        return this.#end(code, payload.subarray(2).toString());
      }
    }
    if (opcode !== OPCODE.more) {
      this.#opcode = opcode;
      this.#fragments = [];
    }
    this.#fragments.push(payload);
    if (!isLast) return;
    this.lastFragments = this.#fragments.map((fragment) => fragment.length);
    const data = Buffer.concat(this.#fragments);
    this.#fragments = [];
    if (this.#opcode === OPCODE.text) this.onIncoming({ type: "text", text: data.toString() });
    else this.onIncoming({ type: "binary", data: new Uint8Array(data) });
  }

  #end(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onIncoming({ type: "close", code, reason });
  }
}
