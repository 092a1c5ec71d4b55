import { type Clock, errorMessage, type Timer } from "../../../runtime/mod.ts";
import type { Log } from "../../log.ts";
import type { ChatHub } from "./hub.ts";
import { eventOfLine, replyOf, traceOf, userMessage } from "./kernel_events.ts";
import type { Responder } from "./responder.ts";

/** Seconds that a user's turn may take to be posted, and that a stream may take to open. */
const POST_S = 5;
const OPEN_S = 10;
/** Seconds between two tries to read a stream: doubles up to the last. */
const FIRST_RETRY_S = 1;
const LAST_RETRY_S = 30;
/** Longest line of a stream, characters. */
const MAX_LINE_CHARS = 2 ** 20;

/** What a bridge is made of. */
export interface KernelBridgeOptions {
  /** The kernel's address, without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly log: Log;
  readonly hub: ChatHub;
}

/** A kernel that answers chats: turns are posted to its bus, replies and traces come by its streams. */
export class KernelBridge implements Responder {
  readonly name = "cogos-agent";
  readonly #options: KernelBridgeOptions;
  readonly #closed = new AbortController();
  #isStarted = false;

  /** Nothing is read before the first chat opens. */
  constructor(options: KernelBridgeOptions) {
    this.#options = options;
  }

  /** Reads the kernel's streams until it is closed, however often they break. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { hub } = this.#options;
    this.#follow("bus_dashboard_response", "mod3-dashboard-agent", (event) => {
      const reply = replyOf(event);
      if (reply !== null) hub.deliver(reply, this.name);
    });
    this.#follow("bus_cycle_trace", "mod3-dashboard", (event) => {
      const trace = traceOf(event);
      if (trace !== null) hub.trace(trace);
    });
  }

  /** Posts a turn. Its answer comes later, to whoever it is for. */
  async respond({ text, channel }: { readonly text: string; readonly channel: string }) {
    const { baseUrl, fetch, clock } = this.#options;
    const late = new AbortController();
    const timer = clock.after(POST_S, () => late.abort());
    try {
      const response = await fetch(`${baseUrl}/v1/bus/send`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(userMessage(text, channel, clock.unixS())),
        signal: late.signal,
      });
      await response.body?.cancel();
      if (response.ok) return { isLater: true } as const;
    } catch {
      // Told below: whatever went wrong, nobody answers.
    } finally {
      timer.cancel();
    }
    return { error: "the agent cannot be reached", metrics: { error: "unreachable" } };
  }

  /** Ends the streams. */
  close(): void {
    this.#closed.abort();
  }

  async #follow(
    bus: string,
    consumer: string,
    onEvent: (event: Readonly<Record<string, unknown>>) => void,
  ): Promise<void> {
    const { baseUrl, clock, log } = this.#options;
    const url = `${baseUrl}/v1/events/stream?${new URLSearchParams({ bus_id: bus, consumer })}`;
    let retryS = FIRST_RETRY_S;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#read(url, (event) => {
          retryS = FIRST_RETRY_S;
          if (event["type"] !== "connected") onEvent(event);
        });
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        log.warn("kernel's stream broke", { bus, reason: errorMessage(error), retryS });
      }
      await clock.sleep(retryS, { signal: this.#closed.signal }).catch(() => {});
      retryS = Math.min(LAST_RETRY_S, retryS * 2);
    }
  }

  async #read(
    url: string,
    onEvent: (event: Readonly<Record<string, unknown>>) => void,
  ): Promise<void> {
    const { fetch, clock } = this.#options;
    const late = new AbortController();
    const timer: Timer = clock.after(OPEN_S, () => late.abort());
    const signal = AbortSignal.any([late.signal, this.#closed.signal]);
    const response = await fetch(url, { signal }).finally(() => timer.cancel());
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    let rest = "";
    for await (
      const part of (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream())
    ) {
      const lines = `${rest}${part}`.split("\n");
      rest = lines.pop()!;
      if (rest.length > MAX_LINE_CHARS) throw new Error("a line of it is too long");
      for (const line of lines) {
        const event = eventOfLine(line);
        if (event !== null) onEvent(event);
      }
    }
  }
}
