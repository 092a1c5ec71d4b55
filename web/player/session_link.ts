/// <reference lib="dom" />
import type { OpenCommand, PageCommand, Records, WorkerMessage } from "../session/messages.ts";
import type { Report } from "../../reports/model.ts";

/** The worker that holds the session, as the page sees it. */
export class SessionLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #asked = 0;

  /** Starts a worker and begins to connect. */
  constructor(open: OpenCommand, onMessage: (message: WorkerMessage) => void) {
    this.#worker = new Worker("/assets/session.js", { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
      if (data.type !== "answer") return onMessage(data);
      this.#waiting.get(data.id)?.(data.value);
      this.#waiting.delete(data.id);
    };
    this.#worker.onerror = ({ message }) => {
      // A script that does not come is an error without a message.
      const text = message === undefined
        ? "its script did not come from the server: start it, then press Play"
        : `the session's worker cannot run in this browser: ${message}`;
      onMessage({ type: "trouble", text });
      onMessage({ type: "state", state: "closed", reason: text });
    };
    this.#worker.postMessage(open, [open.ring]);
  }

  /** Asks for something to be done. */
  do(command: PageCommand): void {
    this.#worker.postMessage(command);
  }

  /** The report of everything up to now. */
  report(): Promise<Report> {
    return this.#ask("report") as Promise<Report>;
  }

  /** Everything that was measured. */
  records(): Promise<Records> {
    return this.#ask("records") as Promise<Records>;
  }

  /** Ends the worker. */
  close(): void {
    this.#worker.terminate();
  }

  #ask(what: "report" | "records"): Promise<unknown> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer.resolve);
    this.do({ type: "ask", id, what });
    return answer.promise;
  }
}
