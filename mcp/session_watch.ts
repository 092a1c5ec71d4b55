/**
 * Notices when a client of the tools leaves. Requests stand alone, so nothing else tells: a client
 * that is there holds a stream open, on which nothing comes; one that goes says so, or its stream
 * breaks.
 *
 * @module
 */
import type { Clock, Timer } from "../runtime/mod.ts";

/** How long a client whose stream broke may take to open another one, seconds. */
const RETURN_S = 5;
/** How often something is sent, so that nothing between takes the stream for dead; seconds. */
const KEEP_ALIVE_S = 15;
/** Longest name of a session that is looked at. */
const MAX_ID_CHARS = 128;
/** Streams that are held open. */
const MAX_STREAMS = 256;

/** The header that names a session. */
export const SESSION_HEADER = "Mcp-Session-Id";

/** What a {@link SessionWatch} is made of. */
export interface SessionWatchOptions {
  readonly clock: Clock;
  /** A client has left. */
  readonly onEnd: (id: string) => void;
}

/** The session that a request names; null for none, or for a name that cannot be ours. */
export function sessionOf(request: Pick<Request, "headers">): string | null {
  const id = request.headers.get(SESSION_HEADER) ?? "";
  return id !== "" && id.length <= MAX_ID_CHARS ? id : null;
}

/** Streams of clients, by their sessions. What has no stream is not kept. */
export class SessionWatch {
  readonly #options: SessionWatchOptions;
  readonly #streams = new Map<string, number>();
  readonly #leaving = new Map<string, Timer>();
  readonly #ends = new Set<() => void>();

  /** Nobody is there. */
  constructor(options: SessionWatchOptions) {
    this.#options = options;
  }

  /** Holds a stream open for a client; null when there are too many. */
  open(id: string): Response | null {
    if (this.#ends.size >= MAX_STREAMS) return null;
    const { clock } = this.#options;
    this.#leaving.get(id)?.cancel();
    this.#leaving.delete(id);
    this.#streams.set(id, (this.#streams.get(id) ?? 0) + 1);
    let stop = (_isOurs: boolean) => {};
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        const beat = new TextEncoder().encode(":\n\n");
        // The first one has the head of the answer sent.
        controller.enqueue(beat);
        let timer = clock.after(KEEP_ALIVE_S, function again() {
          controller.enqueue(beat);
          timer = clock.after(KEEP_ALIVE_S, again);
        });
        const end = () => {
          stop(true);
          controller.close();
        };
        stop = (isOurs) => {
          timer.cancel();
          this.#ends.delete(end);
          if (!isOurs) this.#lost(id);
        };
        this.#ends.add(end);
      },
      cancel: () => stop(false),
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }

  /** A client says that it leaves. */
  end(id: string): void {
    this.#leaving.get(id)?.cancel();
    this.#leaving.delete(id);
    this.#options.onEnd(id);
  }

  /** Ends all streams; nobody has left by that. */
  close(): void {
    for (const end of this.#ends) end();
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
    this.#streams.clear();
  }

  #lost(id: string): void {
    const left = (this.#streams.get(id) ?? 0) - 1;
    if (left > 0) return void this.#streams.set(id, left);
    this.#streams.delete(id);
    this.#leaving.get(id)?.cancel();
    this.#leaving.delete(id);
    // Who opens and breaks so many is not waited for.
    if (this.#leaving.size >= MAX_STREAMS) return this.end(id);
    this.#leaving.set(id, this.#options.clock.after(RETURN_S, () => this.end(id)));
  }
}
