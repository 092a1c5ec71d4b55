/**
 * The WebSockets of a gateway, from the handshake until both sides are gone.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import type { Redactor } from "../../scenarios/recording/mod.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import { CLOSE } from "../../wire/mod.ts";
import { refusalAnswer } from "../raw_answers.ts";
import { ConnectionWatch } from "./connection_watch.ts";
import type { Door, DoorRefusal } from "./door.ts";
import type { LatencyMeter } from "./figures.ts";
import type { Upstream } from "./headers.ts";
import type { News } from "./news.ts";
import type { Recorder } from "./recorder.ts";
import { Tunnel } from "./tunnel.ts";
import { openUpstream, type UpstreamAnswer } from "./upstream_socket.ts";

/** How long the rest of a refusal may take to arrive, seconds. */
const REFUSAL_WITHIN_S = 3;
const CLOSING = "the recording gateway is closing";
const UNREACHABLE = "the server behind this gateway does not answer";

/** What they are made of. */
export interface GatewaySocketsOptions {
  readonly door: Door;
  readonly upstream: Upstream;
  readonly recorder: Recorder;
  readonly redactor: Redactor;
  readonly meter: LatencyMeter;
  readonly clock: Clock;
  readonly news: News;
  /** Seconds since the recording began. */
  readonly now: () => number;
}

/** WebSockets that are open or being opened. */
export class GatewaySockets {
  readonly #options: GatewaySocketsOptions;
  /** What ends each. */
  readonly #open = new Map<Socket, { close: () => void; terminate: () => void }>();
  #onNone: () => void = () => {};
  #count = 0;
  #isClosing = false;

  /** None is open. */
  constructor(options: GatewaySocketsOptions) {
    this.#options = options;
  }

  /** How many were asked for, and let in. */
  get count(): number {
    return this.#count;
  }

  /** Takes a handshake. `head` is what the client sent behind it. */
  async accept(request: IncomingMessage, client: Socket, head: Uint8Array): Promise<void> {
    // What the client sends early waits in its socket.
    client.pause();
    const abort = new AbortController();
    const onGone = () => abort.abort();
    client.once("close", onGone);
    this.#open.set(client, { close: onGone, terminate: onGone });
    try {
      const refusal = await this.#refusal(request);
      if (refusal !== null) return this.#refuse(request, client, refusal);
      const c = this.#options.recorder.start.connections + ++this.#count;
      const answer = await this.#dial(request, abort.signal, c);
      if (answer === null) return this.#turnAway(client, 502, UNREACHABLE);
      client.off("close", onGone);
      this.#pass(request, client, head, c, answer);
    } catch (error) {
      client.destroy();
      this.#drop(client);
      this.#options.news.tell(`a defect ended a connection: ${errorMessage(error)}`);
    }
  }

  /** Closes all in order; resolves when none is left. */
  close(): Promise<void> {
    this.#isClosing = true;
    for (const { close } of [...this.#open.values()]) close();
    return new Promise((resolve) => {
      this.#onNone = resolve;
      if (this.#open.size === 0) resolve();
    });
  }

  /** Drops what is left. */
  terminate(): void {
    for (const { terminate } of [...this.#open.values()]) terminate();
  }

  async #refusal(request: IncomingMessage): Promise<DoorRefusal | null> {
    const refusal = await this.#options.door.refusal(request, true);
    const { maxSockets } = MAIN_LIMITS;
    if (refusal !== null || this.#open.size <= maxSockets) return refusal;
    return { status: 503, text: `gateway has ${maxSockets} WebSockets already, try again later` };
  }

  #refuse(request: IncomingMessage, client: Socket, { status, text }: DoorRefusal): void {
    const { recorder, news, now } = this.#options;
    const method = request.method ?? "GET";
    recorder.event({ t: now(), kind: "http", method, target: this.#targetOf(request), status });
    news.tell(`WebSocket refused with ${status}: ${text}`);
    this.#turnAway(client, status, text);
  }

  #turnAway(client: Socket, status: number, text: string): void {
    this.#drop(client);
    if (client.destroyed) return;
    client.write(refusalAnswer(status, text));
    client.destroySoon();
  }

  /** The server's answer; null when there is none, which is told. */
  async #dial(
    request: IncomingMessage,
    signal: AbortSignal,
    c: number,
  ): Promise<UpstreamAnswer | null> {
    const { upstream, clock, recorder, news, now } = this.#options;
    try {
      return await openUpstream(request, upstream, { clock, signal });
    } catch (error) {
      recorder.event({ t: now(), c, kind: "refused", target: this.#targetOf(request), status: 0 });
      news.tell(`connection ${c}: no way to ${upstream.url.href}: ${errorMessage(error)}`);
      return null;
    }
  }

  #pass(
    request: IncomingMessage,
    client: Socket,
    head: Uint8Array,
    c: number,
    answer: UpstreamAnswer,
  ): void {
    const { recorder, meter, clock, news, now } = this.#options;
    const { socket: server, status, rest } = answer;
    const target = this.#targetOf(request);
    client.write(latin1(answer.head));
    if (status !== 101) {
      recorder.event({ t: now(), c, kind: "refused", target, status });
      news.tell(`connection ${c}: the server answered ${status}`);
      return this.#passRefusal(client, server, rest);
    }
    recorder.event({ t: now(), c, kind: "open", target });
    news.tell(`connection ${c}: open`);
    const watch = new ConnectionWatch({ recorder, meter, connection: c, now });
    const onGone = () => {
      this.#drop(client);
      news.tell(`connection ${c}: gone`);
    };
    const tunnel = new Tunnel({ client, server, watch, meter, clock, onGone }, {
      client: head,
      server: rest,
    });
    const close = () => tunnel.close(CLOSE.goingAway, CLOSING);
    this.#open.set(client, { close, terminate: () => tunnel.terminate() });
    // Asked to close while the server was being dialled.
    if (this.#isClosing) close();
  }

  /** Hands the server's refusal on as it stands. */
  #passRefusal(client: Socket, server: Socket, rest: Uint8Array): void {
    const drop = () => {
      limit.cancel();
      server.destroy();
      client.destroySoon();
      this.#drop(client);
    };
    const limit = this.#options.clock.after(REFUSAL_WITHIN_S, drop);
    this.#open.set(client, { close: drop, terminate: drop });
    server.once("close", drop);
    client.write(rest);
    server.on("data", (bytes: Uint8Array) => void client.write(bytes));
    server.once("end", drop);
    server.resume();
  }

  #drop(client: Socket): void {
    if (!this.#open.delete(client)) return;
    if (this.#open.size === 0) this.#onNone();
  }

  #targetOf(request: IncomingMessage): string {
    return this.#options.redactor.target(request.url ?? "/");
  }
}

/** Header values are bytes to HTTP, whatever they say. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
