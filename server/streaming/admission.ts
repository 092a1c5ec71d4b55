/**
 * Who may have a session: a fixed number at a time, and the newest connection wins.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/mod.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";

/** How long a newcomer waits for the one it replaced to be gone, seconds. */
const TEARDOWN_WAIT_S = 45;

/** A session that holds a slot. */
export interface SlotHolder {
  /** Tells it that it was replaced. Its teardown may take a while. */
  preempt(): void;
}

/** A held slot. */
export interface Slot {
  /** Gives the slot back. Calling it again does nothing. */
  release(): void;
}

interface Waiting {
  readonly holder: SlotHolder;
  readonly admitted: (slot: Slot) => void;
}

/**
 * The slots of a server. Newcomers are admitted one after the other: while one waits for a teardown,
 * the next one waits for it.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #slots: number;
  readonly #awaitsTeardown: boolean;
  readonly #teardownWaitS: number;
  /** Oldest first. */
  readonly #held = new Set<{ readonly holder: SlotHolder }>();
  #queue: Waiting[] = [];
  /** The holder that is being torn down for the head of the queue. */
  #leaving: { readonly holder: SlotHolder } | null = null;
  #deadline: Timer | null = null;

  /** `slots` sessions at a time, at least 1. */
  constructor(
    clock: Clock,
    slots: number,
    faults: Pick<StreamFaults, "admitBeforeTeardown" | "waitForTeardown"> = NO_FAULTS,
  ) {
    this.#clock = clock;
    this.#awaitsTeardown = !faults.admitBeforeTeardown;
    this.#teardownWaitS = faults.waitForTeardown ? Infinity : TEARDOWN_WAIT_S;
    this.#slots = Math.max(1, slots);
  }

  /** How many slots are held. */
  get held(): number {
    return this.#held.size;
  }

  /** Calls `admitted` as soon as there is a slot; makes one by preempting the oldest session. */
  enter(holder: SlotHolder, admitted: (slot: Slot) => void): void {
    this.#queue.push({ holder, admitted });
    this.#advance();
  }

  /** A newcomer went away while it waited. */
  withdraw(holder: SlotHolder): void {
    this.#queue = this.#queue.filter((waiting) => waiting.holder !== holder);
  }

  #advance(): void {
    while (this.#queue.length > 0 && this.#leaving === null) {
      if (this.#held.size >= this.#slots) return this.#preemptOldest();
      const { holder, admitted } = this.#queue.shift()!;
      const entry = { holder };
      this.#held.add(entry);
      admitted({ release: () => this.#release(entry) });
    }
  }

  #preemptOldest(): void {
    const [oldest] = this.#held;
    if (oldest === undefined) return;
    this.#leaving = oldest;
    // A teardown that hangs must not lock the server for ever: its slot is then taken from it.
    if (this.#teardownWaitS < Infinity) {
      this.#deadline = this.#clock.after(this.#teardownWaitS, () => this.#release(oldest));
    }
    try {
      oldest.holder.preempt();
    } catch {
      // How badly the old one goes is no reason to refuse the new one; the wait ends either way.
    }
    if (!this.#awaitsTeardown) this.#release(oldest);
  }

  #release(entry: { readonly holder: SlotHolder }): void {
    if (!this.#held.delete(entry)) return;
    if (this.#leaving === entry) {
      this.#leaving = null;
      this.#deadline?.cancel();
      this.#deadline = null;
    }
    this.#advance();
  }
}
