import type { Clock } from "../../runtime/mod.ts";
import type { Job } from "./job.ts";

/** A job that listeners are taken to be playing. */
interface Heard {
  readonly job: Job;
  readonly startS: number;
  readonly endS: number;
}

/** Jobs that are kept per session at most: more are not being played, only waiting to be. */
const MAX_HEARD = 256;

/**
 * What listeners are playing, by session. They play one job after the other and say nothing of it, so
 * this is worked out: each begins when it arrives, or when the one before it ends.
 */
export class Listening {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Heard[]>();

  /** Nobody plays anything. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A job went out to the listeners of a session. */
  began(sessionId: string, job: Job, durationS: number): void {
    const heard = this.#current(sessionId);
    const startS = Math.max(this.#clock.now(), heard.at(-1)?.endS ?? 0);
    if (heard.length < MAX_HEARD) heard.push({ job, startS, endS: startS + durationS });
    this.#sessions.set(sessionId, heard);
  }

  /** Whether a session is heard now. */
  isHeard(sessionId: string): boolean {
    return this.#current(sessionId).length > 0;
  }

  /** What is being played of a session, and how much of it has been; null for nothing. */
  now(sessionId: string): { readonly job: Job; readonly fraction: number } | null {
    const first = this.#current(sessionId)[0];
    if (first === undefined) return null;
    const { job, startS, endS } = first;
    return { job, fraction: (this.#clock.now() - startS) / (endS - startS) };
  }

  /** Sessions that are heard. */
  sessions(): string[] {
    return [...this.#sessions.keys()].filter((id) => this.isHeard(id));
  }

  /** Forgets jobs of a session that were stopped. Gives back those that were not over. */
  stop(sessionId: string, isMeant: (job: Job) => boolean): Job[] {
    const heard = this.#current(sessionId);
    const stopped = heard.filter(({ job }) => isMeant(job));
    const left = heard.filter((it) => !stopped.includes(it));
    if (left.length === 0) this.#sessions.delete(sessionId);
    else this.#sessions.set(sessionId, left);
    return stopped.map((it) => it.job);
  }

  #current(sessionId: string): Heard[] {
    const nowS = this.#clock.now();
    const heard = (this.#sessions.get(sessionId) ?? []).filter(({ endS }) => endS > nowS);
    if (heard.length === 0) this.#sessions.delete(sessionId);
    else this.#sessions.set(sessionId, heard);
    return heard;
  }
}
