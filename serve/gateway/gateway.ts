/**
 * The recording gateway: a listener that looks to a client like the server, and writes down what goes
 * by.
 *
 * @module
 */
import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { errorMessage } from "../../runtime/mod.ts";
import { Redactor } from "../../scenarios/recording/mod.ts";
import { checkBind } from "../../server/auth.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import { bracketed } from "../../server/origin.ts";
import { Access } from "../access.ts";
import { readSocketTables } from "../socket_tables.ts";
import { Door } from "./door.ts";
import { accessOptions, listen, type RequestTaker, upstreamOf } from "./edge.ts";
import { LatencyMeter } from "./figures.ts";
import type { Upstream } from "./headers.ts";
import { News } from "./news.ts";
import type { Gateway, GatewayOptions, GatewayReport } from "./options.ts";
import { OwnPeers } from "./own_peers.ts";
import { answerText, passRequest } from "./pass_request.ts";
import { Recorder } from "./recorder.ts";
import type { RecorderState } from "./recorder_tasks.ts";
import { GatewaySockets } from "./sockets.ts";

/** How long a closing gateway waits for its connections, seconds. */
const DRAIN_S = 3;

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
  const opened = Promise.withResolvers<RunningGateway>();
  // Whoever waits is told; that nobody does is no defect.
  opened.promise.catch(() => {});
  const server = await listen(host, options.port ?? 0, opened.promise);
  try {
    const news = new News(options.onNews);
    const recorder = await openRecorder(options, upstream, (state) => news.onState(state));
    const gateway = new RunningGateway({ options, upstream, access, host, recorder, server, news });
    opened.resolve(gateway);
    return gateway;
  } catch (error) {
    server.close();
    opened.reject(error);
    throw error;
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

class RunningGateway implements Gateway, RequestTaker {
  readonly url: string;
  readonly httpUrl: string;
  readonly path: string;
  readonly #parts: Parts;
  readonly #door: Door;
  readonly #redactor: Redactor;
  readonly #meter = new LatencyMeter();
  readonly #sockets: GatewaySockets;
  readonly #bornS: number;
  #closed: Promise<GatewayReport> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { options, access, recorder, host, server, upstream, news } = parts;
    const { clock, token, socketTables = readSocketTables } = options;
    const { port } = server.address() as AddressInfo;
    const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : bracketed(host);
    this.httpUrl = `http://${name}:${port}`;
    this.url = `ws://${name}:${port}`;
    this.path = options.out;
    const rules = access.rulesOf({ host, port, url: this.httpUrl }, MAIN_LIMITS, {});
    const door = new Door(rules, new OwnPeers(token ?? null, socketTables), clock);
    const redactor = new Redactor({ secrets: token === undefined ? [] : [token] });
    const [meter, now] = [this.#meter, () => this.#now()];
    this.#door = door;
    this.#redactor = redactor;
    this.#bornS = clock.now() - recorder.start.offsetS;
    this.#sockets = new GatewaySockets({
      ...{ door, upstream, recorder, redactor, meter, clock, news, now },
    });
  }

  report(): GatewayReport {
    const { bytes, isFull, failure } = this.#parts.recorder.state;
    return {
      path: this.path,
      connections: this.#sockets.count,
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
      this.#sockets.terminate();
      server.closeAllConnections();
    });
    await Promise.all([gone.promise, this.#sockets.close()]);
    limit.cancel();
    await recorder.finish(this.#now(), this.#meter.figures(), clock);
    return this.report();
  }

  /** Seconds since the recording began. */
  #now(): number {
    return Math.max(0, Math.round((this.#parts.options.clock.now() - this.#bornS) * 1e6) / 1e6);
  }

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error) => {
      response.destroy();
      this.#parts.news.tell(`a defect ended a request: ${errorMessage(error)}`);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { recorder, upstream } = this.#parts;
    const method = request.method ?? "GET";
    const target = this.#redactor.target(request.url ?? "/");
    const done = (status: number) =>
      recorder.event({ t: this.#now(), kind: "http", method, target, status });
    const refusal = await this.#door.refusal(request, false);
    if (refusal !== null) return answerText(response, refusal.status, refusal.text, done);
    passRequest(request, response, upstream, done);
  }

  onUpgrade(request: IncomingMessage, client: Socket, head: Uint8Array): void {
    if (request.headers.upgrade?.toLowerCase() === "websocket") {
      void this.#sockets.accept(request, client, head);
      return;
    }
    // Other protocols are only offered, not asked for: the request is answered as it stands.
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(client);
    response.once("finish", () => client.destroySoon());
    this.onRequest(request, response);
  }
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
