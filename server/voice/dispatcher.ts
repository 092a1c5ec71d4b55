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
  readonly #isOneALane: boolean;
  readonly #busy = new Map<string, number>();
  #running = 0;
  #isStarting = false;

  /** With every slot free; without `isOneALane`, jobs of a lane overtake each other. */
  constructor(slots: number, start: Start<T>, { isOneALane = true } = {}) {
    this.#slots = slots;
    this.#start = start;
    this.#isOneALane = isOneALane;
  }

  /** Who waits. */
  get queue(): PolicyQueue<T> {
    return this.#queue;
  }

  /** Slots that are taken. */
  get running(): number {
    return this.#running;
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
      while (this.#running < this.#slots) {
        const job = this.#queue.pick((lane) => !this.#isOneALane || !this.#busy.has(lane));
        if (job === null) return;
        this.#take(job.lane, 1);
        let isDone = false;
        this.#start(job, () => {
          if (isDone) return;
          isDone = true;
          this.#take(job.lane, -1);
          this.#fill();
        });
      }
    } finally {
      this.#isStarting = false;
    }
  }

  #take(lane: string, slots: 1 | -1): void {
    const count = (this.#busy.get(lane) ?? 0) + slots;
    if (count === 0) this.#busy.delete(lane);
    else this.#busy.set(lane, count);
    this.#running += slots;
  }
}
