/**
 * One HTTP listener: `node:http` for requests, `ws` for WebSockets. The edge, and nothing else; what
 * is answered and who comes in is decided in `server/`.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import { type Clock, errorMessage, UsageError } from "../runtime/mod.ts";
import type { App } from "../server/app.ts";
import { decide, type GateRules, type RequestFacts } from "../server/gate.ts";
import type { Limits } from "../server/limits.ts";
import type { Log } from "../server/log.ts";
import { bracketed } from "../server/origin.ts";
import type { PeerLimit } from "../server/peer_limit.ts";
import type { SocketRoutes, TakeSocket } from "../server/socket_routes.ts";
import { WsServerConnection } from "../server/streaming/ws_server_connection.ts";
import { MAX_MESSAGE_BYTES } from "../wire/mod.ts";
import {
  type BadRequest,
  badRequest,
  badRequestAnswer,
  refusalAnswer,
  type Words,
} from "./raw_answers.ts";
import { requestFacts } from "./request_facts.ts";
import { MAX_WAITING, Turns } from "./turns.ts";

/** The shortest fragments of a full-size message that are accepted: about 1.6 KB. */
const MAX_FRAGMENTS = 65_536;
/** How long the rest of an unwanted body is read, seconds. */
const DISCARD_S = 1;
/** How often slow requests are looked for, ms. */
const SLOW_CHECK_MS = 1_000;

/** Where a listener listens. */
export interface ListenerAddress {
  /** As it was asked for. */
  readonly host: string;
  /** The port that it has. */
  readonly port: number;
  /** `http://host:port`, with a host that one can connect to. */
  readonly url: string;
}

/** What a listener does, made once its port is known. */
export interface ListenerService {
  /** Answers requests. */
  readonly app: App;
  /** Who may open a WebSocket; the application checks its requests by the same. */
  readonly rules: GateRules;
  /** Who takes which WebSocket. */
  readonly sockets: SocketRoutes;
  /** How this listener words requests that HTTP itself does not understand. */
  readonly words: (failure: BadRequest) => Words;
}

/** What a listener is made of. */
export interface ListenerOptions {
  /** The address to bind to. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The flags that the user would change: for error messages. */
  readonly flags: { readonly host: string; readonly port: string };
  /** How much it takes. */
  readonly limits: Limits;
  /** Time for everything that waits. */
  readonly clock: Clock;
  /** Where refusals are told. */
  readonly log: Log;
  /** How many connections one peer may hold, counted over all listeners that share it. */
  readonly peers: PeerLimit;
  /** Where a request comes from, in place of its socket's word; for tests of remote peers. */
  readonly peerAddress?: ((request: IncomingMessage) => string | undefined) | undefined;
  /** Makes the service for the address that was got. */
  readonly service: (address: ListenerAddress) => ListenerService;
}

/** A port that is taken; the caller decides whether that is an error. */
export class PortTakenError extends UsageError {}

/** Why a WebSocket is turned away. */
interface Refused {
  readonly status: number;
  readonly text: string;
}

/** An open listener. */
export class Listener {
  /** Where it listens. */
  readonly address: ListenerAddress;
  readonly #server: Server;
  readonly #wss: WebSocketServer;
  /** TCP connections below open WebSockets. */
  readonly #sockets = new Set<Socket>();
  /** All other TCP connections, each with the requests that it waits for. */
  readonly #waiting = new Map<Socket, Turns>();
  /** Answers a request whose turn it is. */
  readonly #answer: (request: IncomingMessage, response: ServerResponse) => void;
  #isClosing = false;
  readonly #options: ListenerOptions;
  readonly #service: ListenerService;
  readonly #closed = Promise.withResolvers<void>();

  private constructor(server: Server, options: ListenerOptions) {
    this.#server = server;
    this.#options = options;
    this.#wss = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: MAX_FRAGMENTS,
    });
    const { port } = server.address() as AddressInfo;
    this.address = { host: options.host, port, url: `http://${reachable(options.host)}:${port}` };
    this.#service = options.service(this.address);
    const { app } = this.#service;
    const respond = getRequestListener((request, env) => {
      const incoming = env.incoming as IncomingMessage;
      // Whoever stops reading half-way still answers, on this very socket.
      const body = incoming.iterator({ destroyOnReturn: false });
      return app.fetch(request, { facts: this.#factsOf(incoming, false), body });
    }, { overrideGlobalObjects: false, autoCleanupIncoming: false });
    server.on("connection", (socket) => {
      const leave = options.peers.enter(socket.remoteAddress ?? "");
      if (leave === null) return this.#turnAway(socket);
      socket.once("close", leave);
      const turns = new Turns(options.clock);
      this.#waiting.set(socket, turns);
      socket.once("close", () => {
        this.#waiting.delete(socket);
        turns.clear();
      });
    });
    this.#answer = (request, response) => {
      lingering(request);
      response.once("close", () => this.#onAnswered(request.socket));
      response.once("finish", () => this.#discardRest(request));
      respond(request, response);
    };
    server.on("request", (request, response) => {
      this.#inTurn(request, () => this.#answer(request, response));
    });
    server.on("upgrade", (request, socket, head) => {
      // Until a WebSocket has its own handlers, a reset must not end the process.
      socket.on("error", () => {});
      this.#inTurn(request, () => this.#onUpgrade(request, socket as Socket, head));
    });
    server.on("clientError", (error, socket) => this.#onClientError(error, socket as Socket));
  }

  /**
   * Starts to listen.
   *
   * @throws {PortTakenError} when the port is taken.
   * @throws {UsageError} when the address cannot be listened on for another reason.
   */
  static async open(options: ListenerOptions): Promise<Listener> {
    const { host, port, flags, limits } = options;
    const server = createServer({
      maxHeaderSize: limits.maxHeadBytes,
      headersTimeout: limits.headWithinS * 1000,
      requestTimeout: limits.requestWithinS * 1000,
      keepAliveTimeout: limits.keepAliveS * 1000,
      connectionsCheckingInterval: SLOW_CHECK_MS,
      noDelay: true,
    });
    server.maxConnections = limits.maxConnections;
    const opened = Promise.withResolvers<Listener>();
    server.once("error", (error: Error & { code?: string }) => {
      opened.reject(
        error.code === "EADDRINUSE"
          ? new PortTakenError(
            `port ${port} on ${host} is taken; stop what listens there, or choose another with ${flags.port}`,
            { host, port },
          )
          : new UsageError(
            `cannot listen on ${host} port ${port} (${
              errorMessage(error)
            }); change ${flags.host} or ${flags.port}`,
            { host, port },
          ),
      );
    });
    server.listen(port, host, () => {
      try {
        opened.resolve(new Listener(server, options));
      } catch (error) {
        server.close();
        opened.reject(error);
      }
    });
    return await opened.promise;
  }

  /** Open WebSockets. */
  get socketCount(): number {
    return this.#sockets.size;
  }

  /** Stops accepting. Resolves when every connection is gone; see {@link Listener.terminate}. */
  close(): Promise<void> {
    this.#isClosing = true;
    this.#server.close(() => this.#closed.resolve());
    // The server's own idea of idle leaves out connections that never sent anything.
    for (const [socket, { count }] of this.#waiting) if (count === 0) socket.destroy();
    return this.#closed.promise;
  }

  /** Drops what is left. */
  terminate(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#server.closeAllConnections();
  }

  /** Says that the peer has connections enough. What it asks is not read: it has no turns. */
  #turnAway(socket: Socket): void {
    const { log, peers } = this.#options;
    const failure: BadRequest = { kind: "one too many", status: 429 };
    log.warn("connection dropped", { why: `more than ${peers.most} connections of one peer` });
    socket.on("error", () => {});
    socket.write(badRequestAnswer(failure.status, this.#service.words(failure)));
    socket.destroySoon();
  }

  /**
   * One request of a connection is answered at a time. A parser that has begun a piece of data ends it,
   * paused or not, so whoever sends more requests than may wait loses the connection.
   */
  #inTurn({ socket }: IncomingMessage, start: () => void): void {
    const turns = this.#waiting.get(socket);
    if (turns === undefined || socket.destroyed || turns.take(start)) return;
    this.#options.log.warn("connection dropped", { why: `more than ${MAX_WAITING} requests wait` });
    socket.destroy();
  }

  #onAnswered(socket: Socket): void {
    const turns = this.#waiting.get(socket);
    turns?.done();
    if (this.#isClosing && turns?.count === 0) socket.destroySoon();
  }

  /**
   * A body that no route read is thrown away for a moment, so that the peer comes to read its answer;
   * then the connection goes.
   */
  #discardRest(request: IncomingMessage): void {
    if (request.complete) return;
    const { socket } = request;
    const limit = this.#options.clock.after(DISCARD_S, () => socket.destroy());
    socket.once("close", () => limit.cancel());
    request.once("end", () => {
      limit.cancel();
      if (socket.writableEnded) socket.destroySoon();
    });
    request.resume();
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, head: Uint8Array): void {
    if (request.headers.upgrade?.toLowerCase() !== "websocket") {
      return this.#asRequest(request, socket);
    }
    this.#takerOf(this.#factsOf(request, true))
      .then((taker) => this.#handOver(this.#withRoom(taker), request, socket, head))
      .catch((error) => {
        this.#options.log.error("websocket failed", { reason: errorMessage(error) });
        socket.destroy();
      });
  }

  #handOver(
    taker: TakeSocket | Refused,
    request: IncomingMessage,
    socket: Socket,
    head: Uint8Array,
  ): void {
    if (typeof taker !== "function") {
      const { status, text } = taker;
      this.#options.log.warn("websocket refused", { status, why: text });
      socket.write(refusalAnswer(status, text));
      socket.destroySoon();
      return;
    }
    this.#wss.handleUpgrade(request, socket, head as Buffer, (ws) => {
      this.#waiting.delete(socket);
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      taker(new WsServerConnection(ws, socket, { clock: this.#options.clock }));
    });
  }

  /** Who takes the WebSocket that a request asks for, or why nobody does. */
  async #takerOf(facts: RequestFacts): Promise<TakeSocket | Refused> {
    const decision = decide(facts, this.#service.rules);
    if (!decision.isAllowed) return decision;
    const { peerPort, localPort, target } = facts;
    const peer = { standing: decision.standing, peerPort, localPort };
    return await this.#service.sockets(target, peer);
  }

  /** Asked when a WebSocket opens, as several may have waited for the same thing until then. */
  #withRoom(taker: TakeSocket | Refused): TakeSocket | Refused {
    const { maxSockets } = this.#options.limits;
    if (typeof taker !== "function" || this.#sockets.size < maxSockets) return taker;
    return { status: 503, text: `server has ${maxSockets} WebSockets already, try again later` };
  }

  /** Other protocols are only offered, not asked for: the request is answered as it stands. */
  #asRequest(request: IncomingMessage, socket: Socket): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once("finish", () => socket.destroySoon());
    this.#answer(request, response);
  }

  /** What the gate looks at, from a parsed request. */
  #factsOf(request: IncomingMessage, isUpgrade: boolean): RequestFacts {
    const { clock, peerAddress } = this.#options;
    return requestFacts(request, {
      isUpgrade,
      unixS: clock.unixS(),
      peerAddress: peerAddress?.(request),
    });
  }

  #onClientError(error: Error & { code?: string; rawPacket?: Uint8Array }, socket: Socket): void {
    // Browsers open connections that they may need: who asked nothing needs no answer.
    if (error.code === "ECONNRESET" || !socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const failure = badRequest(error);
    this.#options.log.warn("request not understood", { status: failure.status, why: failure.kind });
    socket.write(badRequestAnswer(failure.status, this.#service.words(failure)));
    socket.destroySoon();
  }
}

/**
 * A socket that is closed with unread bytes resets its connection, and the peer loses the answer. While
 * a request is not read to its end, only our side ends; {@link DISCARD_S} does the rest.
 */
function lingering(request: IncomingMessage): void {
  const { socket } = request;
  const { destroySoon } = Object.getPrototypeOf(socket);
  socket.destroySoon = () => request.complete ? destroySoon.call(socket) : socket.end();
}

/** A host that leads to a listener that is bound to `host`. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "[::1]" : bracketed(host);
}
