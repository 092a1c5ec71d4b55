/**
 * Who does the jobs on audio that comes in: this thread at once, or somebody else later.
 *
 * @module
 */
import { HeadwayError } from "../../runtime/mod.ts";
import { doSourceJob, type ResultOf, type SourceJob } from "./source_jobs.ts";

/** Why a job was not done, though nothing is wrong with its audio. */
export type PreparerTrouble = "busy" | "crashed" | "closed";

/** A job was not done; `message` says why. */
export class PreparerError extends HeadwayError {
  override readonly name = "PreparerError";
  /** What kind of trouble it was. */
  readonly code: PreparerTrouble;

  /** An error of a kind. */
  constructor(code: PreparerTrouble, message: string) {
    super(message, { code });
    this.code = code;
  }
}

/** Gives a job up: nobody is told of its end any more. Does nothing once it has ended. */
export type GiveUp = () => void;

/** Prepares sources. */
export interface SourcePreparer {
  /**
   * Does a job, then calls `done` or `failed`, exactly once, before it returns or later. Jobs end in
   * the order in which they were given. Neither callback may throw.
   *
   * @param job Memory of its PCM message must not be used any more.
   * @param failed Gets the error of {@link doSourceJob}, or a {@link PreparerError}.
   */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): GiveUp;
}

/** Does each job at once, on this thread: for simulations, where nothing may come later by itself. */
export class InProcessPreparer implements SourcePreparer {
  /** See {@link SourcePreparer.prepare}. */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): GiveUp {
    let result: ResultOf<J>;
    try {
      result = doSourceJob(job);
    } catch (error) {
      failed(error instanceof Error ? error : new HeadwayError(String(error)));
      return () => {};
    }
    done(result);
    return () => {};
  }
}

/** The jobs of one owner, which end with it. */
export class OwnJobs implements SourcePreparer {
  readonly #preparer: SourcePreparer;
  readonly #pending = new Set<{ giveUp: GiveUp }>();
  #isClosed = false;

  /** Jobs that somebody else does. */
  constructor(preparer: SourcePreparer) {
    this.#preparer = preparer;
  }

  /** How many have not ended. */
  get pending(): number {
    return this.#pending.size;
  }

  /** See {@link SourcePreparer.prepare}. Does nothing after {@link OwnJobs.close}. */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): GiveUp {
    if (this.#isClosed) return () => {};
    const entry = { giveUp: () => {} };
    this.#pending.add(entry);
    const ended = <T>(tell: (value: T) => void) => (value: T) => {
      if (this.#pending.delete(entry)) tell(value);
    };
    entry.giveUp = this.#preparer.prepare(job, ended(done), ended(failed));
    return () => {
      if (this.#pending.delete(entry)) entry.giveUp();
    };
  }

  /** Gives up what is under way, and takes nothing more. */
  close(): void {
    this.#isClosed = true;
    for (const { giveUp } of [...this.#pending]) giveUp();
    this.#pending.clear();
  }
}
