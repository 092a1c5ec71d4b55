/**
 * The caller's side of the queue: puts jobs in, and takes results out as they come. Every job ends with
 * exactly one result, however many workers attempted it.
 *
 * @module
 */
import { AckPolicy, type ConsumerMessages, type JsMsg } from "@nats-io/jetstream";
import type { Subscription } from "@nats-io/transport-node";
import { type Report, reportSchema, writeRunFiles } from "../reports/mod.ts";
import { type Clock, errorMessage, HeadwayError, TargetError, UsageError } from "../runtime/mod.ts";
import type { Queue } from "./connection.ts";
import { encodeJob, type QueuedJob, type QueuedOutcome } from "./messages.ts";
import {
  ALIVE,
  JOBS_STREAM,
  jobsOf,
  jobSubject,
  parseSubject,
  RESULTS_STREAM,
  resultsOf,
  WORKERS,
} from "./names.ts";
import { Gathering, MAX_PIECE_BYTES, type Result } from "./pieces.ts";

/** Nanoseconds, in which NATS counts, of a second. */
const NS = 1e9;
/** How long a piece may wait here until it is sent again, seconds. */
const ACK_WAIT_S = 30;
/** Pieces that are on their way at a time. */
const MAX_WAITING = 32;
/** How long the server remembers a call that is gone, seconds. */
const FORGOTTEN_S = 300;
/** How often it is asked whether anybody works, seconds. */
const LOOK_S = 1;
/** How long nobody may be at work, seconds. */
const PATIENCE_S = 60;

/** A finished job. */
export type Dispatched =
  | Extract<QueuedOutcome, { ok: true }> & { readonly report: Report }
  | Extract<QueuedOutcome, { ok: false }>;

/** What {@link dispatch} is told. */
export interface DispatchOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  /** Names this call: letters, digits and hyphens, never used before. */
  readonly call: string;
  /** Where the files of runs go. */
  readonly out: string;
  /** Stops it: jobs that nobody has begun are taken back. */
  readonly signal: AbortSignal;
  /** How long nobody may be at work before the call gives up, seconds; default 60. */
  readonly patienceS?: number;
  /** Told of each job when its files are written, in the order of completion. */
  readonly onOutcome: (index: number, outcome: Dispatched) => void;
  /** Told when there is nobody to work, and when that has changed. */
  readonly onWorkers?: (areThere: boolean) => void;
}

/**
 * Has all jobs run by whoever works on the queue.
 *
 * @throws {TargetError} when nobody works for long.
 * @throws {UsageError} when files cannot be written, or a job is too long for a message.
 */
export async function dispatch(
  jobs: readonly QueuedJob[],
  options: DispatchOptions,
): Promise<void> {
  try {
    await carryOut(jobs, options);
  } catch (error) {
    if (error instanceof HeadwayError) throw error;
    throw new TargetError(`the queue on NATS failed: ${errorMessage(error)}`, {}, { cause: error });
  }
}

async function carryOut(jobs: readonly QueuedJob[], options: DispatchOptions): Promise<void> {
  const { queue, call, signal } = options;
  await queue.manager.consumers.add(RESULTS_STREAM, {
    name: call,
    filter_subject: resultsOf(call),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ACK_WAIT_S * NS,
    max_ack_pending: MAX_WAITING,
    inactive_threshold: FORGOTTEN_S * NS,
  });
  const consumer = await queue.jetstream.consumers.get(RESULTS_STREAM, call);
  const messages = await consumer.consume({ max_messages: MAX_WAITING });
  const stop = () => messages.stop();
  signal.addEventListener("abort", stop, { once: true });
  const watch = new WorkerWatch(options, stop);
  try {
    for (const [index, job] of jobs.entries()) {
      const bytes = encodeJob(job);
      if (bytes.length > MAX_PIECE_BYTES) {
        throw new UsageError(
          `scenario ${job.scenario.name} is ${bytes.length} bytes, more than the ` +
            `${MAX_PIECE_BYTES} that a message may have`,
        );
      }
      const subject = jobSubject(call, index);
      await queue.jetstream.publish(subject, bytes, { msgID: subject });
    }
    watch.start();
    await collect(jobs, messages, watch, options);
  } finally {
    watch.stop();
    signal.removeEventListener("abort", stop);
    await messages.close().catch(() => {});
    // What nobody has begun is taken back; what is on its way is not kept.
    const { streams, consumers } = queue.manager;
    await streams.purge(JOBS_STREAM, { filter: jobsOf(call) }).catch(() => {});
    await consumers.delete(RESULTS_STREAM, call).catch(() => {});
    await streams.purge(RESULTS_STREAM, { filter: resultsOf(call) }).catch(() => {});
  }
}

async function collect(
  jobs: readonly QueuedJob[],
  messages: ConsumerMessages,
  watch: WorkerWatch,
  options: DispatchOptions,
): Promise<void> {
  const { signal, onOutcome } = options;
  const open = new Set(jobs.keys());
  /** Attempts of which some pieces are here, by job. */
  const gatherings = new Map<number, Map<string, Gathering>>();
  if (open.size === 0 || signal.aborted) return;
  for await (const message of messages) {
    watch.heard();
    message.ack();
    const subject = parseSubject(message.subject);
    if (subject?.attempt == null || !open.has(subject.job)) continue;
    const { job, attempt } = subject;
    const attempts = gatherings.get(job) ?? new Map<string, Gathering>();
    gatherings.set(job, attempts);
    const gathering = attempts.get(attempt) ?? new Gathering();
    attempts.set(attempt, gathering);
    const result = added(gathering, message);
    if (result === null) continue;
    // The first one that is whole counts; what comes of other attempts is passed over.
    open.delete(job);
    gatherings.delete(job);
    onOutcome(job, await kept(jobs[job]!, result, options));
    if (open.size === 0) return;
  }
  if (signal.aborted) return;
  const error = watch.error ?? new TargetError("the connection to NATS was lost");
  if (open.size === jobs.length) throw error;
  // What came is kept, and what did not is told of.
  for (const job of open) onOutcome(job, { ok: false, message: error.message, code: 3 });
}

/** Pieces that make no sense are a problem of the call: nobody sends them a second time. */
function added(gathering: Gathering, message: JsMsg): Result | null {
  const [index, of] = (message.headers?.get("Headway-Piece") ?? "").split("/").map(Number);
  const hash = message.headers?.get("Headway-Hash") ?? "";
  try {
    return gathering.add({ index: index ?? NaN, of: of ?? NaN, hash, bytes: message.data });
  } catch (error) {
    return {
      outcome: { ok: false, message: errorMessage(error), code: 70 },
      files: new Map(),
    };
  }
}

/** Writes the files of a run; a result that is not of this job is a problem of the call. */
async function kept(
  job: QueuedJob,
  { outcome, files }: Result,
  { out }: DispatchOptions,
): Promise<Dispatched> {
  if (!outcome.ok) return outcome;
  const bad = (why: string): Dispatched => ({
    ok: false,
    message: `a worker sent a result that is none of this job: ${why}`,
    code: 70,
  });
  const bytes = files.get("report.json");
  if (bytes === undefined) return bad("it has no report.json");
  let report: Report;
  try {
    report = reportSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    return bad(errorMessage(error));
  }
  const isOfJob = report.scenario === job.scenario.name && report.seed === job.seed &&
    report.target === job.target && report.fidelity === job.fidelity &&
    outcome.run.name === report.scenario && outcome.run.folder === job.folder;
  if (!isOfJob) return bad(`it is of ${report.scenario} with seed ${report.seed}`);
  await writeRunFiles(out, job.folder, files);
  return { ...outcome, report };
}

/** Looks whether anybody works, and gives up when nobody does for long. */
class WorkerWatch {
  /** Why it gave up; null while it did not. */
  error: TargetError | null = null;
  readonly #options: DispatchOptions;
  readonly #giveUp: () => void;
  #heardS: number;
  /** When somebody last said to be at work. */
  #beatS = -Infinity;
  #areThere = true;
  #timer: { cancel(): void } | null = null;
  #beats: Subscription | null = null;

  constructor(options: DispatchOptions, giveUp: () => void) {
    this.#options = options;
    this.#giveUp = giveUp;
    this.#heardS = options.clock.now();
  }

  /** Begins to look. */
  start(): void {
    this.heard();
    const { queue, clock } = this.#options;
    const callback = () => {
      this.#beatS = clock.now();
      this.heard();
    };
    this.#beats = queue.connection.subscribe(ALIVE, { callback });
    this.#timer = clock.after(LOOK_S, () => this.#look());
  }

  /** Something came, or somebody is at work. */
  heard(): void {
    this.#heardS = this.#options.clock.now();
  }

  /** Looks no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#beats?.unsubscribe();
    this.#beats = null;
  }

  async #look(): Promise<void> {
    const { queue, clock, patienceS = PATIENCE_S } = this.#options;
    try {
      const info = await queue.manager.consumers.info(JOBS_STREAM, WORKERS);
      // A job counts as under way at the server also when whoever had taken it is gone for good.
      const isAtWork = clock.now() - this.#beatS < (info.config.ack_wait ?? 0) / NS;
      this.#tell(isAtWork || info.num_waiting > 0);
      // Workers that wait have nothing to do: then what is missing is on its way, or lost.
      if (info.num_waiting > 0 && info.num_pending > 0) this.heard();
    } catch {
      // The server restarts; it has our patience, too.
      this.#tell(false);
    }
    if (this.#timer === null) return;
    if (clock.now() - this.#heardS > patienceS) {
      this.error = new TargetError(
        `nothing came from the queue for ${patienceS} s; start workers with headway worker --nats`,
      );
      this.#giveUp();
      return;
    }
    this.#timer = clock.after(LOOK_S, () => this.#look());
  }

  #tell(areThere: boolean): void {
    if (areThere === this.#areThere) return;
    this.#areThere = areThere;
    this.#options.onWorkers?.(areThere);
  }
}
