/**
 * A server that is nothing but TCP sockets: it shakes hands as a WebSocket server does, and from then
 * on does exactly what it is told.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** One accepted connection. */
export class UpstreamPeer {
  /** Its handshake, up to the empty line. */
  readonly head: string;
  readonly socket: Socket;
  readonly #pieces: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();
  #bytes = 0;
  /** How it ended; null while it is open. */
  ended: "closed" | "reset" | null = null;

  constructor(socket: Socket, head: string, rest: Uint8Array) {
    this.socket = socket;
    this.head = head;
    this.#take(rest);
    socket.on("data", (piece: Uint8Array) => this.#take(piece));
    socket.on("end", () => this.#end("closed"));
    socket.on("error", () => this.#end("reset"));
    socket.on("close", () => this.#end("closed"));
  }

  /** Everything that came after the handshake. */
  get bytes(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** How many bytes came. */
  get byteCount(): number {
    return this.#bytes;
  }

  /** Resolves when so many bytes have come, or the connection has ended. */
  came(bytes: number): Promise<void> {
    return this.#until(() => this.#bytes >= bytes || this.ended !== null);
  }

  /** Resolves with how it ended. */
  async end(): Promise<"closed" | "reset"> {
    await this.#until(() => this.ended !== null);
    return this.ended!;
  }

  /** Writes; resolves when the bytes have left this process. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #take(piece: Uint8Array): void {
    this.#pieces.push(new Uint8Array(piece));
    this.#bytes += piece.length;
    for (const look of [...this.#waiting]) look();
  }

  #end(how: "closed" | "reset"): void {
    this.ended ??= how;
    for (const look of [...this.#waiting]) look();
  }
}

/** Listens, and hands out its connections in the order in which they came. */
export class RawUpstream implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #peers: UpstreamPeer[] = [];
  readonly #waiting: ((peer: UpstreamPeer) => void)[] = [];

  private constructor(server: Server, answer: string | null) {
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket, answer));
  }

  /** Starts. `answer` is written in place of a handshake, when given; the connection then ends. */
  static async open(answer: string | null = null): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new RawUpstream(server, answer);
  }

  /** `ws://127.0.0.1:port`. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next connection. */
  next(): Promise<UpstreamPeer> {
    const peer = this.#peers.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket, answer: string | null): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
    let got = new Uint8Array();
    const onData = (piece: Uint8Array) => {
      const whole = new Uint8Array(got.length + piece.length);
      whole.set(got);
      whole.set(piece, got.length);
      got = whole;
      const text = new TextDecoder("latin1").decode(got);
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", onData);
      const head = text.slice(0, end);
      const key = /^sec-websocket-key: *(.*)$/im.exec(head)?.[1]?.trim() ?? "";
      const accept = createHash("sha1").update(key + GUID).digest("base64");
      socket.write(
        answer ?? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
            `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSet-Cookie: a=b\r\n\r\n`,
      );
      if (answer !== null) socket.end();
      const peer = new UpstreamPeer(socket, head, got.slice(end + 4));
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#peers.push(peer);
      else waiting(peer);
    };
    socket.on("data", onData);
  }
}
