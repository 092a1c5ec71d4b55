/// <reference lib="dom" />
/**
 * A WebSocket that comes back when it is lost: one at a time, and what an older one still says is not
 * heard.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/clock.ts";

/** Where a {@link LiveSocket} stands. */
export type SocketState = "closed" | "connecting" | "open" | "waiting";

/** As much of a WebSocket as is used. */
export interface SocketLike {
  binaryType: BinaryType;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

/** Opens a WebSocket. */
export type DialSocket = (url: string) => SocketLike;

/** What a {@link LiveSocket} tells. */
export interface LiveSocketHandler {
  onState?(state: SocketState): void;
  onText?(text: string): void;
  onBytes?(bytes: ArrayBuffer): void;
}

/** Seconds before the first new attempt; each that fails doubles it. */
const FIRST_S = 1;
/** Seconds between attempts at most. */
const MOST_S = 30;

/** One link to the server, by one socket at a time. */
export class LiveSocket {
  readonly #clock: Clock;
  readonly #dial: DialSocket;
  readonly #handler: LiveSocketHandler;
  #socket: SocketLike | null = null;
  #timer: Timer | null = null;
  #url: string | null = null;
  #state: SocketState = "closed";
  #delayS = FIRST_S;

  /** Nothing is open. */
  constructor(clock: Clock, dial: DialSocket, handler: LiveSocketHandler) {
    this.#clock = clock;
    this.#dial = dial;
    this.#handler = handler;
  }

  /** Where it stands. */
  get state(): SocketState {
    return this.#state;
  }

  /** Where it leads; null before the first {@link LiveSocket.connect}. */
  get url(): string | null {
    return this.#url;
  }

  /** Leads there from now on. A link that does so already stays as it is. */
  connect(url: string): void {
    if (this.#url === url && this.#state !== "closed") return;
    this.#leave();
    this.#url = url;
    this.#delayS = FIRST_S;
    this.#open();
  }

  /** Tries at once what it was going to try later. */
  retryNow(): void {
    if (this.#state !== "waiting") return;
    this.#timer?.cancel();
    this.#open();
  }

  /** Sends, if it is open. */
  send(text: string): boolean {
    if (this.#state !== "open") return false;
    this.#socket!.send(text);
    return true;
  }

  /** Ends it. */
  close(): void {
    this.#leave();
    this.#set("closed");
  }

  /** Lets go of the socket before anything else: its end must not bring it back. */
  #leave(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #open(): void {
    const socket = this.#dial(this.#url!);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#delayS = FIRST_S;
      this.#set("open");
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#handler.onText?.(data);
      else if (data instanceof ArrayBuffer) this.#handler.onBytes?.(data);
    };
    socket.onclose = () => {
      this.#socket = null;
      this.#timer = this.#clock.after(this.#delayS, () => this.#open());
      this.#delayS = Math.min(MOST_S, this.#delayS * 2);
      this.#set("waiting");
    };
    this.#set("connecting");
  }

  #set(state: SocketState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#handler.onState?.(state);
  }
}
