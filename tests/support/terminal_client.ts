/**
 * Asks the routes and the WebSocket of terminals, as a program does.
 *
 * @module
 */
import type { PtyId } from "../../server/tasks/ids.ts";
import type { TerminalServer } from "./terminal_server.ts";

/** What a route answered. */
// deno-lint-ignore no-explicit-any -- tests look at single fields of it
export type Answer = { readonly status: number; readonly body: any; readonly headers: Headers };

/** Asks a path; with a body it posts it as JSON. */
export async function askRoute(
  { httpUrl }: Pick<TerminalServer, "httpUrl">,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${httpUrl}${path}`, {
    headers: { ...headers, ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** A message of the server. */
// deno-lint-ignore no-explicit-any -- tests look at single fields of it
export type Frame = { readonly event: string; readonly data: any; readonly id?: number | string };

/** A program's end of `/ws/terminal`. */
export class TerminalClient implements AsyncDisposable {
  /** Everything so far. */
  readonly frames: Frame[] = [];
  /** All output so far. */
  output = "";
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;
  readonly #waiting: { isIt: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.onclose = resolve);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data) as Frame;
      this.frames.push(frame);
      if (frame.event === "terminal_output") this.output += frame.data.output;
      if (frame.event === "terminal_snapshot") this.output = "";
      for (const waiting of [...this.#waiting]) {
        if (!waiting.isIt(frame)) continue;
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.resolve(frame);
      }
    };
  }

  /** Opens one. */
  static async open(
    { url }: Pick<TerminalServer, "url">,
    headers: Record<string, string> = {},
  ): Promise<TerminalClient> {
    // The types are a browser's, which sets no headers.
    const options = { headers } as unknown as string[];
    const socket = new WebSocket(`${url}/ws/terminal`, options);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new TerminalClient(socket);
  }

  /** Sends a message, or any text. */
  send(event: string, data: object = {}, id?: number | string): void {
    this.#socket.send(JSON.stringify({ event, data, id }));
  }

  /** Sends what is no message. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  /** Sends a message and waits for its answer. */
  async ask(event: string, data: object, id: number | string): Promise<Frame["data"]> {
    const answer = this.next((frame) => frame.event === "ack" && frame.id === id);
    this.send(event, data, id);
    return (await answer).data;
  }

  /** Looks at a terminal. */
  async join(id: PtyId, more: object = {}): Promise<Frame["data"]> {
    return await this.ask(
      "join_session",
      { session_id: id, ...more },
      `join ${this.frames.length}`,
    );
  }

  /** The next message of a kind. */
  next(isIt: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve) => this.#waiting.push({ isIt, resolve }));
  }

  /** Waits until all output together holds a text. */
  async until(text: string): Promise<void> {
    while (!this.output.includes(text)) await this.next(() => true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
