import { join } from "node:path";
import process from "node:process";
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../../server/log.ts";
import type { SpeakingHolder, SpeakingLock } from "../../server/voice/player.ts";

/** Name of the lock in the voice folder. */
const NAME = "speaking.json";
/** Seconds between two tries. */
const EVERY_S = 0.2;
/** What of the text stands in the lock, characters. */
const TEXT_CHARS = 200;
/** Longest lock that is read, bytes. */
const MAX_BYTES = 4096;
/** No text takes so long to say, seconds: who holds the lock longer has forgotten it. */
const LONGEST_S = 45 * 60;
/** What a player may need beyond the length of the speech, seconds, before it has forgotten the lock. */
const SPARE_S = 60;

/** What a lock is made of. */
export interface FileLockOptions {
  /** Where it stands; made if it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  /** Ours; others are looked for by theirs. */
  readonly pid: number;
  readonly log: Log;
  /** Whether a process runs. */
  readonly isAlive: (pid: number) => boolean;
}

/** Whoever holds the lock. */
interface Holder {
  readonly pid: number;
  readonly job_id: string;
  readonly acquired_at: number;
  readonly duration_sec: number;
}

/**
 * The loudspeaker's lock: a file that says who speaks, so that servers that share a folder do not talk
 * over each other. Only who holds it gives it back; that of a process that has died is taken.
 */
export class FileLock implements SpeakingLock {
  readonly #options: FileLockOptions;
  readonly #path: string;
  #isTold = false;

  /** Writes nothing yet. */
  constructor(options: FileLockOptions) {
    this.#options = options;
    this.#path = join(options.folder, NAME);
  }

  /** Tries until it is ours; the returned function gives it back, or stops trying. */
  acquire(
    holder: SpeakingHolder,
    granted: (error: string | null) => void,
  ): () => void {
    const { clock } = this.#options;
    let isHeld = false;
    let timer: Timer;
    const attempt = () => {
      try {
        isHeld = this.#take(holder);
      } catch (error) {
        // Better two that speak at once than one that falls silent.
        this.#warn(errorMessage(error));
        return granted(null);
      }
      if (isHeld) granted(null);
      else timer = clock.after(EVERY_S, attempt);
    };
    timer = clock.after(0, attempt);
    return () => {
      timer.cancel();
      if (isHeld) this.release(holder.jobId);
      isHeld = false;
    };
  }

  /** Gives it back; false when somebody else holds it. */
  release(jobId: string): boolean {
    const held = this.#holder();
    if (held === null || held.pid !== this.#options.pid || held.job_id !== jobId) return false;
    Deno.removeSync(this.#path);
    return true;
  }

  #warn(reason: string): void {
    if (!this.#isTold) this.#options.log.warn("no speaking lock can be had", { reason });
    this.#isTold = true;
  }

  #take({ jobId, text, durationS }: SpeakingHolder): boolean {
    const { folder, clock, pid } = this.#options;
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const held = this.#holder();
    if (held !== null && this.#isValid(held)) return false;
    if (held !== null) this.#putAway(held);
    // Written aside and then linked, so that nobody reads half of it, and one of two comes first.
    const aside = `${this.#path}.${pid}`;
    const lock = {
      ...{ speaking: true, job_id: jobId, text: text.slice(0, TEXT_CHARS), pid },
      ...{ acquired_at: clock.unixS(), duration_sec: durationS },
    };
    Deno.writeTextFileSync(aside, JSON.stringify(lock), { mode: 0o600 });
    try {
      Deno.linkSync(aside, this.#path);
      return true;
    } catch (error) {
      // Somebody was quicker.
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    } finally {
      Deno.removeSync(aside);
    }
  }

  /** Removes a lock that is nobody's any more, unless it has become somebody's by now. */
  #putAway(held: Holder): void {
    const aside = `${this.#path}.${this.#options.pid}`;
    try {
      Deno.renameSync(this.#path, aside);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    const moved = readHolder(aside);
    if (moved !== null && (moved.pid !== held.pid || moved.job_id !== held.job_id)) {
      Deno.renameSync(aside, this.#path);
    } else {
      Deno.removeSync(aside);
    }
  }

  /** Where it cannot be told whether a process runs, the time alone says that it has forgotten. */
  #isValid({ pid, acquired_at, duration_sec }: Holder): boolean {
    const { clock, isAlive } = this.#options;
    return isAlive(pid) && clock.unixS() - acquired_at < duration_sec + SPARE_S;
  }

  #holder(): Holder | null {
    return readHolder(this.#path);
  }
}

/** Null for no lock; one that cannot be understood belongs to nobody. */
function readHolder(path: string): Holder | null {
  try {
    if (Deno.statSync(path).size > MAX_BYTES) return NOBODY;
    const { pid, job_id, acquired_at, duration_sec = LONGEST_S } = Object(
      JSON.parse(Deno.readTextFileSync(path)),
    );
    const isWhole = typeof job_id === "string" &&
      [pid, acquired_at, duration_sec].every((it) => typeof it === "number");
    return isWhole ? { pid, job_id, acquired_at, duration_sec } : NOBODY;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (error instanceof SyntaxError) return NOBODY;
    throw error;
  }
}

const NOBODY: Holder = { pid: -1, job_id: "", acquired_at: -Infinity, duration_sec: 0 };

/** Whether a process of this machine runs; where that cannot be told, it does. */
export function isProcessAlive(pid: number): boolean {
  if (pid <= 0) return false;
  // Trying without the permission would stop the server until somebody answers.
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return true;
  try {
    // The signal 0 is not sent; only whether it could be is found out.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== "ESRCH";
  }
}
