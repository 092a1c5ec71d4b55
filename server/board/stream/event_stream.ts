/**
 * One stream of server-sent events to one client. It queues what the client has not taken yet, and
 * knows how much that is and since when; nothing is lost in buffers that nobody counts.
 *
 * The form of events: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @module
 */

/** An event. */
export interface StreamEvent {
  readonly event: string;
  /** JSON; without line breaks. */
  readonly data: string;
  /** What the client says when it comes again. */
  readonly id?: string;
}

/** Why a stream ended. */
export type StreamEnd = "lifetime" | "shutdown" | "slow" | "gone";

/** What is told of a stream. */
export interface StreamHooks {
  /** The client has taken all that waited. */
  onDrained(): void;
  /** It has ended; told once, whoever ended it. */
  onEnded(reason: StreamEnd): void;
}

const encoder = new TextEncoder();

/** A stream. */
export class EventStream {
  /** The body of the answer. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #hooks: StreamHooks;
  readonly #queue: Uint8Array[] = [];
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #queuedBytes = 0;
  #sent = 0;
  #isWanted = false;
  #waitingSinceS: number | null = null;
  #end: StreamEnd | null = null;

  /** A stream that nothing has been sent on. */
  constructor(hooks: StreamHooks) {
    this.#hooks = hooks;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#isWanted = true;
        this.#flow();
      },
      cancel: () => this.close("gone"),
    }, { highWaterMark: 1 });
  }

  /** Bytes that the client has not taken yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Events that were sent or wait to be. */
  get sent(): number {
    return this.#sent;
  }

  /** Why it ended; null while it goes on. */
  get end(): StreamEnd | null {
    return this.#end;
  }

  /** For how long the client has taken nothing although something waits, seconds. */
  stalledS(nowS: number): number {
    if (this.#queuedBytes === 0) {
      this.#waitingSinceS = null;
      return 0;
    }
    this.#waitingSinceS ??= nowS;
    return nowS - this.#waitingSinceS;
  }

  /** Sends an event. After the end nothing happens. */
  send({ event, data, id }: StreamEvent): void {
    this.#sent++;
    this.#put(`event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`);
  }

  /** Says how long a client should wait before it comes again. */
  sendRetry(retryMs: number): void {
    this.#put(`retry: ${retryMs}\n\n`);
  }

  /** Says that it lives. */
  ping(): void {
    if (this.#queuedBytes === 0) this.#put(": ping\n\n");
  }

  /** Ends it, at any time and any number of times; what waits still goes out unless the client is gone. */
  close(reason: StreamEnd): void {
    if (this.#end !== null) return;
    if (reason === "lifetime" || reason === "shutdown") {
      this.send({ event: "bye", data: JSON.stringify({ reason }) });
    }
    this.#end = reason;
    if (reason === "slow") {
      // What waits would wait for ever; the client goes on from the last event that it has.
      this.#drop();
      this.#controller.error(new Error("the client did not read"));
    } else if (reason === "gone") this.#drop();
    else if (this.#queue.length === 0) this.#controller.close();
    this.#hooks.onEnded(reason);
  }

  #put(text: string): void {
    if (this.#end !== null) return;
    const bytes = encoder.encode(text);
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#isWanted) this.#flow();
  }

  #flow(): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#isWanted = false;
    this.#waitingSinceS = null;
    this.#queuedBytes -= next.length;
    this.#controller.enqueue(next);
    if (this.#queue.length > 0) return;
    if (this.#end !== null) this.#controller.close();
    else this.#hooks.onDrained();
  }

  #drop(): void {
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }
}
