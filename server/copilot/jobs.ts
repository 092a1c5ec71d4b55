/**
 * Questions to a model, one after the other. What came of each is kept for a while, also over a
 * restart; what was under way then has failed.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import { roundUsd } from "../board/state/usage_facts.ts";
import type { AiAnswer, AskAi } from "./ai_answer.ts";
import { type Budget, type JobOrigin, UNKNOWN_COST_USD } from "./budget.ts";
import type { Prompt } from "./prompt.ts";

/** What a job is for. */
export type JobKind = "draft_reply" | "diagnose" | "triage" | "autopilot_draft";

/** Where it stands. */
export type JobState = "queued" | "running" | "done" | "failed" | "discarded" | "cancelled";

/** A job. Names are those of the wire. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly origin: JobOrigin;
  readonly sessionIds: readonly string[];
  /** Where the sessions stood. */
  readonly cursor: string;
  /** Stands for what a person added to the question; absent for nothing. */
  readonly hint?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly costUsd: number;
  readonly costKnown: boolean;
  readonly model?: string;
  readonly error?: string;
  readonly discardReason?: string;
  /** A draft: nobody has read it yet. */
  readonly result?: JobResult;
}

/** What a job came to. */
export interface JobResult {
  readonly isDraft: true;
  readonly text: string;
  /** The note that has it. */
  readonly noteId?: string;
}

/** What an answer comes to: what is kept of it, or why nothing is. */
export type Finished = Omit<JobResult, "isDraft"> | { readonly discard: string };

/** What is to be done. */
export interface JobOrder {
  readonly kind: JobKind;
  readonly origin: JobOrigin;
  readonly sessionIds: readonly string[];
  readonly cursor: string;
  /** Stands for what a person added: another hint is another question. */
  readonly hint?: string;
  /** Makes the prompt when the job's turn has come. */
  readonly prompt: () => Promise<Prompt>;
  /** Makes something of the answer. */
  readonly finish: (text: string, prompt: Prompt, jobId: string) => Finished | Promise<Finished>;
  /** Called at the end, whatever it is. */
  readonly onEnd?: (job: Job) => void;
}

/** What it works with. */
export interface JobQueueOptions {
  readonly ai: AskAi;
  readonly clock: Clock;
  readonly budget: Budget;
  /** A word that never comes twice. */
  readonly nonce: () => string;
  /** What was kept. */
  readonly kept?: readonly Job[];
  /** Told of each change. */
  readonly onChange: (job: Job) => void;
}

/** Most jobs that wait. */
export const MAX_QUEUED = 16;
/** An answer is good for so long while nothing has come, ms. */
const SAME_MS = 300_000;
const KEPT_MS = 30 * 24 * 3600_000;
const MAX_KEPT = 200;

/** The jobs. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #jobs = new Map<string, Job>();
  #waiting: { readonly id: string; readonly order: JobOrder }[] = [];
  #running: { readonly id: string; readonly abort: AbortController } | null = null;
  #idle = Promise.withResolvers<void>();

  /** Takes up what was kept. */
  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#idle.resolve();
    for (const job of options.kept ?? []) {
      const isCut = job.state === "queued" || job.state === "running";
      this.#jobs.set(job.id, isCut ? { ...job, state: "failed", error: "restarted" } : job);
    }
  }

  /** All of them, the newest last. */
  list(): readonly Job[] {
    return [...this.#jobs.values()];
  }

  /** One; null for none. */
  get(id: string): Job | null {
    return this.#jobs.get(id) ?? null;
  }

  /** Resolves when nothing runs or waits. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  /** Takes a job, or gives the one that asks the same; null when too many wait. */
  add(order: JobOrder): Job | null {
    const same = this.#same(order);
    if (same !== null) return same;
    if (this.#waiting.length >= MAX_QUEUED) return null;
    const { kind, origin, sessionIds, cursor, hint } = order;
    const job: Job = {
      ...{ id: `job-${this.#options.nonce()}`, kind, state: "queued", origin, sessionIds, cursor },
      ...{ createdAt: this.#now(), costUsd: 0, costKnown: true },
      ...(hint !== undefined && { hint }),
    };
    this.#waiting.push({ id: job.id, order });
    this.#set(job);
    this.#next();
    return this.get(job.id);
  }

  /** Calls a job off; false for one that has ended, or never was. */
  cancel(id: string): boolean {
    const waiting = this.#waiting.find((it) => it.id === id);
    if (waiting !== undefined) {
      this.#waiting = this.#waiting.filter((it) => it !== waiting);
      this.#end(waiting.order, id, { state: "cancelled" });
      return true;
    }
    if (this.#running?.id !== id) return false;
    this.#running.abort.abort();
    return true;
  }

  /** Says of a job that its result is left. */
  discard(id: string, reason: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    const { result: _result, ...rest } = job;
    this.#set({ ...rest, state: "discarded", discardReason: reason });
  }

  /** Calls everything off. */
  async close(): Promise<void> {
    for (const { id } of [...this.#waiting]) this.cancel(id);
    this.#running?.abort.abort();
    await this.idle;
  }

  #same({ kind, sessionIds, cursor, hint }: JobOrder): Job | null {
    const nowMs = this.#options.clock.unixS() * 1000;
    for (const job of [...this.#jobs.values()].reverse()) {
      const isSame = job.kind === kind && job.cursor === cursor &&
        // Who adds nothing is content with any answer.
        (hint === undefined || job.hint === hint) &&
        job.sessionIds.join() === sessionIds.join();
      if (!isSame) continue;
      if (job.state === "queued" || job.state === "running") return job;
      const isFresh = nowMs - Date.parse(job.endedAt ?? job.createdAt) < SAME_MS;
      if (job.state === "done" && isFresh) return job;
    }
    return null;
  }

  #next(): void {
    if (this.#running !== null) return;
    const next = this.#waiting.shift();
    if (next === undefined) return this.#idle.resolve();
    if (this.#isIdle) this.#idle = Promise.withResolvers<void>();
    this.#isIdle = false;
    const abort = new AbortController();
    this.#running = { id: next.id, abort };
    this.#set({ ...this.#jobs.get(next.id)!, state: "running", startedAt: this.#now() });
    this.#run(next.order, next.id, abort.signal).catch((error) => ({
      state: "failed" as const,
      error: errorMessage(error),
    })).then((end) => {
      this.#running = null;
      this.#end(next.order, next.id, end);
      if (this.#waiting.length === 0) this.#isIdle = true;
      this.#next();
    });
  }

  #isIdle = true;

  async #run(
    { prompt, finish, origin }: JobOrder,
    id: string,
    signal: AbortSignal,
  ): Promise<Partial<Job>> {
    const { ai, budget, clock } = this.#options;
    const made = await prompt();
    if (signal.aborted) return { state: "cancelled" };
    const answer = await ai.ask(made.text, signal);
    const cost = costOf(answer);
    budget.charge(origin, cost.costUsd, clock.unixS() * 1000);
    if (signal.aborted) return { state: "cancelled", ...cost };
    if (answer.kind === "failed") return { state: "failed", error: answer.reason, ...cost };
    const model = answer.model === null ? {} : { model: answer.model };
    try {
      const end = await finish(answer.text, made, id);
      if ("discard" in end) {
        return { state: "discarded", discardReason: end.discard, ...cost, ...model };
      }
      return { state: "done", result: { isDraft: true, ...end }, ...cost, ...model };
    } catch (error) {
      // It was paid for all the same.
      return { state: "failed", error: errorMessage(error), ...cost, ...model };
    }
  }

  #end(order: JobOrder, id: string, end: Partial<Job>): void {
    const job: Job = { ...this.#jobs.get(id)!, ...end, endedAt: this.#now() };
    this.#set(job);
    order.onEnd?.(job);
  }

  #set(job: Job): void {
    this.#jobs.set(job.id, job);
    const oldMs = this.#options.clock.unixS() * 1000 - KEPT_MS;
    for (const [id, { createdAt, state }] of this.#jobs) {
      const isOld = Date.parse(createdAt) < oldMs || this.#jobs.size > MAX_KEPT;
      if (!isOld || state === "queued" || state === "running") break;
      this.#jobs.delete(id);
    }
    this.#options.onChange(job);
  }

  #now(): string {
    return new Date(this.#options.clock.unixS() * 1000).toISOString();
  }
}

/** What a command does not tell is charged all the same, unless it never ran. */
function costOf(answer: AiAnswer): Pick<Job, "costUsd" | "costKnown"> {
  if (answer.costUsd === null) return { costUsd: UNKNOWN_COST_USD, costKnown: false };
  return { costUsd: roundUsd(answer.costUsd), costKnown: true };
}
