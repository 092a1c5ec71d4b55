/// <reference lib="dom" />
import type { Clock, Timer } from "../../../runtime/clock.ts";
import { inputParts, type Link, type LinkNews } from "./link.ts";

/** Time for the WebSocket to open and to join, seconds. */
const OPEN_WITHIN_S = 5;
/** How often the page shows that it is there, and how long it waits for the answer, seconds. */
const BEAT_EVERY_S = 15;
const BEAT_WITHIN_S = 10;
/** Bytes that may be on their way to the screen; with more the server sends the screen, later. */
const WINDOW_BYTES = 524_288;

/** What a link by WebSocket needs. */
export interface SocketLinkOptions {
  readonly url: string;
  readonly session: string;
  readonly viewer: string;
  readonly clock: Clock;
  readonly news: LinkNews;
  /** Asked when it is open: what the page has by then. */
  readonly seq: () => number;
  /** It has joined. */
  readonly onJoined: () => void;
  /** It is lost, or never came to be. */
  readonly onLost: () => void;
}

interface ServerFrame {
  readonly event: string;
  // deno-lint-ignore no-explicit-any -- each event has a form of its own
  readonly data: any;
  readonly id?: number;
}

/** The link. */
export class SocketLink implements Link {
  readonly kind = "socket";
  readonly #options: SocketLinkOptions;
  readonly #socket: WebSocket;
  #timer: Timer;
  #isDone = false;
  #lastId = 1;

  /** Opens at once. */
  constructor(options: SocketLinkOptions) {
    this.#options = options;
    this.#timer = options.clock.after(OPEN_WITHIN_S, () => this.#lose());
    const { session, viewer, seq } = options;
    const socket = new WebSocket(options.url);
    this.#socket = socket;
    socket.onopen = () =>
      this.#send(
        "join_session",
        { session_id: session, viewer, seq: seq(), window: WINDOW_BYTES },
        1,
      );
    socket.onmessage = ({ data }) => {
      if (!this.#isDone && typeof data === "string") this.#hear(JSON.parse(data));
    };
    socket.onclose = () => this.#lose();
  }

  acknowledge(seq: number): void {
    this.#send("terminal_ack", { session_id: this.#options.session, seq });
  }

  input(text: string): void {
    for (const input of inputParts(text)) {
      this.#send("terminal_input", { session_id: this.#options.session, input }, ++this.#lastId);
    }
  }

  close(): void {
    this.#isDone = true;
    this.#timer.cancel();
    this.#socket.close();
  }

  #hear({ event, data, id }: ServerFrame): void {
    const { news, onJoined } = this.#options;
    switch (event) {
      case "ack":
        if (id === 1) {
          if (data.status !== "ok") {
            return data.http_status === 404 ? news.onClosed() : this.#lose();
          }
          this.#beat();
          onJoined();
          return news.onState(data);
        }
        if (data.status !== "ok") return news.onRefused(data.message);
        if (id === 0) this.#beat();
        return;
      case "terminal_snapshot":
        return news.onSnapshot(data);
      case "terminal_output":
        return news.onOutput(data.output, data.next_seq);
      case "terminal_resized":
        return news.onState({ cols: data.cols, rows: data.rows });
      case "terminal_grace":
        return news.onState({ grace_ends_at: data.ends_at, now: data.now });
      case "keyboard":
        return news.onState({ keyboard: data.keyboard });
      case "session_exited":
        return news.onExited();
      case "session_closed":
        return news.onClosed();
      case "shutting_down":
        return this.#lose();
    }
  }

  /** Shows that the page is there, after a while, and expects an answer. */
  #beat(): void {
    const { clock, session } = this.#options;
    this.#timer.cancel();
    this.#timer = clock.after(BEAT_EVERY_S, () => {
      this.#timer = clock.after(BEAT_WITHIN_S, () => this.#lose());
      this.#send("heartbeat", { session_ids: [session] }, 0);
    });
  }

  #send(event: string, data: object, id?: number): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ event, data, id }));
  }

  #lose(): void {
    if (this.#isDone) return;
    this.close();
    this.#options.onLost();
  }
}
