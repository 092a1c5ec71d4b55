/**
 * A preparer whose jobs end when the test says so: what a worker is to the sessions.
 *
 * @module
 */
import {
  doSourceJob,
  type GiveUp,
  type ResultOf,
  type SourceJob,
  type SourcePreparer,
} from "../../server/streaming/mod.ts";

/** Does jobs in order, one at a time, on demand. */
export class HeldPreparer implements SourcePreparer {
  readonly #waiting: {
    readonly job: SourceJob;
    readonly done: (result: never) => void;
    readonly failed: (error: Error) => void;
  }[] = [];

  /** Types of the jobs that wait, oldest first. */
  get waiting(): string[] {
    return this.#waiting.map(({ job }) => job.type);
  }

  /** See {@link SourcePreparer.prepare}. */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): GiveUp {
    const entry = { job, done, failed };
    this.#waiting.push(entry);
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index >= 0) this.#waiting.splice(index, 1);
    };
  }

  /** Does the oldest job, or lets it fail. */
  release(failure: Error | null = null): void {
    const entry = this.#waiting.shift();
    if (entry === undefined) throw new TypeError("no job waits");
    if (failure !== null) return entry.failed(failure);
    let result;
    try {
      result = doSourceJob(entry.job);
    } catch (error) {
      return entry.failed(error as Error);
    }
    entry.done(result as never);
  }

  /** Does all of them. */
  releaseAll(): void {
    while (this.#waiting.length > 0) this.release();
  }
}
