/**
 * Plain requests through the gateway: GET and HEAD go on to the server, everything else is refused.
 *
 * @module
 */
import { type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { answerHeaders, requestHeaders, type Upstream, upstreamTarget } from "./headers.ts";

/** How long the server may take to begin its answer, ms. */
const ANSWER_WITHIN_MS = 30_000;

/** Passes a request on. `done` gets the status that the client was given. */
export function passRequest(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: Upstream,
  done: (status: number) => void,
): void {
  const method = request.method ?? "GET";
  if (method !== "GET" && method !== "HEAD") {
    const why = "the recording gateway passes GET and HEAD only; send this to the server itself";
    return answerText(response, 405, why, done, ["Allow", "GET, HEAD"]);
  }
  const { url } = upstream;
  const isSecure = url.protocol === "wss:";
  const open = isSecure ? httpsRequest : httpRequest;
  const onward = open({
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (isSecure ? 443 : 80)),
    method,
    path: upstreamTarget(request.url ?? "/", upstream),
    headers: headersOf(requestHeaders(request.rawHeaders, upstream)),
    agent: false,
    timeout: ANSWER_WITHIN_MS,
  });
  const fail = () => {
    if (response.headersSent) response.destroy();
    else answerText(response, 502, "the server behind this gateway does not answer", done);
  };
  onward.on("timeout", () => onward.destroy(new Error("no answer in time")));
  onward.on("error", fail);
  onward.on("response", (answer) => {
    const status = answer.statusCode ?? 502;
    response.writeHead(status, headersOf(answerHeaders(answer.rawHeaders, upstream)));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
    done(status);
  });
  // A client that left wants no more of it.
  response.on("close", () => onward.destroy());
  onward.end();
}

/** Answers with a line of text. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  done: (status: number) => void,
  more: readonly string[] = [],
): void {
  response.writeHead(status, {
    ...headersOf(more),
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(`${text}\n`);
  done(status);
}

/** As `node:http` takes headers: those that come twice as a list. */
function headersOf(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const before = headers[name];
    headers[name] = before === undefined ? raw[i + 1]! : [before, raw[i + 1]!].flat();
  }
  return headers;
}
