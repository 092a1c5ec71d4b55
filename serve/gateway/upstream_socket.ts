/**
 * Opens the server's side of a WebSocket: a TCP or TLS connection, and the client's own handshake on
 * it.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "../../runtime/mod.ts";
import { requestHeaders, type Upstream, upstreamTarget } from "./headers.ts";

/** Bytes that the head of an answer may have. */
const MAX_HEAD_BYTES = 16_384;
/** How long the server may take to answer a handshake, seconds. */
const ANSWER_WITHIN_S = 30;

/** What the server answered. */
export interface UpstreamAnswer {
  readonly socket: Socket;
  readonly status: number;
  /** Status line and headers, as the client gets them. */
  readonly head: string;
  /** What came with the head, and behind it. */
  readonly rest: Uint8Array;
}

/** Sends the client's handshake on. Rejects when there is no answer; nothing stays open then. */
export function openUpstream(
  request: IncomingMessage,
  upstream: Upstream,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<UpstreamAnswer> {
  const answered = Promise.withResolvers<UpstreamAnswer>();
  const socket = dial(upstream.url);
  const fail = (why: string) => {
    done();
    socket.destroy();
    answered.reject(new Error(why));
  };
  const limit = clock.after(
    ANSWER_WITHIN_S,
    () => fail(`the server did not answer within ${ANSWER_WITHIN_S} s`),
  );
  const onAbort = () => fail("the client is gone");
  const onError = (error: Error) => fail(error.message);
  const onEnd = () => fail("the server closed during the handshake");
  const onData = (piece: Uint8Array) => {
    got = joined(got, piece);
    const text = latin1.decode(got);
    const end = text.indexOf("\r\n\r\n");
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
    if (end < 0 && got.length <= MAX_HEAD_BYTES) return;
    if (end < 0 || status === undefined) return fail("the server's answer is no HTTP");
    done();
    // What comes next is for whoever takes the socket over.
    socket.pause();
    answered.resolve({
      socket,
      status: Number(status),
      head: withoutCookies(text.slice(0, end + 4)),
      rest: got.slice(end + 4),
    });
  };
  const done = () => {
    limit.cancel();
    signal.removeEventListener("abort", onAbort);
    socket.off("data", onData).off("end", onEnd).off("error", onError);
    // An error between two owners must not end the process.
    socket.on("error", () => {});
  };
  let got: Uint8Array = new Uint8Array();
  signal.addEventListener("abort", onAbort, { once: true });
  socket.on("error", onError).on("end", onEnd).on("data", onData);
  if (signal.aborted) onAbort();
  else {
    socket.setNoDelay(true);
    socket.write(handshake(request, upstream));
  }
  return answered.promise;
}

function dial(url: URL): Socket {
  const isSecure = url.protocol === "wss:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || (isSecure ? 443 : 80));
  if (!isSecure) return connect({ host, port, allowHalfOpen: true });
  return connectTls({ host, port, servername: host, ALPNProtocols: ["http/1.1"] });
}

function handshake(request: IncomingMessage, upstream: Upstream): string {
  const headers = requestHeaders(request.rawHeaders, upstream);
  const lines = ["Connection: Upgrade", "Upgrade: websocket"];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  const target = upstreamTarget(request.url ?? "/", upstream);
  return `GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}

const latin1 = new TextDecoder("latin1");

function withoutCookies(head: string): string {
  return head.replace(/\r\nset-cookie:[^\r\n]*/gi, "");
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
