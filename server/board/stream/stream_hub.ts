/**
 * All streams of events of a server: how many there may be, how long they live, and who reads too
 * slowly. One timer pings all of them; without streams there is none.
 *
 * @module
 */
import type { Clock, Rng, Timer } from "../../../runtime/mod.ts";
import { EventStream, type StreamEnd } from "./event_stream.ts";
import type { StreamLimits } from "./limits.ts";

/** More bytes than that do not wait for one client. */
export const MAX_QUEUED_BYTES = 2 ** 20;
/** A client that has taken nothing for so long is not there, seconds. */
const MAX_STALLED_S = 30;
/** How long a client waits before it comes again, ms. */
const RETRY_MS = 2000;

/** What a hub is made of. */
export interface StreamHubOptions {
  readonly clock: Clock;
  /** Makes streams that began together end one after the other. */
  readonly rng: Rng;
  readonly limits: StreamLimits;
  /** Tells this start of the process from others. */
  readonly boot: string;
}

/** What feeds a stream. */
export interface StreamFeed {
  /** The client has taken all that waited. */
  onDrained(): void;
  /** Nothing more is to be sent. */
  close(): void;
}

/** What is known of a stream. */
export interface StreamFacts {
  readonly kind: string;
  readonly id: number;
  readonly ageS: number;
  readonly queuedBytes: number;
  readonly sent: number;
  readonly client: string;
}

interface Entry {
  readonly kind: string;
  readonly id: number;
  readonly client: string;
  readonly stream: EventStream;
  readonly openedS: number;
  feed: StreamFeed | null;
  lifetime: Timer | null;
}

/** The streams. */
export class StreamHub {
  readonly #options: StreamHubOptions;
  readonly #entries = new Set<Entry>();
  readonly #ends: Record<StreamEnd, number> = { lifetime: 0, shutdown: 0, slow: 0, gone: 0 };
  #ping: Timer | null = null;
  #lastId = 0;
  #isClosed = false;

  /** No streams. */
  constructor(options: StreamHubOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** How streams have ended so far. */
  get ends(): Readonly<Record<StreamEnd, number>> {
    return this.#ends;
  }

  /** Those that are there, oldest first. */
  list(): StreamFacts[] {
    const nowS = this.#options.clock.now();
    return [...this.#entries].map(({ kind, id, client, stream, openedS }) => ({
      kind,
      id,
      ageS: Math.round((nowS - openedS) * 10) / 10,
      queuedBytes: stream.queuedBytes,
      sent: stream.sent,
      client,
    }));
  }

  /**
   * Opens a stream.
   *
   * @param kind - What it carries, for lists.
   * @param client - Who reads it, for lists.
   * @param rev - What `hello` says of how far things are.
   * @param feedOf - Makes what feeds it.
   * @returns The body of the answer; null when there are as many streams as there may be.
   */
  open(
    { kind, client, rev, feedOf }: {
      readonly kind: string;
      readonly client: string;
      readonly rev: number;
      readonly feedOf: (stream: EventStream) => StreamFeed;
    },
  ): ReadableStream<Uint8Array> | null {
    const { clock, rng, limits, boot } = this.#options;
    if (this.#isClosed || this.#entries.size >= limits.maxStreams) return null;
    const stream = new EventStream({
      onDrained: () => entry.feed?.onDrained(),
      onEnded: (reason) => this.#ended(entry, reason),
    });
    const entry: Entry = {
      kind,
      client,
      stream,
      id: ++this.#lastId,
      openedS: clock.now(),
      feed: null,
      lifetime: null,
    };
    this.#entries.add(entry);
    if (limits.maxSeconds > 0) {
      const lifeS = limits.maxSeconds * rng.between(0.9, 1.1);
      entry.lifetime = clock.after(lifeS, () => stream.close("lifetime"));
    }
    stream.sendRetry(RETRY_MS);
    const now = new Date(clock.unixS() * 1000).toISOString();
    const hello = { boot, rev, now, maxSeconds: limits.maxSeconds };
    stream.send({ event: "hello", data: JSON.stringify(hello) });
    entry.feed = feedOf(stream);
    this.#ping ??= clock.after(limits.pingSeconds, () => this.#tick());
    return stream.body;
  }

  /** Ends every stream, and lets no new one in. */
  close(): void {
    this.#isClosed = true;
    for (const { stream } of [...this.#entries]) stream.close("shutdown");
  }

  #tick(): void {
    const { clock, limits } = this.#options;
    this.#ping = null;
    for (const { stream } of [...this.#entries]) {
      const isStalled = stream.stalledS(clock.now()) >= MAX_STALLED_S;
      if (isStalled || stream.queuedBytes > MAX_QUEUED_BYTES) stream.close("slow");
      else stream.ping();
    }
    if (this.#entries.size > 0) {
      this.#ping = clock.after(limits.pingSeconds, () => this.#tick());
    }
  }

  #ended(entry: Entry, reason: StreamEnd): void {
    this.#entries.delete(entry);
    this.#ends[reason]++;
    entry.lifetime?.cancel();
    entry.feed?.close();
    if (this.#entries.size > 0) return;
    this.#ping?.cancel();
    this.#ping = null;
  }
}
