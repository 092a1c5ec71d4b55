/// <reference lib="dom" />
/**
 * Keeps the page up to date: by a stream of events, and where streams do not last, by asking. A page
 * that nobody sees has no stream.
 *
 * @module
 */
import { ask, type BoardRecord, type DiffRecord, RefusedError } from "./api.ts";

/** How it stands with the server. */
export type FeedState = "live" | "reconnecting" | "offline" | "login";

/** Who is told. */
export interface FeedListener {
  onAll(board: BoardRecord): void;
  onDiff(diff: DiffRecord): void;
  onState(state: FeedState): void;
}

/** What the feed needs of the page's clock. */
export interface FeedClock {
  now(): number;
  after(delayS: number, fn: () => void): { cancel(): void };
}

/** A stream that ended sooner says that something in between does not let streams through, seconds. */
const SHORT_S = 3;
/** How often the board is asked for without a stream, seconds. */
const POLL_S = 5;
/** A break shorter than that is nobody's business, seconds. */
const QUIET_S = 1;
/** After so long out of sight the stream is closed, seconds. */
const HIDDEN_S = 60;
const MAX_PAUSE_S = 30;

/** The feed. */
export class BoardFeed {
  readonly #listener: FeedListener;
  readonly #clock: FeedClock;
  #source: EventSource | null = null;
  #timer: { cancel(): void } | null = null;
  #quiet: { cancel(): void } | null = null;
  #hidden: { cancel(): void } | null = null;
  #openedS = 0;
  #shortOnes = 0;
  #pauseS = 2;
  #etag = "";

  /** Begins when it is told to. */
  constructor(clock: FeedClock, listener: FeedListener) {
    this.#clock = clock;
    this.#listener = listener;
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

  /** Opens the stream, unless it is open. */
  open(): void {
    if (this.#source !== null) return;
    this.#stop();
    if (new URLSearchParams(location.search).get("poll") === "1" || this.#shortOnes >= 2) {
      return void this.#poll();
    }
    const source = new EventSource("/api/board/stream");
    this.#source = source;
    this.#openedS = this.#clock.now();
    source.addEventListener("hello", () => this.#well());
    source.addEventListener("snapshot", ({ data }) => this.#listener.onAll(JSON.parse(data)));
    source.addEventListener("diff", ({ data }) => this.#listener.onDiff(JSON.parse(data)));
    source.onerror = () => this.#broken();
  }

  #look(): void {
    this.#hidden?.cancel();
    this.#hidden = null;
    if (document.hidden) this.#hidden = this.#clock.after(HIDDEN_S, () => this.#stop());
    else this.open();
  }

  #well(): void {
    this.#pauseS = 2;
    this.#quiet?.cancel();
    this.#quiet = null;
    this.#listener.onState("live");
  }

  /** The browser comes again by itself unless the server said no; then somebody has to look why. */
  #broken(): void {
    const lastedS = this.#clock.now() - this.#openedS;
    this.#openedS = this.#clock.now();
    this.#quiet ??= this.#clock.after(QUIET_S, () => this.#listener.onState("reconnecting"));
    this.#shortOnes = lastedS < SHORT_S ? this.#shortOnes + 1 : 0;
    const isGivenUp = this.#source?.readyState === EventSource.CLOSED;
    if (!isGivenUp && this.#shortOnes < 2) return;
    this.#stop();
    void this.#lookWhy();
  }

  async #lookWhy(): Promise<void> {
    try {
      const { authenticated } = await ask<{ authenticated: boolean }>("/api/auth/status");
      if (!authenticated) return this.#listener.onState("login");
      this.#again(2);
    } catch {
      this.#listener.onState("offline");
      this.#shortOnes = 0;
      this.#again(this.#pauseS);
      this.#pauseS = Math.min(MAX_PAUSE_S, this.#pauseS * 2);
    }
  }

  #again(delayS: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayS, () => {
      this.#timer = null;
      this.open();
    });
  }

  async #poll(): Promise<void> {
    try {
      const response = await fetch("/api/board", { headers: { "If-None-Match": this.#etag } });
      if (response.status === 401) throw new RefusedError(401, "not logged in");
      if (response.ok) {
        this.#etag = response.headers.get("ETag") ?? "";
        this.#listener.onAll(await response.json());
      }
      this.#well();
      this.#again(POLL_S);
    } catch (error) {
      if (error instanceof RefusedError) this.#listener.onState("login");
      else {
        this.#listener.onState("offline");
        this.#again(POLL_S);
      }
    }
  }

  #stop(): void {
    this.#source?.close();
    this.#source = null;
    this.#timer?.cancel();
    this.#timer = null;
  }
}
