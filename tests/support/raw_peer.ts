/**
 * A WebSocket peer that is nothing but a TCP socket: it does exactly what it is told, so it can
 * also do what no WebSocket library would.
 *
 * @module
 */

/** What {@link rawHttp} got. */
export interface RawAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The head, lines joined by CRLF. */
  readonly head: string;
  /** What followed the head. */
  readonly body: string;
}

/** Sends `request` as it stands, reads until the server closes, and takes the answer apart. */
export async function rawHttp(port: number, request: string | Uint8Array): Promise<RawAnswer> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, typeof request === "string" ? new TextEncoder().encode(request) : request);
  const text = await new Response(conn.readable).text();
  const split = text.indexOf("\r\n\r\n");
  const head = text.slice(0, split);
  return { status: Number(head.split(" ")[1]), head, body: text.slice(split + 4) };
}

/** Connects, shakes hands, and from then on does nothing by itself. */
export class RawPeer implements Disposable {
  readonly #conn: Deno.TcpConn;
  /** What came after the server's answer to the handshake. */
  #rest: Uint8Array;

  private constructor(conn: Deno.TcpConn, rest: Uint8Array) {
    this.#conn = conn;
    this.#rest = rest;
  }

  /** Opens a WebSocket at `path`, with further header lines. */
  static async connect(
    port: number,
    path = "/",
    headers: readonly string[] = [],
  ): Promise<RawPeer> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
      `${headers.map((line) => `${line}\r\n`).join("")}\r\n`;
    await writeAll(conn, new TextEncoder().encode(request));
    let got: Uint8Array = new Uint8Array();
    for (;;) {
      const end = new TextDecoder("latin1").decode(got).indexOf("\r\n\r\n");
      if (end >= 0) return new RawPeer(conn, got.slice(end + 4));
      const chunk = new Uint8Array(4096);
      const size = await conn.read(chunk);
      if (size === null) throw new Error("the server closed during the handshake");
      got = concat(got, chunk.subarray(0, size));
    }
  }

  /** Sends one masked frame with a zero mask. `opcode`: 1 text, 2 binary, 8 close, 10 pong. */
  async send(opcode: number, payload: Uint8Array, isLast = true): Promise<void> {
    await writeAll(this.#conn, frameHead(opcode, payload.length, isLast));
    await writeAll(this.#conn, payload);
  }

  /** Sends a text message. */
  sendText(text: string): Promise<void> {
    return this.send(1, new TextEncoder().encode(text));
  }

  /** Sends bytes that need not be a frame. */
  write(bytes: Uint8Array): Promise<void> {
    return writeAll(this.#conn, bytes);
  }

  /** Reads to the end of the connection. `reset` tells whether it ended by a TCP reset. */
  readToEnd(): Promise<{ bytes: Uint8Array; reset: boolean }> {
    return this.#readWhile(() => true);
  }

  /** Reads up to the server's close frame, and answers it. */
  async readToClose(): Promise<{ code: number | null; bytes: Uint8Array }> {
    const { bytes } = await this.#readWhile((bytes) => closeCode(bytes) === null);
    const code = closeCode(bytes);
    if (code !== null) await this.send(8, Uint8Array.of(code >> 8, code & 255));
    return { code, bytes };
  }

  /** Reads until what was read satisfies `isEnough`, or to the end. */
  async readUntil(isEnough: (bytes: Uint8Array) => boolean): Promise<Uint8Array> {
    return (await this.#readWhile((bytes) => !isEnough(bytes))).bytes;
  }

  async #readWhile(goesOn: (bytes: Uint8Array) => boolean) {
    let bytes = this.#rest;
    this.#rest = new Uint8Array();
    const chunk = new Uint8Array(65_536);
    let reset = false;
    try {
      while (goesOn(bytes)) {
        const size = await this.#conn.read(chunk);
        if (size === null) break;
        bytes = concat(bytes, chunk.subarray(0, size));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      reset = true;
    }
    return { bytes, reset };
  }

  /** Closes the TCP socket. */
  [Symbol.dispose](): void {
    try {
      this.#conn.close();
    } catch {
      // Closed already, by a failed read or write.
    }
  }
}

/** The close code of the close frame in `bytes`, unmasked server frames; null without one. */
export function closeCode(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 2 <= bytes.length;) {
    let size = bytes[at + 1]! & 127;
    let body = at + 2;
    if (size === 126) {
      size = view.getUint16(body);
      body += 2;
    } else if (size === 127) {
      size = Number(view.getBigUint64(body));
      body += 8;
    }
    if ((bytes[at]! & 15) === 8 && body + size <= bytes.length) {
      return size >= 2 ? view.getUint16(body) : 1005;
    }
    at = body + size;
  }
  return null;
}

function frameHead(opcode: number, size: number, isLast: boolean): Uint8Array {
  const lengthBytes = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const head = new Uint8Array(2 + lengthBytes + 4);
  const view = new DataView(head.buffer);
  head[0] = (isLast ? 0x80 : 0) | opcode;
  head[1] = 0x80 | (lengthBytes === 0 ? size : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, size);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(size));
  return head;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
