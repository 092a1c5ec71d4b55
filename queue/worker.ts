/**
 * A worker: takes jobs from the queue, runs them, and sends back what they left. It may join and go at
 * any time; what it had taken goes to another.
 *
 * @module
 */
import { join } from "node:path";
import type { JsMsg } from "@nats-io/jetstream";
import { headers } from "@nats-io/transport-node";
import { readRunFiles } from "../reports/mod.ts";
import { type Clock, errorMessage } from "../runtime/mod.ts";
import type { Queue } from "./connection.ts";
import { decodeJob, type QueuedJob, type QueuedOutcome } from "./messages.ts";
import { ALIVE, JOBS_STREAM, parseSubject, resultSubject, WORKERS } from "./names.ts";
import { type Piece, piecesOf, type Result } from "./pieces.ts";

/** How long one request for a job waits, ms. */
const FETCH_MS = 2_000;
/** How long the server may take to keep a piece, ms. */
const PUBLISH_MS = 10_000;
/** How often a piece is sent again. */
const PUBLISH_TRIES = 5;
/** Workers that may go away over one job before it counts as what makes them. */
const MAX_ATTEMPTS = 5;

/** What {@link work} is told. */
export interface WorkOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  /** Our own version: jobs of others are refused. */
  readonly version: string;
  /** A name of letters, digits and hyphens that no other worker has. */
  readonly name: string;
  /** Runs a job, and leaves its files in `out`/`job.folder`. What it throws sends the job back. */
  readonly run: (job: QueuedJob, out: string) => Promise<QueuedOutcome>;
  /** Makes a new folder for the files of one job. */
  readonly makeFolder: () => Promise<string>;
  /** Ends it after the job at hand. */
  readonly signal: AbortSignal;
  /** Ends it after so long without a job, seconds; 0 never does. */
  readonly idleS: number;
  /** Told of each job. */
  readonly say: (text: string) => void;
}

/** Works until the signal aborts, or nothing was to do for long. */
export async function work(options: WorkOptions): Promise<void> {
  const { queue, clock, signal, idleS } = options;
  const consumer = await queue.jetstream.consumers.get(JOBS_STREAM, WORKERS);
  const ackWaitS = Number((await consumer.info()).config.ack_wait) / 1e9;
  let lastJobS = clock.now();
  while (!signal.aborted && !queue.connection.isClosed()) {
    const message = await next(() => consumer.next({ expires: FETCH_MS }), clock);
    if (message !== null) {
      await take(message, ackWaitS, options);
      lastJobS = clock.now();
    } else if (idleS > 0 && clock.now() - lastJobS >= idleS) return;
  }
}

/** The next message; null when there is none, or no server at the moment. */
async function next(
  fetch: () => Promise<JsMsg | null>,
  clock: Clock,
): Promise<JsMsg | null> {
  try {
    return await fetch();
  } catch {
    // It restarts, or the line is cut: the connection looks for it by itself.
    await clock.sleep(0.5);
    return null;
  }
}

async function take(message: JsMsg, ackWaitS: number, options: WorkOptions): Promise<void> {
  const { clock, name, say } = options;
  const subject = parseSubject(message.subject);
  if (subject === null) return message.term("its subject is none of ours");
  const { connection } = options.queue;
  const alive = () => {
    if (!connection.isClosed()) {
      message.working();
      connection.publish(ALIVE);
    }
    timer = clock.after(ackWaitS / 3, alive);
  };
  let timer = clock.after(0, alive);
  try {
    const attempt = `${name}-${message.info.deliveryCount}`;
    const result = await attempted(message, options);
    await publish(resultSubject(subject.call, subject.job, attempt), piecesOf(result), options);
    // Only now: had we died before, another worker would do it again.
    await message.ackAck();
    say(result.outcome.ok ? `${result.outcome.run.name} done` : result.outcome.message);
  } catch (error) {
    say(`a job goes back to the queue: ${errorMessage(error)}`);
    message.nak(1_000);
  } finally {
    timer.cancel();
  }
}

/** Runs the job of a message; a job that cannot be run is a result, too. */
async function attempted(message: JsMsg, options: WorkOptions): Promise<Result> {
  const { version, name, run, makeFolder, say } = options;
  const failed = (text: string, code: number): Result => ({
    outcome: { ok: false, message: text, code },
    files: new Map(),
  });
  let job: QueuedJob;
  try {
    job = decodeJob(message.data);
  } catch (error) {
    return failed(errorMessage(error), 2);
  }
  if (job.version !== version) {
    return failed(`worker ${name} is Headway ${version}, the call is of ${job.version}`, 2);
  }
  if (message.info.deliveryCount > MAX_ATTEMPTS) {
    return failed(`${MAX_ATTEMPTS} workers went away while they ran it`, 70);
  }
  say(`${job.scenario.name} begins`);
  const out = await makeFolder();
  try {
    const outcome = await run(job, out);
    const files = outcome.ok ? await readRunFiles(join(out, job.folder)) : new Map();
    return { outcome, files };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Sends pieces one after the other; one that was kept already is not kept twice. */
async function publish(
  subject: string,
  pieces: readonly Piece[],
  { queue, clock }: WorkOptions,
): Promise<void> {
  for (const { index, of, hash, bytes } of pieces) {
    const head = headers();
    head.set("Headway-Piece", `${index}/${of}`);
    head.set("Headway-Hash", hash);
    for (let tries = 1;; tries++) {
      try {
        await queue.jetstream.publish(subject, bytes, {
          headers: head,
          msgID: `${subject} ${index}`,
          timeout: PUBLISH_MS,
        });
        break;
      } catch (error) {
        if (tries === PUBLISH_TRIES) throw error;
        await clock.sleep(tries);
      }
    }
  }
}
