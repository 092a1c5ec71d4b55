/**
 * Who is next: jobs wait in the lane of their session, and a policy picks among the lanes. Pure.
 *
 * @module
 */

/** How the next job is picked. */
export type VoicePolicy = "round-robin" | "priority" | "fifo-global";

/** Every policy, the usual one first. */
export const VOICE_POLICIES: readonly VoicePolicy[] = ["round-robin", "priority", "fifo-global"];

/** A text as a policy; null when it is none. */
export function parsePolicy(text: unknown): VoicePolicy | null {
  return VOICE_POLICIES.find((policy) => policy === text) ?? null;
}

/** What can wait. */
export interface Waiting {
  /** Whose it is; each lane is a queue of its own. */
  readonly lane: string;
  /** Higher goes first, where the policy looks at it. */
  readonly priority: number;
  /** Grows with each job of the process, in the order in which they were asked for. */
  readonly sequence: number;
}

/** Lanes of waiting jobs. */
export class PolicyQueue<T extends Waiting> {
  /** Applies from the next pick on; nothing is pre-empted. */
  policy: VoicePolicy = "round-robin";
  readonly #lanes = new Map<string, T[]>();
  /** Lanes with work, the one whose turn is next first. */
  #rotation: string[] = [];
  #size = 0;

  /** Jobs that wait. */
  get size(): number {
    return this.#size;
  }

  /** Lanes in the order of their turns. */
  get rotation(): readonly string[] {
    return this.#rotation;
  }

  /** Jobs that wait in a lane. */
  depth(lane: string): number {
    return this.#lanes.get(lane)?.length ?? 0;
  }

  /** Every waiting job, by lane. */
  all(): T[] {
    return [...this.#lanes.values()].flat();
  }

  /** Puts a job at the end of its lane. A lane that had none takes its turn after all others. */
  add(job: T): void {
    const lane = this.#lanes.get(job.lane);
    if (lane === undefined) {
      this.#lanes.set(job.lane, [job]);
      this.#rotation.push(job.lane);
    } else {
      lane.push(job);
    }
    this.#size++;
  }

  /**
   * Takes the next job out; null when none may go.
   *
   * @param isFree Whether a lane may go now; those that may not keep their turn.
   */
  pick(isFree: (lane: string) => boolean = () => true): T | null {
    const job = this.policy === "round-robin" ? this.#inTurn(isFree) : this.#best(isFree);
    if (job === null) return null;
    const isTurn = this.policy === "round-robin";
    this.remove(job);
    if (isTurn && this.#lanes.has(job.lane)) {
      this.#rotation = this.#rotation.filter((lane) => lane !== job.lane);
      this.#rotation.push(job.lane);
    }
    return job;
  }

  /** Takes a job out; false when it does not wait here. */
  remove(job: T): boolean {
    const lane = this.#lanes.get(job.lane);
    const at = lane?.indexOf(job) ?? -1;
    if (lane === undefined || at < 0) return false;
    lane.splice(at, 1);
    this.#size--;
    if (lane.length === 0) this.#forget(job.lane);
    return true;
  }

  /** Takes all jobs of a lane out. */
  drop(lane: string): T[] {
    const jobs = this.#lanes.get(lane) ?? [];
    this.#size -= jobs.length;
    this.#forget(lane);
    return jobs;
  }

  #forget(lane: string): void {
    this.#lanes.delete(lane);
    this.#rotation = this.#rotation.filter((it) => it !== lane);
  }

  #inTurn(isFree: (lane: string) => boolean): T | null {
    const lane = this.#rotation.find(isFree);
    return lane === undefined ? null : this.#lanes.get(lane)![0]!;
  }

  #best(isFree: (lane: string) => boolean): T | null {
    const looksAtPriority = this.policy === "priority";
    let best: T | null = null;
    for (const [lane, jobs] of this.#lanes) {
      if (!isFree(lane)) continue;
      for (const job of jobs) {
        if (best === null || isBefore(job, best, looksAtPriority)) best = job;
      }
    }
    return best;
  }
}

function isBefore(a: Waiting, b: Waiting, looksAtPriority: boolean): boolean {
  if (looksAtPriority && a.priority !== b.priority) return a.priority > b.priority;
  return a.sequence < b.sequence;
}
