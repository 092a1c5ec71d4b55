/// <reference lib="dom" />
/**
 * Who this tab is, from one visit to the next. A tab that was duplicated has a copy of the other one's
 * memory: a lock tells which of the two is the one that it names.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";

/** Where the browser keeps it, as other pages of the protocol do. */
const KEY = "mod3.sessionId";
/** How long a tab that reloads waits for the page before it to be gone, seconds. */
const PATIENCE_S = 0.6;
/** Longest id that is taken from the browser's memory, characters. */
const MAX_CHARS = 128;

/** Who a tab is. */
export interface Identity {
  /** Null until it has been registered once. */
  readonly sessionId: string | null;
  readonly participantId: string;
}

/** As much of the browser as is used. */
export interface IdentityWorld {
  readonly clock: Clock;
  readonly storage: Pick<Storage, "getItem" | "setItem">;
  /** Undefined where the page is not secure: then no tab can know that it is the only one. */
  readonly locks: Pick<LockManager, "request"> | undefined;
  /** As many random hex digits. */
  hex(count: number): string;
}

/** The tab's memory of who it is. */
export class TabIdentity {
  readonly #world: IdentityWorld;
  /** The id whose lock this page has. */
  #held: string | null = null;

  /** Nothing is looked up yet. */
  constructor(world: IdentityWorld) {
    this.#world = world;
  }

  /** Who this tab is: who it was, if nobody else is that now; else somebody new. */
  async find(): Promise<Identity> {
    const kept = keptIdentity(this.#world.storage);
    if (kept !== null && kept.sessionId !== null && await this.#take(kept.sessionId)) return kept;
    return { sessionId: null, participantId: `dashboard-${this.#world.hex(8)}` };
  }

  /** Keeps who it is, so that its next visit knows, and its duplicates do. */
  async keep({ sessionId, participantId }: Identity): Promise<void> {
    try {
      const kept = { session_id: sessionId, participant_id: participantId };
      this.#world.storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // The browser keeps nothing for this page; the next visit is somebody new.
    }
    if (sessionId !== null) await this.#take(sessionId);
  }

  /** Takes the lock of an id for as long as the page lives; false when another page has it. */
  #take(sessionId: string): Promise<boolean> {
    const { clock, locks } = this.#world;
    if (sessionId === this.#held) return Promise.resolve(true);
    if (locks === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const late = new AbortController();
      const timer = clock.after(PATIENCE_S, () => late.abort());
      locks.request(`mod3-session:${sessionId}`, { signal: late.signal }, () => {
        timer.cancel();
        this.#held = sessionId;
        resolve(true);
        // Held until the page is gone.
        return new Promise(() => {});
      }).catch(() => resolve(false));
    });
  }
}

function keptIdentity(storage: IdentityWorld["storage"]): Identity | null {
  try {
    const { session_id: sessionId, participant_id: participantId } = JSON.parse(
      storage.getItem(KEY) ?? "null",
    );
    return isId(sessionId) && isId(participantId) ? { sessionId, participantId } : null;
  } catch {
    return null;
  }
}

const isId = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_CHARS;
