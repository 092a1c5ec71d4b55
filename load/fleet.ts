/**
 * Sessions over several threads, as one.
 *
 * @module
 */
import { HeadwayError } from "../runtime/mod.ts";
import type { ThreadReading } from "./sessions.ts";
import type { ThreadAnswer, ThreadRequest } from "./thread.ts";

/** What a fleet is told. */
export interface FleetOptions {
  /** The server, `ws://…`. */
  readonly url: string;
  /** Bearer token, if the server wants one. */
  readonly token: string | null;
  /** A loop of the server's; null sends ten seconds of our own. */
  readonly fixture: string | null;
  /** How many threads. */
  readonly threads: number;
}

/** Sessions that can be made more or fewer, and measured. */
export interface Fleet {
  /** Until `count` play; returns why some do not. */
  resize(count: number, rampS: number): Promise<string[]>;
  /** Measures all at the same time. */
  measure(seconds: number): Promise<ThreadReading[]>;
  /** Ends all. */
  close(): Promise<void>;
}

/** How far apart the numbers of two threads' sessions begin. */
const NUMBERS = 1_000_000;

/** A fleet in worker threads. */
export class ThreadFleet implements Fleet {
  readonly #threads: Thread[];

  private constructor(threads: Thread[]) {
    this.#threads = threads;
  }

  /** Starts the threads; no session is opened yet. */
  static async start({ threads, ...rest }: FleetOptions): Promise<ThreadFleet> {
    const fleet = new ThreadFleet(Array.from({ length: threads }, () => new Thread()));
    await Promise.all(
      fleet.#threads.map((thread, i) => thread.ask({ do: "start", seed: `load ${i}`, ...rest })),
    );
    return fleet;
  }

  async resize(count: number, rampS: number): Promise<string[]> {
    const { length } = this.#threads;
    const answers = await Promise.all(this.#threads.map((thread, i) =>
      thread.ask({
        do: "resize",
        count: Math.floor(count / length) + (i < count % length ? 1 : 0),
        rampS,
        firstNumber: i * NUMBERS,
      })
    ));
    return answers.flatMap(({ failures }) => failures ?? []);
  }

  async measure(seconds: number): Promise<ThreadReading[]> {
    const answers = await Promise.all(
      this.#threads.map((thread) => thread.ask({ do: "measure", seconds })),
    );
    return answers.map(({ reading }) => reading!);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ask({ do: "close" }).catch(() => {})));
    for (const thread of this.#threads) thread.end();
  }
}

/** One worker thread, one question at a time. */
class Thread {
  readonly #worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });

  ask(question: ThreadRequest): Promise<Extract<ThreadAnswer, { ok: true }>> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<ThreadAnswer>) => {
        if (data.ok) resolve(data);
        else reject(new HeadwayError(data.message));
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new HeadwayError(`a thread of the load test failed: ${event.message}`));
      };
      this.#worker.postMessage(question);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}
