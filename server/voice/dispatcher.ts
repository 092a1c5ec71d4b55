import { PolicyQueue, type VoicePolicy, type Waiting } from "./policy_queue.ts";

/** Starts a job; `done` is called once, when its slot is free again. */
export type Start<T> = (job: T, done: () => void) => void;

/**
 * Something scarce, such as a worker that speaks or the one loudspeaker: so many slots, and a queue of
 * those who want one. A lane has one slot at most, so that its jobs end in the order in which they
 * began.
 */
export class Dispatcher<T extends Waiting> {
  readonly #queue = new PolicyQueue<T>();
  readonly #slots: number;
  readonly #start: Start<T>;
  readonly #busy = new Set<string>();
  #isStarting = false;

  /** With every slot free. */
  constructor(slots: number, start: Start<T>) {
    this.#slots = slots;
    this.#start = start;
  }

  /** Who waits. */
  get queue(): PolicyQueue<T> {
    return this.#queue;
  }

  /** Slots that are taken. */
  get running(): number {
    return this.#busy.size;
  }

  /** The policy of the next pick. */
  set policy(policy: VoicePolicy) {
    this.#queue.policy = policy;
  }

  /** Takes a job in; it starts at once when a slot is free for it. */
  submit(job: T): void {
    this.#queue.add(job);
    this.#fill();
  }

  #fill(): void {
    // A job that ends while it starts must not start the next one from within itself.
    if (this.#isStarting) return;
    this.#isStarting = true;
    try {
      while (this.#busy.size < this.#slots) {
        const job = this.#queue.pick((lane) => !this.#busy.has(lane));
        if (job === null) return;
        this.#busy.add(job.lane);
        let isDone = false;
        this.#start(job, () => {
          if (isDone) return;
          isDone = true;
          this.#busy.delete(job.lane);
          this.#fill();
        });
      }
    } finally {
      this.#isStarting = false;
    }
  }
}
