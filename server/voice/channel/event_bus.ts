/**
 * Events between programs: sent by `POST /v1/bus/send`, heard by `GET /v1/events/stream`.
 *
 * @module
 */
import type { Clock } from "../../../runtime/mod.ts";

/** An event as its listeners get it. */
export interface ChannelEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How often a silent stream says that it lives, seconds. */
const HEARTBEAT_S = 15;
/** Events that wait for a listener that reads too slowly; then it is let go. */
const MAX_WAITING = 256;
/** Listeners at a time. */
const MAX_LISTENERS = 64;

/** Sends events on to whoever listens to their bus. */
export class EventBus {
  readonly #clock: Clock;
  readonly #listeners = new Set<
    { readonly busId: string | null; send(event: ChannelEvent): void; end(): void }
  >();
  #count = 0;

  /** Nobody listens. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Sends an event; gives it back with its id. */
  send(busId: string, type: string, data: ChannelEvent["data"]): ChannelEvent {
    const event = this.#event(type, { bus_id: busId, ...data });
    for (const listener of [...this.#listeners]) {
      if (listener.busId === null || listener.busId === busId) listener.send(event);
    }
    return event;
  }

  /** A stream of server-sent events of one bus, or of all; null when too many listen. */
  stream(busId: string | null): ReadableStream<Uint8Array> | null {
    if (this.#listeners.size >= MAX_LISTENERS) return null;
    const encoder = new TextEncoder();
    let leave = () => {};
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const put = (text: string) => {
          if ((controller.desiredSize ?? 0) < -MAX_WAITING) return leave();
          controller.enqueue(encoder.encode(text));
        };
        const beat = () => {
          put(": heartbeat\n\n");
          timer = this.#clock.after(HEARTBEAT_S, beat);
        };
        let timer = this.#clock.after(HEARTBEAT_S, beat);
        const listener = {
          busId,
          send: (event: ChannelEvent) => put(`data: ${JSON.stringify(event)}\n\n`),
          end: () => leave(),
        };
        leave = () => {
          leave = () => {};
          timer.cancel();
          this.#listeners.delete(listener);
          controller.close();
        };
        this.#listeners.add(listener);
        listener.send(this.#event("connected", { bus_id: busId }));
      },
      cancel: () => {
        // Closing a cancelled stream is an error, which nobody is there to hear.
        try {
          leave();
        } catch {
          return;
        }
      },
    });
  }

  /** Ends every stream. */
  close(): void {
    for (const listener of [...this.#listeners]) listener.end();
  }

  #event(type: string, data: ChannelEvent["data"]): ChannelEvent {
    const timestamp = new Date(this.#clock.unixS() * 1000).toISOString();
    return { id: `evt-${++this.#count}`, type, timestamp, data };
  }
}
