/**
 * The gateway's side of its recording: hands bytes to the thread that writes them down.
 *
 * @module
 */
import { type Clock, UsageError } from "../../runtime/mod.ts";
import type {
  Direction,
  GatewayFigures,
  RecordedEvent,
  RedactorOptions,
} from "../../scenarios/recording/mod.ts";
import type { RecorderNews, RecorderState, RecorderTask } from "./recorder_tasks.ts";
import type { RecordingFileOptions, RecordingStart } from "./recording_file.ts";

/** Bytes that may wait for the thread; whoever sends more waits, too. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;
/** How long the disk may take for what still waits, seconds: whoever stops a gateway waits for it. */
const FINISH_WITHIN_S = 30;

/** A recording that is being written, in a thread of its own. */
export class Recorder {
  readonly start: RecordingStart;
  readonly #worker: Worker;
  readonly #finished = Promise.withResolvers<void>();
  readonly #onState: (state: RecorderState) => void;
  #waitingBytes = 0;
  #blocked: (() => void)[] = [];
  #isOver = false;
  #state: RecorderState = { bytes: 0, isFull: false, failure: null };

  private constructor(
    worker: Worker,
    start: RecordingStart,
    onState: (state: RecorderState) => void,
  ) {
    this.#worker = worker;
    this.start = start;
    this.#onState = onState;
    worker.onmessage = ({ data }: MessageEvent<RecorderNews>) => this.#onNews(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`recording stopped by a defect: ${event.message}`);
    };
  }

  /**
   * Opens the file.
   *
   * @throws {UsageError} when it cannot be written, or may not be.
   */
  static async open(
    file: RecordingFileOptions,
    redact: RedactorOptions,
    onState: (state: RecorderState) => void,
  ): Promise<Recorder> {
    const worker = new Worker(new URL("./recorder_worker.ts", import.meta.url), {
      type: "module",
    });
    const opened = Promise.withResolvers<RecordingStart>();
    worker.onmessage = ({ data }: MessageEvent<RecorderNews>) => {
      if (data.is === "opened") opened.resolve(data.start);
      else if (data.is === "failed") opened.reject(new UsageError(data.message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      opened.reject(new UsageError(`cannot record: ${event.message}`));
    };
    const task: RecorderTask = { do: "open", file, redact };
    worker.postMessage(task);
    try {
      return new Recorder(worker, await opened.promise, onState);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /** How it stood when the thread last said so. */
  get state(): RecorderState {
    return this.#state;
  }

  /** Whether more bytes may come without waiting. */
  get hasRoom(): boolean {
    return this.#isOver || this.#waitingBytes < MAX_WAITING_BYTES;
  }

  /** Calls back once there is room again. */
  whenRoom(call: () => void): void {
    if (this.hasRoom) call();
    else this.#blocked.push(call);
  }

  /** Writes an event. */
  event(event: RecordedEvent): void {
    this.#tell({ do: "event", event });
  }

  /** Bytes of a connection went by. They are copied: whoever sends them on may still need them. */
  bytes(c: number, dir: Direction, t: number, bytes: Uint8Array): void {
    if (this.#isOver) return;
    // Not by `slice`, which gives a view of what is a Buffer of Node's.
    const copy = new Uint8Array(bytes);
    this.#waitingBytes += copy.length;
    const task: RecorderTask = { do: "bytes", c, dir, t, bytes: copy };
    this.#worker.postMessage(task, [copy.buffer]);
  }

  /** Writes the last line, and resolves when everything is on its way to the disk, or cannot be. */
  async finish(t: number, figures: GatewayFigures, clock: Clock): Promise<RecorderState> {
    this.#tell({ do: "finish", event: { t, kind: "stop", figures } });
    const limit = clock.after(
      FINISH_WITHIN_S,
      () =>
        this.#fail(`recording stopped: its end could not be written within ${FINISH_WITHIN_S} s`),
    );
    await this.#finished.promise;
    limit.cancel();
    return this.#state;
  }

  #tell(task: RecorderTask): void {
    if (!this.#isOver) this.#worker.postMessage(task);
  }

  #onNews(news: RecorderNews): void {
    if (news.is === "done" || news.is === "finished") {
      this.#state = news.state;
      this.#onState(news.state);
    }
    if (news.is === "done") {
      this.#waitingBytes -= news.bytes;
      if (this.hasRoom) this.#unblock();
    } else if (news.is === "finished") this.#end();
  }

  #fail(failure: string): void {
    this.#state = { ...this.#state, failure };
    this.#onState(this.#state);
    this.#worker.terminate();
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#unblock();
    this.#finished.resolve();
  }

  #unblock(): void {
    const blocked = this.#blocked;
    this.#blocked = [];
    for (const call of blocked) call();
  }
}
