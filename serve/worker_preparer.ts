/**
 * Prepares long audio in a worker: the first touch of 92 MB alone would hold the main thread for a
 * tenth of a second.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError, type Timer } from "../runtime/mod.ts";
import type { Log } from "../server/log.ts";
import type { AudioClip } from "../server/streaming/engine/engine.ts";
import { isMeasured, rememberMeasures } from "../server/streaming/engine/motion/measures.ts";
import {
  doSourceJob,
  fadedCopy,
  type GiveUp,
  PreparerError,
  rememberFaded,
  type ResultOf,
  type SourceAudio,
  SourceError,
  type SourceJob,
  type SourcePreparer,
  type SourceResults,
} from "../server/streaming/mod.ts";
import type { SentJob, WorkerAnswer } from "./source_worker.ts";

/** Most bytes of audio that are worked on here, at once: about a millisecond. */
export const IN_PROCESS_BYTES = 2 ** 20;
/** Most bytes of messages that wait, besides one that is always taken. */
const MAX_WAITING_BYTES = 384 * 2 ** 20;
/** Most jobs that wait. */
const MAX_WAITING_JOBS = 256;
/** A job that takes longer has gone wrong, seconds. */
const JOB_WITHIN_S = 60;
/** How long a worker without work is kept, seconds: it may still hold on to memory. */
const IDLE_S = 10;

/** A worker as this needs it. */
export interface SourceWorker {
  /** Sends a job; memory in `transfer` is gone here. */
  post(job: SentJob, transfer: readonly ArrayBuffer[]): void;
  terminate(): void;
}

/** What a worker tells of. */
export interface SourceWorkerEvents {
  onAnswer(answer: WorkerAnswer): void;
  /** It does nothing any more. */
  onFailed(reason: string): void;
}

/** Starts a worker. */
export type StartWorker = (events: SourceWorkerEvents) => SourceWorker;

/** What a {@link WorkerPreparer} is made of. */
export interface WorkerPreparerOptions {
  readonly clock: Clock;
  /** Where dead workers are told. */
  readonly log: Pick<Log, "warn">;
  /** Default: a worker of this process. */
  readonly start?: StartWorker;
  /** Most bytes of messages that wait; for tests. */
  readonly maxWaitingBytes?: number;
}

/** A job and whom to tell. */
interface Entry {
  readonly job: SourceJob;
  /** Bytes of its message, which this process holds until the job begins. */
  readonly heldBytes: number;
  readonly done: (result: never) => void;
  readonly failed: (error: Error) => void;
  isGivenUp: boolean;
}

/**
 * One worker, jobs in order. Short ones are done here when their turn comes. A worker that fails costs
 * the job that it was at; the next one gets a new worker.
 */
export class WorkerPreparer implements SourcePreparer {
  readonly #clock: Clock;
  readonly #log: Pick<Log, "warn">;
  readonly #start: StartWorker;
  readonly #maxWaitingBytes: number;
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #worker: SourceWorker | null = null;
  /** What the worker is at. */
  #current: { readonly entry: Entry; readonly timer: Timer } | null = null;
  #idle: Timer | null = null;
  #isClosed = false;

  /** Has no worker until there is work for one. */
  constructor(options: WorkerPreparerOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#start = options.start ?? startWorker;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? MAX_WAITING_BYTES;
  }

  /** Bytes of messages that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** See {@link SourcePreparer.prepare}. */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): GiveUp {
    const entry: Entry = { job, heldBytes: heldBytes(job), done, failed, isGivenUp: false };
    const refusal = this.#refusal(entry);
    if (refusal !== null) {
      failed(refusal);
      return () => {};
    }
    this.#waiting.push(entry);
    this.#waitingBytes += entry.heldBytes;
    this.#next();
    return () => this.#giveUp(entry);
  }

  /** Ends the worker; what is not done yet fails. */
  close(): void {
    this.#isClosed = true;
    const current = this.#takeCurrent();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#endWorker();
    for (const entry of current === null ? waiting : [current, ...waiting]) {
      fail(entry, new PreparerError("closed", "the server is closing"));
    }
  }

  #refusal({ heldBytes }: Entry): PreparerError | null {
    if (this.#isClosed) return new PreparerError("closed", "the server is closing");
    const isFull = this.#waiting.length >= MAX_WAITING_JOBS ||
      (this.#waiting.length > 0 && this.#waitingBytes + heldBytes > this.#maxWaitingBytes);
    return isFull
      ? new PreparerError("busy", "too much audio waits to be prepared; try again in a moment")
      : null;
  }

  #giveUp(entry: Entry): void {
    entry.isGivenUp = true;
    const index = this.#waiting.indexOf(entry);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#waitingBytes -= entry.heldBytes;
  }

  #next(): void {
    while (this.#current === null) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return this.#rest();
      this.#waitingBytes -= entry.heldBytes;
      this.#begin(entry);
    }
  }

  #begin(entry: Entry): void {
    const job = withKnown(entry.job);
    if (workBytes(job) <= IN_PROCESS_BYTES) {
      let result: SourceResults[keyof SourceResults];
      try {
        result = doSourceJob(job);
      } catch (error) {
        return fail(entry, error instanceof Error ? error : new HeadwayError(String(error)));
      }
      return succeed(entry, result);
    }
    this.#idle?.cancel();
    this.#idle = null;
    const timer = this.#clock.after(
      JOB_WITHIN_S,
      () => this.#onFailed(`it took longer than ${JOB_WITHIN_S} s`),
    );
    this.#current = { entry, timer };
    try {
      this.#worker ??= this.#startOne();
      this.#worker.post(sentJob(job), memoryOf(job));
    } catch (error) {
      this.#onFailed(errorMessage(error));
    }
  }

  #startOne(): SourceWorker {
    const worker: SourceWorker = this.#start({
      // One that was ended may have had its say already.
      onAnswer: (answer) => worker === this.#worker ? this.#onAnswer(answer) : undefined,
      onFailed: (reason) => worker === this.#worker ? this.#onFailed(reason) : undefined,
    });
    return worker;
  }

  #onAnswer(answer: WorkerAnswer): void {
    const entry = this.#takeCurrent();
    if (entry !== null) {
      if ("error" in answer) fail(entry, errorOf(answer.error));
      else succeed(entry, adopt(entry.job, answer));
    }
    this.#next();
  }

  #onFailed(reason: string): void {
    this.#log.warn("source worker ended", { reason });
    this.#endWorker();
    const entry = this.#takeCurrent();
    if (entry !== null) {
      fail(entry, new PreparerError("crashed", `audio could not be prepared: ${reason}`));
    }
    this.#next();
  }

  #takeCurrent(): Entry | null {
    const current = this.#current;
    this.#current = null;
    current?.timer.cancel();
    return current?.entry ?? null;
  }

  #rest(): void {
    if (this.#worker === null || this.#isClosed) return;
    this.#idle ??= this.#clock.after(IDLE_S, () => this.#endWorker());
  }

  #endWorker(): void {
    this.#idle?.cancel();
    this.#idle = null;
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
  }
}

function succeed(entry: Entry, result: SourceResults[keyof SourceResults]): void {
  if (!entry.isGivenUp) entry.done(result as never);
}

function fail(entry: Entry, error: Error): void {
  if (!entry.isGivenUp) entry.failed(error);
}

function sentJob(job: SourceJob): SentJob {
  if (job.type === "write") return { ...job, source: job.source(), isMeasured: false };
  const isSame = job.type === "refer" || (job.type === "play" && !job.seamFade && job.cropS === 0);
  return {
    ...job,
    isMeasured: isSame && job.audio.kind === "clip" && isMeasured(job.audio.clip),
  };
}

/** The same job with less to do, where a source has been faded before. */
function withKnown(job: SourceJob): SourceJob {
  if (job.type !== "play" || job.audio.kind !== "clip" || !job.seamFade) return job;
  const { clip } = job.audio;
  const whole = fadedCopy(clip, clip.frames);
  return whole === null || job.cropS > 0
    ? job
    : { ...job, audio: { kind: "clip", clip: whole }, seamFade: false };
}

/** Makes the worker's result this thread's own: one array stands for one source. */
function adopt(
  job: SourceJob,
  { result, measures }: Extract<WorkerAnswer, { result: unknown }>,
): SourceResults[keyof SourceResults] {
  if (typeof result === "boolean") return result;
  const made = "clip" in result ? result.clip : result;
  const clip = sameClip(job, made);
  if (measures !== null) rememberMeasures(clip.audio, measures);
  return "clip" in result ? { ...result, clip } : clip;
}

/** The clip that this thread knows already, if the worker changed nothing in it. */
function sameClip(job: SourceJob, made: AudioClip): AudioClip {
  if (job.type === "compare" || job.type === "write" || job.audio.kind !== "clip") return made;
  const { clip } = job.audio;
  if (job.type !== "play" || !job.seamFade) {
    return clip.audio.length === made.audio.length
      ? clip
      : { ...made, audio: clip.audio.subarray(0, made.audio.length) };
  }
  const known = fadedCopy(clip, made.frames);
  if (known !== null) return known;
  rememberFaded(clip, made);
  return made;
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === "SourceError" || name === "WireError"
    ? new SourceError(message)
    : new PreparerError("crashed", `audio could not be prepared: ${message}`);
}

function heldBytes(job: SourceJob): number {
  return job.type === "compare" || job.audio.kind === "clip" ? 0 : pieceBytes(job.audio.pieces);
}

/** Bytes that a job has to look at. */
function workBytes(job: SourceJob): number {
  if (job.type === "compare") return job.source.audio.byteLength + job.track.audio.byteLength;
  return audioBytes(job.audio) + (job.type === "write" ? job.source().audio.byteLength : 0);
}

function audioBytes(audio: SourceAudio): number {
  return audio.kind === "clip" ? audio.clip.audio.byteLength : pieceBytes(audio.pieces);
}

function pieceBytes(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** The memory of its message, which goes with the job. */
function memoryOf(job: SourceJob): ArrayBuffer[] {
  if (job.type === "compare" || job.audio.kind === "clip") return [];
  return [...new Set(job.audio.pieces.map(({ buffer }) => buffer))]
    .filter((buffer) => buffer instanceof ArrayBuffer);
}

/** A worker of this process. */
export function startWorker(events: SourceWorkerEvents): SourceWorker {
  const worker = new Worker(new URL("./source_worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => events.onAnswer(data);
  worker.onmessageerror = () => events.onFailed("its answer could not be read");
  worker.onerror = (event) => {
    event.preventDefault();
    events.onFailed(event.message);
  };
  return {
    post: (job, transfer) => worker.postMessage(job, [...transfer]),
    terminate: () => worker.terminate(),
  };
}
