/**
 * The sessions of one thread: as many as asked for, joining one after the other.
 *
 * @module
 */
import { type Clock, errorMessage, type Rng } from "../runtime/mod.ts";
import { LoadSession, type LoadSessionOptions, type SessionReading } from "./session.ts";

/** How often a timer asks whether the thread is free, seconds. */
const PROBE_S = 0.02;

/** What the sessions of a thread did in a while. */
export interface ThreadReading {
  /** How long that was, seconds. */
  readonly seconds: number;
  readonly sessions: readonly SessionReading[];
  /** Processor time that it took, where that is not this process's, seconds. */
  readonly cpuS?: number;
  /** How late the thread's own timers came, ms. */
  readonly lateMs: Float64Array<ArrayBuffer>;
}

/** What all sessions have in common. */
export type SharedOptions = Omit<LoadSessionOptions, "number" | "rng"> & { readonly rng: Rng };

/** The sessions. */
export class LoadSessions {
  readonly #options: SharedOptions;
  readonly #clock: Clock;
  #sessions: LoadSession[] = [];
  #made = 0;
  #lateMs: number[] = [];

  /** None yet. */
  constructor(options: SharedOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  /**
   * Opens or closes sessions until `count` play. Those that ended by themselves are replaced.
   *
   * @param rampS New ones join evenly over this time.
   * @param firstNumber The number of the first one, so that no two threads' sessions are alike.
   * @returns Why sessions could not be opened; empty when all play.
   */
  async resize(count: number, rampS: number, firstNumber: number): Promise<string[]> {
    const gone = this.#sessions.filter(({ over }) => over !== null);
    const alive = this.#sessions.filter(({ over }) => over === null);
    gone.push(...alive.splice(count));
    await Promise.all(gone.map((session) => session.close()));
    const missing = count - alive.length;
    const joining = Array.from({ length: missing }, async (_, i) => {
      await this.#clock.sleep(rampS * i / missing);
      const number = firstNumber + this.#made++;
      const session = new LoadSession({
        ...this.#options,
        number,
        rng: this.#options.rng.split(`session ${number}`),
      });
      try {
        await session.open();
        alive.push(session);
        return null;
      } catch (error) {
        await session.close();
        return errorMessage(error);
      }
    });
    const failures = (await Promise.all(joining)).filter((it) => it !== null);
    this.#sessions = alive;
    return failures;
  }

  /** Measures for a while. */
  async measure(seconds: number): Promise<ThreadReading> {
    for (const session of this.#sessions) session.read();
    const startS = this.#clock.now();
    this.#lateMs = [];
    const untilS = startS + seconds;
    for (let dueS = startS + PROBE_S; dueS < untilS; dueS += PROBE_S) {
      await this.#clock.sleep(Math.max(0, dueS - this.#clock.now()));
      this.#lateMs.push(Math.max(0, this.#clock.now() - dueS) * 1000);
      // What was missed is one lateness, not many.
      dueS = Math.max(dueS, this.#clock.now() - PROBE_S);
    }
    return {
      seconds: this.#clock.now() - startS,
      sessions: this.#sessions.map((session) => session.read()),
      lateMs: Float64Array.from(this.#lateMs),
    };
  }

  /** Closes all. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    this.#sessions = [];
  }
}
