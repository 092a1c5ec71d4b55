/**
 * The thread that reads transcripts, as the main thread sees it: questions go in, answers and changes
 * of the board come out.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import { type Clock, errorMessage, HeadwayError } from "../../runtime/mod.ts";
import { WorkBoard } from "../../server/board/debug/work_board.ts";
import type { CopilotNews } from "../../server/board/copilot_news.ts";
import type { BoardChange } from "../../server/board/library/changes.ts";
import type { BoardQuestion } from "../../server/board/questions.ts";
import type { Log } from "../../server/log.ts";
import type { FromIngest, IngestSettings, SentAnswer, ToIngest } from "./worker_messages.ts";

/** Most questions that wait for their answer. */
const MAX_WAITING = 256;
/** How long it may take to end what it is at; what it keeps is whole at any time, seconds. */
const CLOSE_WITHIN_S = 2;
/**
 * Young objects of the thread may take so much: what it makes is gone after an answer, or kept for
 * long. Without a word it would be up to 96 MiB (decision 61).
 */
const YOUNG_MIB = 12;

/** What is told of it. */
export interface BoardWorkerEvents {
  onChange(change: BoardChange): void;
  /** All sessions whose agent runs, with its process. */
  onAgents(pids: ReadonlyMap<string, number>): void;
  /** Something has come of a session that is followed. */
  onGrown(id: string): void;
  /** It does nothing any more. */
  onFailed(reason: string): void;
}

/** The thread. */
export class BoardWorker {
  /** Resolves when all that was there has been read once. */
  readonly caughtUp: Promise<void>;
  /** What the thread is at. */
  readonly work: WorkBoard;
  readonly #worker: Worker;
  readonly #events: BoardWorkerEvents;
  readonly #clock: Clock;
  readonly #log: Pick<Log, "warn">;
  readonly #waiting = new Map<number, PromiseWithResolvers<SentAnswer>>();
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #lastNo = 0;
  #failure: string | null = null;
  #isStarted = false;
  #isClosing = false;

  /** Begins to load it. It reads nothing before {@link BoardWorker.start}. */
  constructor(
    events: BoardWorkerEvents,
    { clock, log }: { readonly clock: Clock; readonly log: Pick<Log, "warn"> },
  ) {
    this.#events = events;
    this.#clock = clock;
    this.#log = log;
    this.caughtUp = this.#caughtUp.promise;
    this.#worker = new Worker(new URL("./ingest_worker.ts", import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on("message", (data: FromIngest) => this.#take(data));
    this.#worker.on("error", (error: unknown) => this.#fail(errorMessage(error)));
    this.work = new WorkBoard(clock);
  }

  /** Lets it read, as soon as it is loaded. */
  start(settings: IngestSettings): void {
    this.#isStarted = true;
    if (this.#failure === null) this.#post({ type: "start", settings, work: this.work.buffer });
  }

  /** Questions that wait for their answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks.
   *
   * @throws {HeadwayError} when there is nobody to answer, or too many wait already.
   */
  ask(question: BoardQuestion, { isGzip }: { readonly isGzip: boolean }): Promise<SentAnswer> {
    return this.#send((no) => ({ type: "ask", no, question, isGzip }));
  }

  /** Asks to be told when something comes of a session, or no more. */
  follow(id: string, isOn: boolean): void {
    if (this.#failure === null && !this.#isClosing) this.#post({ type: "follow", id, isOn });
  }

  /** Tells what the copilot has to tell. */
  tell(news: CopilotNews): void {
    if (this.#failure === null && !this.#isClosing) this.#post({ type: "copilot", news });
  }

  /** Compresses a text; `what` it is says who looks at what is done. */
  async gzip(text: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new TextEncoder().encode(text);
    const answer = await this.#send((no) => ({ type: "gzip", no, bytes, what }), [bytes.buffer]);
    if (answer.kind !== "gzip") throw new HeadwayError("the board's thread did not compress");
    return answer.bytes;
  }

  /** Ends it, after what it is at. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      if (this.#failure === null && this.#isStarted) this.#post({ type: "close" });
      else this.#closed.resolve();
    }
    const deadline = this.#clock.after(CLOSE_WITHIN_S, () => this.#closed.resolve());
    await this.#closed.promise;
    deadline.cancel();
    this.#worker.terminate();
    this.#rejectAll("the server is closing");
    this.#caughtUp.resolve();
  }

  async #send(
    message: (no: number) => ToIngest,
    transfer: ArrayBuffer[] = [],
  ): Promise<SentAnswer> {
    if (this.#failure !== null) throw new HeadwayError(this.#failure);
    if (this.#isClosing) throw new HeadwayError("the server is closing");
    if (this.#waiting.size >= MAX_WAITING) throw new HeadwayError("too many questions wait");
    const no = ++this.#lastNo;
    const answer = Promise.withResolvers<SentAnswer>();
    this.#waiting.set(no, answer);
    this.#post(message(no), transfer);
    return await answer.promise;
  }

  #take(data: FromIngest): void {
    switch (data.type) {
      case "change":
        return this.#events.onChange(data.change);
      case "agents":
        return this.#events.onAgents(data.pids);
      case "grown":
        return this.#events.onGrown(data.id);
      case "caught-up":
        return this.#caughtUp.resolve();
      case "answer":
        this.#waiting.get(data.no)?.resolve(data.answer);
        return void this.#waiting.delete(data.no);
      case "failed":
        this.#waiting.get(data.no)?.reject(new HeadwayError(data.reason));
        return void this.#waiting.delete(data.no);
      case "warn":
        return this.#log.warn(data.event, data.fields);
      case "refused":
        return this.#fail(data.reason);
      case "closed":
        return this.#closed.resolve();
    }
  }

  #fail(reason: string): void {
    this.#failure = `the board cannot be read: ${reason}`;
    this.#rejectAll(this.#failure);
    this.#closed.resolve();
    this.#caughtUp.resolve();
    this.#events.onFailed(reason);
  }

  #rejectAll(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new HeadwayError(reason));
    this.#waiting.clear();
  }

  #post(message: ToIngest, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
