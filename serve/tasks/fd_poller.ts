/**
 * Tells when descriptors can be read. One thread waits for all of them.
 *
 * @module
 */
import type { Libc } from "./libc.ts";

/** `POLLIN`; what happened comes in the upper half. */
const IN = 0x0001;
/** It is asked anew at least so often, ms: nothing depends on it, but a wake that was lost would. */
const TIMEOUT_MS = 1000;

/** One descriptor that is waited for. */
export interface PolledFd {
  /** Stops waiting, or goes on. */
  setPaused(isPaused: boolean): void;
  /** Waits no more. The descriptor may be closed after that. */
  end(): void;
}

interface Entry {
  readonly fd: number;
  readonly onReady: () => void;
  isPaused: boolean;
}

/** Polls while there is something to poll for. */
export class FdPoller {
  readonly #libc: Libc;
  readonly #wakeFd: number;
  readonly #entries = new Set<Entry>();
  #isPolling = false;

  private constructor(libc: Libc, wakeFd: number) {
    this.#libc = libc;
    this.#wakeFd = wakeFd;
  }

  /** Makes one; null on a system without what it needs. */
  static open(libc: Libc): FdPoller | null {
    const fd = libc.eventDescriptor();
    return fd === null ? null : new FdPoller(libc, fd);
  }

  /** Waits for one more. `onReady` reads it, or pauses it: else it is called again at once. */
  add(fd: number, onReady: () => void): PolledFd {
    const entry: Entry = { fd, onReady, isPaused: false };
    this.#entries.add(entry);
    this.#changed();
    return {
      setPaused: (isPaused) => {
        if (entry.isPaused === isPaused) return;
        entry.isPaused = isPaused;
        if (!isPaused) this.#changed();
      },
      end: () => {
        this.#entries.delete(entry);
        this.#changed();
      },
    };
  }

  #changed(): void {
    if (this.#isPolling) this.#libc.wake(this.#wakeFd);
    else if (this.#entries.size > 0) this.#run();
  }

  async #run(): Promise<void> {
    this.#isPolling = true;
    while (this.#entries.size > 0) {
      const asked = [...this.#entries].filter(({ isPaused }) => !isPaused);
      const fds = new Int32Array(2 * (asked.length + 1));
      fds.set([this.#wakeFd, IN]);
      for (const [i, { fd }] of asked.entries()) fds.set([fd, IN], 2 * i + 2);
      await this.#libc.poll(fds, TIMEOUT_MS);
      if (happened(fds, 0)) this.#libc.read(this.#wakeFd);
      for (const [i, entry] of asked.entries()) {
        if (happened(fds, i + 1) && this.#entries.has(entry) && !entry.isPaused) entry.onReady();
      }
    }
    this.#isPolling = false;
  }
}

function happened(fds: Int32Array, index: number): boolean {
  return fds[2 * index + 1]! >>> 16 !== 0;
}
