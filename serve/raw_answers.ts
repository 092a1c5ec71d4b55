/**
 * Answers that are written to a socket by hand, where HTTP's own machinery is not, or no longer, in
 * charge.
 *
 * @module
 */
import { STATUS_CODES } from "node:http";

/** A request that HTTP itself could not take. */
export interface BadRequest {
  /** What was wrong with it. */
  readonly kind:
    | "headers too large"
    | "too slow"
    | "bad content length"
    | "cut short"
    | "malformed"
    | "one too many";
  /** The HTTP status that fits. */
  readonly status: 400 | 408 | 429 | 431;
}

/** Names what was wrong with a request, from the parser's error. */
export function badRequest(error: { code?: string; rawPacket?: Uint8Array }): BadRequest {
  if (error.code === "HPE_HEADER_OVERFLOW") return { kind: "headers too large", status: 431 };
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return { kind: "too slow", status: 408 };
  if (error.code === "HPE_INVALID_EOF_STATE") return { kind: "cut short", status: 400 };
  const packet = new TextDecoder("latin1").decode(error.rawPacket ?? new Uint8Array());
  const head = packet.split("\r\n\r\n", 1)[0]!;
  const length = /^content-length:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1];
  const isBadLength = length !== undefined && !/^\d+$/.test(length);
  return { kind: isBadLength ? "bad content length" : "malformed", status: 400 };
}

/** How a listener words a failure. */
export interface Words {
  /** The media type. */
  readonly type: string;
  /** The text. */
  readonly body: string;
}

/** The main listener speaks to people. */
export function mainWords({ kind }: BadRequest): Words {
  return { type: "text/plain; charset=utf-8", body: `the request is ${PLAIN[kind]}\n` };
}

/** The control listener speaks JSON, in the words of its protocol where it has some. */
export function controlWords({ kind }: BadRequest): Words {
  const error = kind === "bad content length"
    ? "empty body"
    : kind === "cut short"
    ? "read failed: the connection ended early"
    : `the request is ${PLAIN[kind]}`;
  return { type: "application/json; charset=utf-8", body: JSON.stringify({ error }) };
}

const PLAIN: Readonly<Record<BadRequest["kind"], string>> = {
  "headers too large": "larger in its headers than 16 KiB",
  "too slow": "too slow to arrive",
  "bad content length": "given a Content-Length that is no number",
  "cut short": "cut short",
  "malformed": "not HTTP/1.1",
  "one too many": "on one connection more than a peer may have at a time; close some first",
};

/** The answer to a {@link BadRequest}; the connection closes after it. */
export function badRequestAnswer(status: number, { type, body }: Words): string {
  return answer(status, type, body);
}

/** The answer to a WebSocket handshake that is refused. */
export function refusalAnswer(status: number, text: string): string {
  return answer(status, "text/plain; charset=utf-8", `${text}\n`);
}

function answer(status: number, type: string, body: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Cache-Control: no-store",
    ...(status === 401 ? ["WWW-Authenticate: Bearer"] : []),
    `Content-Type: ${type}`,
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    "",
    body,
  ].join("\r\n");
}
