/**
 * The gateway's outer parts: the address that it goes to, the port that it listens on, and who may come.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { isLocalBind } from "../../server/auth.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import type { AccessOptions } from "../access.ts";
import { badRequest, badRequestAnswer, mainWords } from "../raw_answers.ts";
import type { Upstream } from "./headers.ts";
import type { GatewayOptions } from "./options.ts";

/** Where requests go. Throws {@link UsageError} for an address that is none. */
export function upstreamOf({ upstream, token }: GatewayOptions): Upstream {
  const url = URL.parse(upstream);
  const isPlain = url !== null && (url.protocol === "ws:" || url.protocol === "wss:") &&
    url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  if (isPlain) return { url, token: token ?? null };
  throw new UsageError(
    `upstream is ${JSON.stringify(upstream)}; it takes ws://host:port/ or wss://host/, without ` +
      "credentials and query",
  );
}

/**
 * Who may come in. Here, on this machine, nobody is asked for the token: it is the server's, and may
 * be of any form. From elsewhere everybody is.
 */
export function accessOptions(options: GatewayOptions, host: string): AccessOptions {
  const { token, allowHost = [], allowOrigin = [] } = options;
  const isOpen = isLocalBind(host) || token === undefined;
  return { allowHost, allowOrigin, ...(!isOpen && { token }) };
}

/** Who takes what comes in. */
export interface RequestTaker {
  /** Answers a request. */
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Takes a connection that asks for another protocol. */
  onUpgrade(request: IncomingMessage, client: Socket, head: Uint8Array): void;
}

/**
 * Listens. Rejects with a {@link UsageError} when that cannot be. Whoever comes before `taker` is there
 * waits for it; a client that nobody takes would wait for ever.
 */
export function listen(
  host: string,
  port: number,
  taker: Promise<RequestTaker>,
): Promise<Server> {
  const limits = MAIN_LIMITS;
  const server = createServer({
    maxHeaderSize: limits.maxHeadBytes,
    headersTimeout: limits.headWithinS * 1000,
    requestTimeout: limits.requestWithinS * 1000,
    keepAliveTimeout: limits.keepAliveS * 1000,
    noDelay: true,
  });
  server.maxConnections = limits.maxConnections;
  server.on("request", (request, response) => {
    taker.then((it) => it.onRequest(request, response), () => response.destroy());
  });
  server.on("upgrade", (request, socket, head) => {
    // A reset before anybody listens must not end the process.
    socket.on("error", () => {});
    taker.then((it) => it.onUpgrade(request, socket as Socket, head), () => socket.destroy());
  });
  server.on("clientError", (error, socket) => onClientError(error, socket as Socket));
  const opened = Promise.withResolvers<Server>();
  server.once("error", (error: Error & { code?: string }) => {
    const why = error.code === "EADDRINUSE"
      ? "it is taken; stop what listens there, or choose another"
      : errorMessage(error);
    opened.reject(
      new UsageError(`cannot listen on ${host} port ${port}: ${why} (--listen)`, { host, port }),
    );
  });
  server.listen(port, host, () => opened.resolve(server));
  return opened.promise;
}

/** Answers what HTTP itself does not understand. */
function onClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = badRequest(error);
  socket.write(badRequestAnswer(failure.status, mainWords(failure)));
  socket.destroySoon();
}
