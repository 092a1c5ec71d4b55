/**
 * The recording gateway: a listener that looks to a client like the server, and writes down what goes
 * by.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Clock, errorMessage, UsageError } from "../../runtime/mod.ts";
import {
  type GatewayFigures,
  type RecordedEvent,
  Redactor,
} from "../../scenarios/recording/mod.ts";
import { checkBind, isLocalBind } from "../../server/auth.ts";
import { decide, type GateRules, type Permit, type RequestFacts } from "../../server/gate.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import { bracketed } from "../../server/origin.ts";
import { CLOSE } from "../../wire/mod.ts";
import type { ReadSocketTables } from "../../server/own_user.ts";
import { Access, type AccessOptions } from "../access.ts";
import { readSocketTables } from "../socket_tables.ts";
import { badRequest, badRequestAnswer, mainWords, refusalAnswer } from "../raw_answers.ts";
import { ConnectionWatch } from "./connection_watch.ts";
import { LatencyMeter } from "./figures.ts";
import type { Upstream } from "./headers.ts";
import { NOT_OWN_PEER, OwnPeers } from "./own_peers.ts";
import { answerText, passRequest } from "./pass_request.ts";
import { Recorder } from "./recorder.ts";
import type { RecorderState } from "./recorder_tasks.ts";
import type { KeptBlobs } from "./recording_file.ts";
import { Tunnel } from "./tunnel.ts";
import { openUpstream } from "./upstream_socket.ts";

/** How long a closing gateway waits for its connections, seconds. */
const DRAIN_S = 3;

/** What a gateway is told. */
export interface GatewayOptions {
  /** The server, `ws://host:port/` or `wss://…`. */
  readonly upstream: string;
  /** The server's bearer token; away from this machine, clients of the gateway have to show it. */
  readonly token?: string;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; default 0, a free one. */
  readonly port?: number;
  /** Origins of pages that may use it, beside its own. */
  readonly allowOrigin?: readonly string[];
  /** More names that it is reached by. */
  readonly allowHost?: readonly string[];
  /** The file; a folder for binary messages is made beside it. */
  readonly out: string;
  /** Go on with a file that is there. Default false: such a file is refused. */
  readonly resume?: boolean;
  /** Which binary messages are kept; default all. */
  readonly blobs?: KeptBlobs;
  /** Bytes of file and blobs together; default 512 MiB. */
  readonly maxBytes?: number;
  /** Bytes of one blob; default 100 MiB. */
  readonly maxBlobBytes?: number;
  /** Replace prompts by numbers; they cannot be replayed then. Default false. */
  readonly redactPrompts?: boolean;
  /** Version of the program, for the file's header. */
  readonly version: string;
  /** All times come from it. */
  readonly clock: Clock;
  /** Reads the system's tables of sockets, which say whose a connection is; for tests. */
  readonly socketTables?: ReadSocketTables;
  /** Told of connections, refusals, and of a file that cannot be written any more. */
  readonly onNews?: (text: string) => void;
}

/** What a gateway did. */
export interface GatewayReport {
  /** The file. */
  readonly path: string;
  /** WebSockets that were opened. */
  readonly connections: number;
  /** Messages, bytes, and how long their pieces stayed. */
  readonly figures: GatewayFigures;
  /** Bytes of the file and its blobs. */
  readonly recordedBytes: number;
  /** Whether the cap was reached. */
  readonly isFull: boolean;
  /** Why the recording ended early; null when it did not. */
  readonly failure: string | null;
}

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** Where clients connect, `ws://host:port`. */
  readonly url: string;
  /** Where pages and GET routes are, `http://host:port`. */
  readonly httpUrl: string;
  /** The file. */
  readonly path: string;
  /** What it did so far. */
  report(): GatewayReport;
  /** Ends in order: closes WebSockets with 1001, waits at most 3 s, and finishes the file. */
  close(): Promise<GatewayReport>;
}

/**
 * Opens a gateway.
 *
 * @throws {UsageError} for addresses that cannot be, a taken port, a file that cannot be written.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const upstream = upstreamOf(options);
  const host = options.host ?? "127.0.0.1";
  checkBind(host, options.token ?? null, "--listen");
  const access = new Access(accessOptions(options, host));
  const server = await listen(host, options.port ?? 0);
  try {
    const news = new News(options.onNews);
    const recorder = await openRecorder(options, upstream, (state) => news.onState(state));
    return new RunningGateway({ options, upstream, access, host, recorder, server, news });
  } catch (error) {
    server.close();
    throw error;
  }
}

/** Tells what a person in front of the gateway wants to know; trouble with the file once. */
class News {
  readonly #tell: (text: string) => void;
  #last: Pick<RecorderState, "isFull" | "failure"> = { isFull: false, failure: null };

  constructor(tell: (text: string) => void = () => {}) {
    this.#tell = tell;
  }

  tell(text: string): void {
    this.#tell(text);
  }

  onState(state: RecorderState): void {
    const last = this.#last;
    this.#last = state;
    if (state.failure !== null && last.failure === null) {
      this.#tell(`${state.failure}; sessions go on without it`);
    }
    if (state.isFull && !last.isFull) {
      this.#tell("the recording is as long as it may be; sessions go on without it (--max-mb)");
    }
  }
}

interface Parts {
  readonly options: GatewayOptions;
  readonly upstream: Upstream;
  readonly access: Access;
  readonly host: string;
  readonly recorder: Recorder;
  readonly server: Server;
  readonly news: News;
}

class RunningGateway implements Gateway {
  readonly url: string;
  readonly httpUrl: string;
  readonly path: string;
  readonly #parts: Parts;
  readonly #rules: GateRules;
  readonly #redactor: Redactor;
  readonly #ownPeers: OwnPeers;
  readonly #meter = new LatencyMeter();
  readonly #bornS: number;
  /** WebSockets that are open or being opened, each with what ends it. */
  readonly #open = new Map<Socket, { close: () => void; terminate: () => void }>();
  #onNone: () => void = () => {};
  #connections = 0;
  #closed: Promise<GatewayReport> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { options: { clock, token, out }, access, recorder, host, server } = parts;
    const { port } = server.address() as AddressInfo;
    const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : bracketed(host);
    this.httpUrl = `http://${name}:${port}`;
    this.url = `ws://${name}:${port}`;
    this.path = out;
    this.#rules = access.rulesOf({ host, port, url: this.httpUrl }, MAIN_LIMITS, {});
    this.#redactor = new Redactor({ secrets: token === undefined ? [] : [token] });
    this.#ownPeers = new OwnPeers(token ?? null, parts.options.socketTables ?? readSocketTables);
    this.#bornS = clock.now() - recorder.start.offsetS;
    server.on("request", (request, response) => {
      this.#onRequest(request, response).catch((error) => {
        response.destroy();
        this.#tell(`a defect ended a request: ${errorMessage(error)}`);
      });
    });
    server.on("upgrade", (request, socket, head) => {
      // A reset before anybody listens must not end the process.
      socket.on("error", () => {});
      this.#onUpgrade(request, socket as Socket, head);
    });
    server.on("clientError", (error, socket) => onClientError(error, socket as Socket));
  }

  report(): GatewayReport {
    const { bytes, isFull, failure } = this.#parts.recorder.state;
    return {
      path: this.path,
      connections: this.#connections,
      figures: this.#meter.figures(),
      recordedBytes: bytes,
      isFull,
      failure,
    };
  }

  close(): Promise<GatewayReport> {
    return this.#closed ??= this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<GatewayReport> {
    const { server, recorder, options: { clock } } = this.#parts;
    const gone = Promise.withResolvers<void>();
    server.close(() => gone.resolve());
    server.closeIdleConnections();
    const limit = clock.after(DRAIN_S, () => {
      for (const { terminate } of [...this.#open.values()]) terminate();
      server.closeAllConnections();
    });
    for (const { close } of [...this.#open.values()]) close();
    await gone.promise;
    await this.#whenNone();
    limit.cancel();
    await recorder.finish(this.#now(), this.#meter.figures());
    return this.report();
  }

  /** Resolves when no WebSocket is open any more. */
  #whenNone(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNone = resolve;
      if (this.#open.size === 0) resolve();
    });
  }

  /** A connection is no more. */
  #drop(client: Socket): void {
    this.#open.delete(client);
    if (this.#open.size === 0) this.#onNone();
  }

  /** Seconds since the recording began. */
  #now(): number {
    return Math.max(0, Math.round((this.#parts.options.clock.now() - this.#bornS) * 1e6) / 1e6);
  }

  #add(event: RecordedEvent): void {
    this.#parts.recorder.event(event);
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? "/";
    const done = (status: number) =>
      this.#add({
        ...{ t: this.#now(), kind: "http", method: request.method ?? "GET" },
        target: this.#redactor.target(target),
        status,
      });
    const facts = this.#factsOf(request, false);
    const decision = decide(facts, this.#rules);
    if (!decision.isAllowed) return answerText(response, decision.status, decision.text, done);
    if (!await this.#mayPass(request, facts, decision)) {
      return answerText(response, 401, NOT_OWN_PEER, done);
    }
    passRequest(request, response, this.#parts.upstream, done);
  }

  #onUpgrade(request: IncomingMessage, client: Socket, head: Uint8Array): void {
    if (request.headers.upgrade?.toLowerCase() !== "websocket") {
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(client);
      response.once("finish", () => client.destroySoon());
      this.#onRequest(request, response).catch(() => client.destroy());
      return;
    }
    const facts = this.#factsOf(request, true);
    const decision = decide(facts, this.#rules);
    if (!decision.isAllowed) return this.#refuse(request, client, decision.status, decision.text);
    if (this.#open.size >= MAIN_LIMITS.maxSockets) {
      const text = `gateway has ${MAIN_LIMITS.maxSockets} WebSockets already, try again later`;
      return this.#refuse(request, client, 503, text);
    }
    this.#connect(request, client, head, () => this.#mayPass(request, facts, decision)).catch(
      (error) => {
        client.destroy();
        this.#drop(client);
        this.#tell(`a defect ended a connection: ${errorMessage(error)}`);
      },
    );
  }

  /** What was let in for being local only must be our own user's. */
  async #mayPass(request: IncomingMessage, facts: RequestFacts, { standing }: Permit) {
    return standing !== "bypass" || await this.#ownPeers.admits(request, facts);
  }

  async #connect(
    request: IncomingMessage,
    client: Socket,
    head: Uint8Array,
    mayPass: () => Promise<boolean>,
  ): Promise<void> {
    const { upstream, recorder, options: { clock } } = this.#parts;
    // What the client sends early waits in its socket.
    client.pause();
    const abort = new AbortController();
    const onClientGone = () => abort.abort();
    client.once("close", onClientGone);
    this.#open.set(client, { close: onClientGone, terminate: onClientGone });
    if (!await mayPass()) {
      this.#drop(client);
      return this.#refuse(request, client, 401, NOT_OWN_PEER);
    }
    const c = recorder.start.connections + ++this.#connections;
    let answer;
    try {
      answer = await openUpstream(request, upstream, { clock, signal: abort.signal });
    } catch (error) {
      this.#drop(client);
      const why = errorMessage(error);
      this.#add({ t: this.#now(), c, kind: "refused", target: this.#targetOf(request), status: 0 });
      this.#tell(`connection ${c}: no way to ${upstream.url.href}: ${why}`);
      if (!client.destroyed) {
        client.write(refusalAnswer(502, "the server behind this gateway does not answer"));
        client.destroySoon();
      }
      return;
    } finally {
      client.off("close", onClientGone);
    }
    const { socket: server, status, rest } = answer;
    client.write(latin1(answer.head));
    if (status !== 101) {
      const target = this.#targetOf(request);
      this.#add({ t: this.#now(), c, kind: "refused", target, status });
      this.#tell(`connection ${c}: the server answered ${status}`);
      return this.#passRefusal(client, server, rest);
    }
    this.#add({ t: this.#now(), c, kind: "open", target: this.#targetOf(request) });
    this.#tell(`connection ${c}: open`);
    const meter = this.#meter;
    const watch = new ConnectionWatch({ recorder, meter, connection: c, now: () => this.#now() });
    const onGone = () => {
      this.#drop(client);
      this.#tell(`connection ${c}: gone`);
    };
    const tunnel = new Tunnel({ client, server, watch, meter, clock, onGone }, {
      client: head,
      server: rest,
    });
    this.#open.set(client, {
      close: () => tunnel.close(CLOSE.goingAway, "the recording gateway is closing"),
      terminate: () => tunnel.terminate(),
    });
    // Asked to close while the server was being dialled.
    if (this.#closed !== null) tunnel.close(CLOSE.goingAway, "the recording gateway is closing");
  }

  /** Hands the server's refusal on as it stands. */
  #passRefusal(client: Socket, server: Socket, rest: Uint8Array): void {
    const drop = () => {
      server.destroy();
      client.destroySoon();
      this.#drop(client);
    };
    this.#open.set(client, { close: drop, terminate: drop });
    const limit = this.#parts.options.clock.after(DRAIN_S, drop);
    server.once("close", () => {
      limit.cancel();
      drop();
    });
    client.write(rest);
    server.on("data", (bytes: Uint8Array) => void client.write(bytes));
    server.once("end", () => server.destroy());
    server.resume();
  }

  #refuse(request: IncomingMessage, client: Socket, status: number, text: string): void {
    this.#add({
      ...{ t: this.#now(), kind: "http", method: request.method ?? "GET" },
      target: this.#targetOf(request),
      status,
    });
    this.#tell(`WebSocket refused with ${status}: ${text}`);
    client.write(refusalAnswer(status, text));
    client.destroySoon();
  }

  #targetOf(request: IncomingMessage): string {
    return this.#redactor.target(request.url ?? "/");
  }

  #factsOf(request: IncomingMessage, isUpgrade: boolean): RequestFacts {
    const { rawHeaders: raw, socket } = request;
    let hostCount = 0;
    for (let i = 0; i < raw.length; i += 2) if (raw[i]!.toLowerCase() === "host") hostCount++;
    return {
      method: request.method ?? "GET",
      target: request.url ?? "/",
      headers: request.headers,
      hostCount,
      headerCount: raw.length / 2,
      peerAddress: socket.remoteAddress ?? "",
      peerPort: socket.remotePort ?? 0,
      localPort: socket.localPort ?? 0,
      isUpgrade,
      unixS: this.#parts.options.clock.unixS(),
    };
  }

  #tell(text: string): void {
    this.#parts.news.tell(text);
  }
}

function upstreamOf({ upstream, token }: GatewayOptions): Upstream {
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
function accessOptions(options: GatewayOptions, host: string): AccessOptions {
  const { token, allowHost = [], allowOrigin = [] } = options;
  const isOpen = isLocalBind(host) || token === undefined;
  return { allowHost, allowOrigin, ...(!isOpen && { token }) };
}

function openRecorder(
  options: GatewayOptions,
  { url }: Upstream,
  onState: (state: RecorderState) => void,
): Promise<Recorder> {
  const { out, version, clock, token, redactPrompts = false } = options;
  const file = {
    path: out,
    resume: options.resume ?? false,
    keep: options.blobs ?? "all",
    maxBytes: options.maxBytes ?? 512 * 2 ** 20,
    maxBlobBytes: options.maxBlobBytes ?? 100 * 2 ** 20,
    header: { upstream: url.href, version, promptsRedacted: redactPrompts },
    unixS: clock.unixS(),
  };
  const secrets = token === undefined ? [] : [token];
  return Recorder.open(file, { secrets, redactPrompts }, onState);
}

function listen(host: string, port: number): Promise<Server> {
  const limits = MAIN_LIMITS;
  const server = createServer({
    maxHeaderSize: limits.maxHeadBytes,
    headersTimeout: limits.headWithinS * 1000,
    requestTimeout: limits.requestWithinS * 1000,
    keepAliveTimeout: limits.keepAliveS * 1000,
    noDelay: true,
  });
  server.maxConnections = limits.maxConnections;
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

function onClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const failure = badRequest(error);
  socket.write(badRequestAnswer(failure.status, mainWords(failure)));
  socket.destroySoon();
}

/** Header values are bytes to HTTP, whatever they say. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
