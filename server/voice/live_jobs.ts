import type { Clock, Rng } from "../../runtime/mod.ts";
import { type JobId, mintJobId } from "./ids.ts";
import { Job, type JobOutcome, type JobRequest, type JobWatcher } from "./job.ts";
import type { Ledger } from "./ledger.ts";
import { VoiceError } from "./limits.ts";

/** Jobs that have not ended: where each begins, and where each ends. */
export class LiveJobs {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #ledger: Ledger;
  readonly #jobs = new Map<JobId, Job>();
  #sequence = 0;

  /** None runs; ids differ from those that the ledger still knows. */
  constructor(clock: Clock, rng: Rng, ledger: Ledger) {
    this.#clock = clock;
    this.#rng = rng;
    this.#ledger = ledger;
  }

  /** How many run. */
  get size(): number {
    return this.#jobs.size;
  }

  /** All that run, the oldest first. */
  all(): Job[] {
    return [...this.#jobs.values()];
  }

  /** A job by its id, as long as it runs or the ledger knows it. */
  find(id: string): Job | null {
    return this.#jobs.get(id as JobId) ?? this.#ledger.jobs().find((job) => job.id === id) ?? null;
  }

  /** A new job that waits. */
  begin(request: JobRequest, watcher: JobWatcher): Job {
    let id = mintJobId(this.#rng);
    while (this.find(id) !== null) id = mintJobId(this.#rng);
    const job = new Job({
      ...{ id, request, lane: request.session?.id ?? request.lane ?? "" },
      priority: request.priority ?? request.session?.priority ?? 0,
      sequence: ++this.#sequence,
      ...{ askedS: this.#clock.now(), askedUnixS: this.#clock.unixS() },
    }, watcher);
    this.#jobs.set(id, job);
    return job;
  }

  /** Notes when something happened to a job. */
  mark(job: Job, event: string): void {
    const t = Math.round((this.#clock.now() - job.askedS) * 10_000) / 10_000;
    job.timeline.push({ event, t });
  }

  /** Ends a job that cannot be done. */
  refuse(job: Job, failure: VoiceError): Job {
    if (job.isEnded) return job;
    job.failure = failure;
    this.end(job, "error", failure.message);
    return job;
  }

  /** Ends a job; once is enough. */
  end(job: Job, outcome: JobOutcome, reason: string): void {
    if (job.isEnded) return;
    job.state = { kind: "ended", outcome, reason };
    job.endedS = this.#clock.now();
    if (outcome === "cancelled") job.failure ??= new VoiceError("cancelled", reason);
    this.#jobs.delete(job.id);
    job.sentences = [];
    job.watcher.onEnd?.(job);
    job.wav = null;
  }
}
