/**
 * What a server knows of its own business: a clock with a name for each part, work under way, requests
 * that are being answered, and the monitor that draws conclusions.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import { CountedClocks } from "../server/board/debug/counted_clocks.ts";
import { LoopMonitor, type WatchedWorker } from "../server/board/debug/loop_monitor.ts";
import { RequestBook } from "../server/board/debug/request_book.ts";
import { WorkBoard } from "../server/board/debug/work_board.ts";
import { cpuS } from "./cpu_time.ts";

/** The parts of it. */
export class ServerDebug {
  /** Work of the main thread. */
  readonly work: WorkBoard;
  readonly timers: CountedClocks;
  readonly requests: RequestBook;
  readonly monitor: LoopMonitor;
  readonly #workers: (() => WatchedWorker | null)[] = [];

  /** Watches nothing yet. */
  constructor(clock: Clock) {
    this.work = new WorkBoard(clock);
    this.timers = new CountedClocks(clock, this.work);
    this.requests = new RequestBook(clock, this.work);
    const { requests, timers, work } = this;
    const workers = () => this.workers();
    this.monitor = new LoopMonitor({ clock, cpuS, work, timers, requests, workers });
  }

  /** The clock of a part, which counts its timers. */
  clock(name: string): Clock {
    return this.timers.named(name);
  }

  /** Watches a thread, as long as there is one. */
  watch(worker: () => WatchedWorker | null): void {
    this.#workers.push(worker);
  }

  /** Threads that are watched. */
  workers(): WatchedWorker[] {
    return this.#workers.map((worker) => worker()).filter((it) => it !== null);
  }

  /** Begins to watch the main thread. */
  start(): void {
    this.monitor.start();
  }

  /** Watches no more. */
  close(): Promise<void> {
    this.monitor.close();
    return Promise.resolve();
  }
}
