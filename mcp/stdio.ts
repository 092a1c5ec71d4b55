/**
 * The tools over two streams of bytes, one message a line: stdin and stdout, or a test's.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import { boundedLines, TOO_LONG } from "./bounded_lines.ts";
import { handshakeFault, INVALID_PARAMS } from "./handshake.ts";
import { MAX_REQUEST_BYTES } from "./paths.ts";
import { type McpServerFactory, serveStdio, type Transport } from "./sdk.ts";

/** The two streams, and the time. */
export interface StdioStreams {
  /** What the client says. */
  readonly input: ReadableStream<Uint8Array>;
  /** What it is told; nothing else may be written to it. */
  readonly output: WritableStream<Uint8Array>;
  readonly clock: Clock;
}

/** A served pair of streams. */
export interface StdioServer {
  /** Resolves when the client has closed its side, or {@link StdioServer.close} was called. */
  readonly closed: Promise<void>;
  /** Ends it. */
  close(): Promise<void>;
}

/** How long answers under way are waited for when the input has ended, seconds. */
const LAST_ANSWERS_S = 1;

type Message = Parameters<Transport["send"]>[0];

/**
 * Serves one client.
 *
 * @example
 * ```ts
 * import { serveStreams } from "./stdio.ts";
 * import { mcpServer } from "./server.ts";
 * import type { McpServices } from "./services.ts";
 *
 * // Serves this process's parent until it closes our stdin.
 * async function serveParent(services: McpServices): Promise<void> {
 *   const { readable: input } = Deno.stdin;
 *   const { writable: output } = Deno.stdout;
 *   const { clock } = services;
 *   await serveStreams(() => mcpServer(services), { input, output, clock }).closed;
 * }
 * ```
 */
export function serveStreams(factory: McpServerFactory, streams: StdioStreams): StdioServer {
  const transport = new LineTransport(streams);
  const served = serveStdio(factory, { transport });
  return { closed: transport.closed, close: () => served.close() };
}

/** Messages as lines of JSON, for either side. */
export class LineTransport implements Transport {
  /** Told of each message. */
  onmessage?: NonNullable<Transport["onmessage"]>;
  /** Told once of the end. */
  onclose?: () => void;
  /** Never called: what goes wrong is answered, or ends it. */
  onerror?: (error: Error) => void;
  readonly #clock: Clock;
  readonly #input: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended = Promise.withResolvers<void>();
  /** Requests that have no answer yet. */
  readonly #asked = new Set<unknown>();
  #onAnswered: (() => void) | null = null;
  #isClosed = false;
  #stopReading = new AbortController();

  /** Reads nothing before {@link LineTransport.start}. */
  constructor({ input, output, clock }: StdioStreams) {
    this.#clock = clock;
    this.#input = input;
    this.#writer = output.getWriter();
  }

  /** Resolves at the end, whoever brought it. */
  get closed(): Promise<void> {
    return this.#ended.promise;
  }

  /** Begins to read. */
  start(): Promise<void> {
    this.#read();
    return Promise.resolve();
  }

  /** Resolves when the message is written. */
  async send(message: Message): Promise<void> {
    if (this.#isClosed) return;
    const isAnswer = "result" in message || "error" in message;
    try {
      await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
    } catch {
      // The client has gone: there is nobody to tell.
      await this.close();
    }
    if (isAnswer && "id" in message) this.#settle(message.id);
  }

  /** Ends it. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopReading.abort();
    if (!this.#input.locked) await this.#input.cancel().catch(() => {});
    this.onclose?.();
    await this.#writer.close().catch(() => {});
    this.#ended.resolve();
  }

  async #read(): Promise<void> {
    const lines = this.#input
      .pipeThrough<string>(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>, {
        signal: this.#stopReading.signal,
      })
      .pipeThrough(boundedLines(MAX_REQUEST_BYTES));
    try {
      for await (const line of lines) {
        if (line === TOO_LONG) await this.#refuse(-32600, "the line is over 4 MiB");
        else if (line.trim() !== "") await this.#take(line);
      }
    } catch {
      // Bytes that are no text, or our own end: either way no more will come.
    }
    if (!this.#isClosed) await this.#lastAnswers();
    await this.close();
  }

  async #take(line: string): Promise<void> {
    let message: Message & { readonly id?: unknown; readonly method?: unknown };
    try {
      message = JSON.parse(line);
    } catch {
      return await this.#refuse(-32700, "the line is not JSON");
    }
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      return await this.#refuse(-32600, "a message is one JSON object a line");
    }
    const { id, method } = message;
    const fault = handshakeFault(message);
    if (fault !== null) return await this.#refuse(INVALID_PARAMS, fault, id ?? null);
    if (method !== undefined && id !== undefined) this.#asked.add(id);
    if (method === "notifications/cancelled") {
      this.#settle((message as { params?: { requestId?: unknown } }).params?.requestId);
    }
    this.onmessage?.(message as never);
  }

  /** What is no message cannot be answered to anyone in particular. */
  #refuse(code: number, message: string, id: unknown = null): Promise<void> {
    return this.send({ jsonrpc: "2.0", error: { code, message }, id } as never);
  }

  #settle(id: unknown): void {
    this.#asked.delete(id);
    if (this.#asked.size === 0) this.#onAnswered?.();
  }

  /** A client that closes its side may still read: what it asked for last is answered. */
  async #lastAnswers(): Promise<void> {
    if (this.#asked.size === 0) return;
    const answered = Promise.withResolvers<void>();
    this.#onAnswered = answered.resolve;
    const timer = this.#clock.after(LAST_ANSWERS_S, answered.resolve);
    await answered.promise;
    timer.cancel();
  }
}
