import type { Clock, Timer } from "../../../runtime/clock.ts";
import type { SnapshotRecord } from "../api.ts";
import type { Link, LinkNews } from "./link.ts";
import type { PollingLinkOptions } from "./polling_link.ts";
import type { SocketLinkOptions } from "./socket_link.ts";

/** How a page hears of its terminal. */
export type LinkState = "connecting" | "socket" | "polling" | "reconnecting" | "ended";

/** Pause before a socket that was lost is tried again, seconds. */
const AGAIN_S = 0.5;
/** How often a page that polls tries for a socket, seconds. */
const RETRY_S = 30;

/** What a session is made of. */
export interface LiveSessionOptions {
  readonly clock: Clock;
  readonly news: LinkNews;
  readonly dial: (
    options: Pick<SocketLinkOptions, "news" | "seq" | "onJoined" | "onLost">,
  ) => Link;
  readonly poll: (options: Pick<PollingLinkOptions, "news" | "seq" | "onAnswering">) => Link;
  readonly onLink: (state: LinkState) => void;
}

/**
 * Keeps the page told of a terminal: by a WebSocket, and by polling for as long as there is none.
 * Nothing comes twice and nothing is left out, whichever way it comes.
 */
export class LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #news: LinkNews;
  #seq: number;
  #link: Link | null = null;
  /** A socket on its way, while the page polls. */
  #dialled: Link | null = null;
  /** The link polled until the socket opened, which tells from there on. */
  #isHandedOver = false;
  #timer: Timer | null = null;
  #failures = 0;
  #state: LinkState = "connecting";

  /** Goes on from what was painted. */
  constructor({ seq }: Pick<SnapshotRecord, "seq">, options: LiveSessionOptions) {
    this.#options = options;
    this.#seq = seq;
    this.#news = {
      ...options.news,
      onSnapshot: (snapshot) => {
        this.#seq = snapshot.seq;
        options.news.onSnapshot(snapshot);
      },
      onOutput: (text, nextSeq) => {
        this.#seq = nextSeq;
        options.news.onOutput(text, nextSeq);
      },
      onClosed: () => {
        this.close();
        options.news.onClosed();
      },
    };
    this.#dial();
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Everything before this place is on the screen. */
  acknowledge(seq: number): void {
    this.#link?.acknowledge(seq);
  }

  /** Types. */
  input(text: string): void {
    this.#link?.input(text);
  }

  /** Ends it. */
  close(): void {
    this.#timer?.cancel();
    this.#dialled?.close();
    this.#link?.close();
    this.#link = null;
    this.#say("ended");
  }

  #dial(): void {
    const dialled = this.#options.dial({
      news: this.#news,
      seq: () => {
        // From here on it is the socket that tells.
        if (this.#link?.kind === "polling") this.#link.close();
        this.#isHandedOver = true;
        return this.#seq;
      },
      onJoined: () => {
        this.#failures = 0;
        this.#link = dialled;
        this.#dialled = null;
        this.#say("socket");
      },
      onLost: () => this.#lose(),
    });
    this.#dialled = dialled;
  }

  #lose(): void {
    if (this.#state === "ended") return;
    this.#dialled = null;
    if (this.#link?.kind === "polling" && !this.#isHandedOver) {
      this.#timer = this.#options.clock.after(RETRY_S, () => this.#dial());
      return;
    }
    this.#link?.close();
    this.#link = null;
    this.#failures++;
    const wasThere = this.#state === "socket";
    if (wasThere && this.#failures === 1) {
      this.#say("reconnecting");
      this.#timer = this.#options.clock.after(AGAIN_S, () => this.#dial());
      return;
    }
    this.#poll();
    this.#timer = this.#options.clock.after(RETRY_S, () => this.#dial());
  }

  #poll(): void {
    this.#isHandedOver = false;
    this.#link = this.#options.poll({
      news: this.#news,
      seq: () => this.#seq,
      onAnswering: (isAnswering) => this.#say(isAnswering ? "polling" : "reconnecting"),
    });
    this.#say("polling");
  }

  #say(state: LinkState): void {
    if (this.#state === state || this.#state === "ended") return;
    this.#state = state;
    this.#options.onLink(state);
  }
}
