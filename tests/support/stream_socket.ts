/**
 * A real WebSocket that opens a session and waits for what a test wants to see.
 *
 * @module
 */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { encodePcm } from "../../wire/mod.ts";

/** A message of the server. */
export type Heard = Readonly<Record<string, unknown>> & { readonly type: string };

/** A session over a real socket. */
export class StreamSocket implements Disposable {
  /** Every text message, but those that follow slices. */
  readonly messages: Heard[] = [];
  /** Resolves with code and reason. */
  readonly closed: Promise<string>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #slices = 0;

  /** Connects, with two seconds of a soft level as the source. */
  constructor(url: string, token?: string) {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    this.#socket = new WebSocket(url, { perMessageDeflate: false, headers });
    this.#socket.once("open", () => {
      this.#socket.send("{}");
      this.#socket.send(encodePcm(new Float32Array(2 * 96_000).fill(0.01), 2));
    });
    this.#socket.on("message", (data, isBinary) => {
      if (!isBinary) this.#hear(JSON.parse(String(data)));
      for (const look of [...this.#waiting]) look();
    });
    this.closed = new Promise((resolve) =>
      this.#socket.once("close", (code, reason) => resolve(`${code} ${reason}`))
    );
  }

  /** Slices so far. */
  get slices(): number {
    return this.#slices;
  }

  /** Resolves when `isSo` holds, which is looked at after each message. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves when that many more slices have come. */
  async more(slices: number): Promise<void> {
    const wanted = this.#slices + slices;
    await this.until(() => this.#slices >= wanted);
  }

  /** The first message of a type. */
  async first(type: string): Promise<Heard> {
    const find = () => this.messages.find((message) => message.type === type);
    await this.until(() => find() !== undefined);
    return find()!;
  }

  /** Ends the session in order; resolves when the server has agreed. */
  async close(): Promise<void> {
    this.#socket.close(1000, "done");
    await this.closed;
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  #hear(message: Heard): void {
    if (message.type === "params_update") this.#slices++;
    else this.messages.push(message);
  }
}
