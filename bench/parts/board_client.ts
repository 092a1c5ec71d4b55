/**
 * Clients of a board that is measured.
 *
 * @module
 */
import { RefusedError } from "../../web/board/api.ts";

/** An event of a stream, and when it was there, ms. */
export interface Heard {
  readonly event: string;
  /** What to say when one comes again; null when the event has none. */
  readonly id: string | null;
  // deno-lint-ignore no-explicit-any -- benchmarks look at what they asked for
  readonly data: any;
  readonly atMs: number;
}

/** How a stream is opened. */
export interface EventClientOptions {
  /** The id of the last event that came before. */
  readonly lastId?: string | null;
  /** Told of every event. */
  readonly onHeard?: (heard: Heard) => void;
}

/** Reads a stream of events. */
export class EventClient implements AsyncDisposable {
  /** Bytes so far. */
  bytes = 0;
  /** Resolves when the stream has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #abort = new AbortController();
  readonly #waiting = new Set<(heard: Heard) => void>();

  private constructor(response: Response, { onHeard }: EventClientOptions) {
    if (onHeard !== undefined) this.#waiting.add(onHeard);
    this.ended = this.#read(response.body!).catch(() => {});
  }

  /**
   * Opens one.
   *
   * @throws {RefusedError} when the server says no.
   */
  static async open(url: string, options: EventClientOptions = {}): Promise<EventClient> {
    const { lastId = null } = options;
    const response = await fetch(
      url,
      lastId === null ? {} : {
        headers: { "Last-Event-ID": lastId },
      },
    );
    if (!response.ok) {
      const text = await response.text();
      throw new RefusedError(response.status, `${url} is ${response.status}: ${text}`);
    }
    return new EventClient(response, options);
  }

  /** The next event that is as it should be. */
  next(isIt: (heard: Heard) => boolean): Promise<Heard> {
    return new Promise((resolve) => {
      const look = (heard: Heard) => {
        if (!isIt(heard)) return;
        this.#waiting.delete(look);
        resolve(heard);
      };
      this.#waiting.add(look);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (
      const bytes of body.pipeThrough(new TransformStream(), { signal: this.#abort.signal })
    ) {
      this.bytes += bytes.length;
      text += decoder.decode(bytes, { stream: true });
      const events = text.split("\n\n");
      text = events.pop()!;
      const atMs = performance.now();
      for (const it of events) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(it)?.[1];
        const [event, data] = [field("event"), field("data")];
        if (event === undefined || data === undefined) continue;
        const heard = { event, id: field("id") ?? null, data: JSON.parse(data), atMs };
        for (const look of [...this.#waiting]) look(heard);
      }
    }
  }
}

/** JSON of a path. */
// deno-lint-ignore no-explicit-any -- benchmarks look at what they asked for
export async function getJson(url: string): Promise<any> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} is ${response.status}: ${await response.text()}`);
  return await response.json();
}

/** How many bytes of an answer's body go over the wire to a browser. */
export async function wireBytes(url: string): Promise<number> {
  const { hostname, port, pathname, search } = new URL(url);
  using conn = await Deno.connect({ hostname, port: Number(port) });
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
    "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n";
  await conn.write(new TextEncoder().encode(request));
  let bytes = 0;
  const piece = new Uint8Array(65_536);
  for (let read = await conn.read(piece); read !== null; read = await conn.read(piece)) {
    bytes += read;
  }
  return bytes;
}
