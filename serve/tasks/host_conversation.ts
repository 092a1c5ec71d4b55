/**
 * The server's side of the conversation with its terminal host: starts one when it is needed, asks,
 * and finds the answers.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError } from "../../runtime/mod.ts";
import type { Log } from "../../server/log.ts";
import {
  HANG_UP_S,
  TerminalGoneError,
  TerminalLimitError,
} from "../../server/tasks/terminal/mod.ts";
import { type HostLink, type StartHost, startHostProcess } from "./host_process.ts";
import type { BackendChoice } from "./pick_backend.ts";
import type { Frame } from "./pty_frames.ts";
import { type FromHost, fromHostSchema, type ToHost } from "./pty_messages.ts";

/** How long a host may take to say that it is ready, seconds. The first start compiles it. */
const START_S = 30;
/** Lines of stderr that are logged of one host. */
const MAX_LINES = 100;

/** What a {@link HostConversation} is made of. */
export interface HostConversationOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Terminals that may be there, grace not counted. */
  readonly maxTerminals: number;
  /** Output of each that can be had again, bytes; 1 MiB unless told. */
  readonly ringBytes?: number;
  /** Closed when nobody attended to it for so long, seconds; a day unless told. */
  readonly idleS?: number;
  /** How long one may take after a hang-up before it is ended by force, seconds; 3 unless told. */
  readonly hangUpS?: number;
  /** What they stand on; `auto` unless told. */
  readonly backend?: BackendChoice;
  /** For tests. */
  readonly startHost?: StartHost;
  readonly onMessage: (message: FromHost) => void;
  readonly onOutput: (sub: number, seq: number, bytes: Uint8Array) => void;
  /** The host has ended: by itself, or because it was told to. */
  readonly onEnd: (reason: string, how: "lost" | "told") => void;
}

/** A message that is answered, without its number. */
type Call<T = ToHost> = T extends { call: number } ? Omit<T, "call"> : never;
/** A message that is not. */
type Telling = Exclude<ToHost, { call: number }>;

interface Host {
  readonly link: HostLink;
  readonly ready: Promise<void>;
  readonly calls: Map<number, PromiseWithResolvers<unknown>>;
}

/** One host at a time. */
export class HostConversation {
  readonly #options: HostConversationOptions;
  #host: Host | null = null;
  #backend: string | null = null;
  #lastCall = 0;
  #isOver = false;

  /** No host runs. */
  constructor(options: HostConversationOptions) {
    this.#options = options;
  }

  /** What terminals stand on, once it is known. */
  get backend(): string | null {
    return this.#backend;
  }

  /** Asks, and waits for the answer; starts a host if none runs. */
  async ask(message: Call): Promise<unknown> {
    const host = this.#running();
    await host.ready;
    return await this.#called(host, (call) => ({
      kind: "message",
      value: { ...message, call },
    }));
  }

  /** Types. */
  async type(id: string, bytes: Uint8Array): Promise<void> {
    const host = this.#running();
    await host.ready;
    await this.#called(host, (call) => ({ kind: "input", call, id, bytes }));
  }

  /** Tells something, if a host runs. */
  tell(message: Telling): void {
    this.#host?.link.send({ kind: "message", value: message });
  }

  /** Ends the host with all of its terminals. */
  async shutdown(): Promise<void> {
    this.#isOver = true;
    const host = this.#host;
    await host?.ready.catch(() => {});
    await host?.link.end();
  }

  #running(): Host {
    if (this.#isOver) throw new HeadwayError("the server is shutting down; nothing new is started");
    return this.#host ?? this.#start();
  }

  #start(): Host {
    const { clock, log, startHost = startHostProcess } = this.#options;
    const ready = Promise.withResolvers<void>();
    // Whoever asked hears of it; nobody may have.
    ready.promise.catch(() => {});
    const calls = new Map<number, PromiseWithResolvers<unknown>>();
    let lines = 0;
    const late = clock.after(START_S, () => {
      ready.reject(new HeadwayError(`the terminal host was not ready after ${START_S} s`));
      host.link.kill();
    });
    const link = startHost({
      onFrame: (frame) => {
        if (frame.kind === "output") this.#options.onOutput(frame.sub, frame.seq, frame.bytes);
        else if (frame.kind === "message") {
          const message = fromHostSchema.parse(frame.value);
          if (message.ev === "ready") {
            late.cancel();
            this.#ready(message, ready);
          } else this.#message(calls, message);
        }
      },
      onLine: (line) => {
        if (++lines <= MAX_LINES) log.warn("the terminal host says", { line });
      },
      onEnd: (reason) => {
        late.cancel();
        ready.reject(new HeadwayError(`the terminal host did not start: ${reason}`));
        if (this.#host === host) this.#host = null;
        for (const { reject } of calls.values()) {
          reject(new TerminalGoneError(`the terminal host has ended: ${reason}`));
        }
        calls.clear();
        this.#options.onEnd(reason, this.#isOver ? "told" : "lost");
      },
    });
    const host: Host = { link, ready: ready.promise, calls };
    this.#host = host;
    const { maxTerminals, ringBytes = 2 ** 20, idleS = 86_400, backend = "auto" } = this.#options;
    const { hangUpS = HANG_UP_S } = this.#options;
    this.#tellHost(host, { op: "hello", maxTerminals, ringBytes, idleS, hangUpS, backend });
    return host;
  }

  #tellHost(host: Host, message: ToHost): void {
    host.link.send({ kind: "message", value: message });
  }

  #ready(
    { backend, reason }: Extract<FromHost, { ev: "ready" }>,
    ready: PromiseWithResolvers<void>,
  ): void {
    this.#backend = backend;
    if (backend === null) {
      this.#options.log.error("there are no terminals", { reason });
    } else if (reason !== null) {
      this.#options.log.warn("terminals stand on the second choice", { backend, reason });
    }
    ready.resolve();
  }

  #message(calls: Host["calls"], message: FromHost): void {
    if (message.ev === "answer") {
      calls.get(message.call)?.resolve(message.value);
      calls.delete(message.call);
    } else if (message.ev === "refusal") {
      calls.get(message.call)?.reject(refusal(message));
      calls.delete(message.call);
    } else this.#options.onMessage(message);
  }

  #called(host: Host, frameOf: (call: number) => Frame): Promise<unknown> {
    if (this.#host !== host) {
      return Promise.reject(new TerminalGoneError("the terminal host has ended"));
    }
    const call = this.#lastCall = (this.#lastCall + 1) >>> 0;
    const answered = Promise.withResolvers<unknown>();
    host.calls.set(call, answered);
    try {
      host.link.send(frameOf(call));
    } catch (error) {
      host.calls.delete(call);
      answered.reject(new HeadwayError(errorMessage(error)));
    }
    return answered.promise;
  }
}

function refusal({ error, message }: Extract<FromHost, { ev: "refusal" }>): HeadwayError {
  switch (error) {
    case "gone":
      return new TerminalGoneError(message);
    case "limit":
      return new TerminalLimitError(message);
    case "other":
      return new HeadwayError(message);
  }
}
