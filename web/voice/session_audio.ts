/// <reference lib="dom" />
import type { Clock } from "../../runtime/clock.ts";
import type { ClipQueue } from "./clip_queue.ts";
import { type DialSocket, LiveSocket, type SocketState } from "./live_socket.ts";

/** The speech of one session, sentence by sentence, into the queue of what is heard. */
export class SessionAudio {
  readonly #link: LiveSocket;
  readonly #queue: ClipQueue;
  readonly #socketUrl: string;
  #sessionId: string | null = null;
  /** The job of the next binary message; null before a header, and after one that says nothing. */
  #jobId: string | null = null;

  /** Listens to nobody. `socketUrl` is such as `ws://127.0.0.1:7860`. */
  constructor(
    socketUrl: string,
    queue: ClipQueue,
    { clock, dial, onState }: {
      readonly clock: Clock;
      readonly dial: DialSocket;
      onState(state: SocketState): void;
    },
  ) {
    this.#socketUrl = socketUrl;
    this.#queue = queue;
    this.#link = new LiveSocket(clock, dial, {
      onState: (state) => {
        this.#jobId = null;
        onState(state);
      },
      onText: (text) => this.#onText(text),
      onBytes: (wav) => {
        queue.add({ jobId: this.#jobId ?? "", source: "session", wav });
        this.#jobId = null;
      },
    });
  }

  /** Where its link stands. */
  get state(): SocketState {
    return this.#link.state;
  }

  /** Whom it listens to; null for nobody. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** Listens to this session, and to no other. */
  listen(sessionId: string): void {
    if (sessionId !== this.#sessionId) this.#queue.stop(({ source }) => source === "session");
    this.#sessionId = sessionId;
    this.#link.connect(`${this.#socketUrl}/ws/audio/${encodeURIComponent(sessionId)}?chunks=1`);
  }

  /** Tries at once what it was going to try later. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** Listens to nobody any more, until it is told to again. */
  close(): void {
    this.#link.close();
  }

  #onText(text: string): void {
    this.#jobId = null;
    let message: { readonly type?: unknown; readonly job_id?: unknown };
    try {
      message = Object(JSON.parse(text));
    } catch {
      return;
    }
    const { type, job_id: jobId } = message;
    if (typeof jobId !== "string") return;
    if (type === "audio_header") this.#jobId = jobId;
    else if (type === "audio_stop") {
      this.#queue.stop((clip) => clip.source === "session" && clip.jobId === jobId);
    }
  }
}
