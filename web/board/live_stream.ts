/// <reference lib="dom" />
/**
 * Keeps a page up to date: by a stream of events, and where streams do not last, by asking. A page that
 * nobody sees has no stream.
 *
 * @module
 */
import { ask, RefusedError } from "./api.ts";

/** How it stands with the server. */
export type FeedState = "live" | "reconnecting" | "offline" | "login";

/** What the stream needs of the page's clock. */
export interface FeedClock {
  now(): number;
  after(delayS: number, fn: () => void): { cancel(): void };
}

/** What is streamed, and who is told. */
export interface LiveStreamOptions {
  readonly clock: FeedClock;
  /** Where the stream is; `lastId` is the id of the last event that came. */
  url(lastId: string | null): string;
  /** What is done with each kind of event. */
  readonly events: Readonly<Record<string, (data: never) => void>>;
  /** Asks once for what a stream would have told. */
  poll(): Promise<void>;
  onState(state: FeedState): void;
}

/** A stream that ended sooner says that something in between does not let streams through, seconds. */
const SHORT_S = 3;
/** How often is asked without a stream, seconds. */
const POLL_S = 5;
/** A break shorter than that is nobody's business, seconds. */
const QUIET_S = 1;
/** After so long out of sight the stream is closed, seconds. */
const HIDDEN_S = 60;
const MAX_PAUSE_S = 30;

/** The stream. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  #source: EventSource | null = null;
  #timer: { cancel(): void } | null = null;
  #quiet: { cancel(): void } | null = null;
  #hidden: { cancel(): void } | null = null;
  #openedS = 0;
  #shortOnes = 0;
  #pauseS = 2;
  #lastId: string | null = null;

  /** Begins when it is told to. */
  constructor(options: LiveStreamOptions) {
    this.#options = options;
  }

  /** Begins, and follows whether the page is seen. */
  start(): void {
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pagehide", () => this.#stop());
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) this.open();
    });
    this.open();
  }

  /** Opens it anew, from where `url` says without an event before. */
  restart(): void {
    this.#stop();
    this.#lastId = null;
    this.open();
  }

  /** Opens the stream, unless it is open. */
  open(): void {
    if (this.#source !== null) return;
    this.#stop();
    if (new URLSearchParams(location.search).get("poll") === "1" || this.#shortOnes >= 2) {
      return void this.#poll();
    }
    const { clock, events, url } = this.#options;
    const source = new EventSource(url(this.#lastId));
    this.#source = source;
    this.#openedS = clock.now();
    source.addEventListener("hello", () => this.#well());
    for (const [name, take] of Object.entries(events)) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        if (lastEventId !== "") this.#lastId = lastEventId;
        take(JSON.parse(data) as never);
      });
    }
    source.onerror = () => this.#broken();
  }

  #look(): void {
    this.#hidden?.cancel();
    this.#hidden = null;
    if (document.hidden) {
      this.#hidden = this.#options.clock.after(HIDDEN_S, () => this.#stop());
    } else this.open();
  }

  #well(): void {
    this.#pauseS = 2;
    this.#tell("live");
  }

  /** Says how it stands; what was to be said later is of no interest any more. */
  #tell(state: FeedState): void {
    this.#quiet?.cancel();
    this.#quiet = null;
    this.#options.onState(state);
  }

  /** The browser comes again by itself unless the server said no; then somebody has to look why. */
  #broken(): void {
    const { clock } = this.#options;
    const lastedS = clock.now() - this.#openedS;
    this.#openedS = clock.now();
    this.#quiet ??= clock.after(QUIET_S, () => this.#tell("reconnecting"));
    this.#shortOnes = lastedS < SHORT_S ? this.#shortOnes + 1 : 0;
    const isGivenUp = this.#source?.readyState === EventSource.CLOSED;
    if (!isGivenUp && this.#shortOnes < 2) return;
    this.#stop();
    void this.#lookWhy();
  }

  async #lookWhy(): Promise<void> {
    try {
      const { authenticated } = await ask<{ authenticated: boolean }>("/api/auth/status");
      if (!authenticated) return this.#tell("login");
      this.#again(2);
    } catch {
      this.#tell("offline");
      this.#shortOnes = 0;
      this.#again(this.#pauseS);
      this.#pauseS = Math.min(MAX_PAUSE_S, this.#pauseS * 2);
    }
  }

  #again(delayS: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayS, () => {
      this.#timer = null;
      this.open();
    });
  }

  async #poll(): Promise<void> {
    try {
      await this.#options.poll();
      this.#well();
      this.#again(POLL_S);
    } catch (error) {
      const isRefused = error instanceof RefusedError && error.status === 401;
      this.#tell(isRefused ? "login" : "offline");
      if (!isRefused) this.#again(POLL_S);
    }
  }

  #stop(): void {
    this.#source?.close();
    this.#source = null;
    this.#timer?.cancel();
    this.#timer = null;
  }
}
