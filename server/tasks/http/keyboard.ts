/**
 * Who may type on a terminal: one viewer at a time. Nobody does before one takes the keyboard; another
 * may take it over; the size of the terminal is its holder's. Pure: the time comes along with each call.
 *
 * @module
 */
import type { Branded } from "../../../runtime/mod.ts";

/** The secret by which a viewer is known again; nobody but the viewer and the server has it. */
export type ViewerKey = Branded<string, "ViewerKey">;

const VIEWER_KEY = /^[A-Za-z0-9_-]{16,64}$/;

/** The text as a viewer's key, or null. */
export function viewerKeyOf(text: string): ViewerKey | null {
  return VIEWER_KEY.test(text) ? text as ViewerKey : null;
}

/** A viewer that was not heard of for so long is gone, seconds. */
export const UNSEEN_S = 45;
/** A viewer whose connection broke may come back within so long and holds what it held, seconds. */
export const RETURN_S = 10;
/** Viewers of one terminal at a time. */
export const MAX_VIEWERS = 32;

/** What all viewers of a terminal may know. */
export interface KeyboardState {
  /** The number of the viewer that has the keyboard; null for nobody. */
  readonly holder: number | null;
  /** How many look. */
  readonly viewers: number;
}

interface Seat {
  readonly number: number;
  goneAtS: number;
}

/** The keyboard of one terminal. */
export class Keyboard {
  readonly #seats = new Map<ViewerKey, Seat>();
  #holder: ViewerKey | null = null;
  #lastNumber = 0;

  /** What everybody may know. */
  get state(): KeyboardState {
    return { holder: this.#number(this.#holder), viewers: this.#seats.size };
  }

  /** The number that others see of a viewer; null if it does not look. */
  numberOf(key: ViewerKey | null): number | null {
    return this.#number(key);
  }

  /**
   * A viewer is here.
   *
   * @returns Its number; null if as many look as may.
   */
  see(key: ViewerKey, nowS: number): number | null {
    const seat = this.#seats.get(key);
    const goneAtS = nowS + UNSEEN_S;
    if (seat !== undefined) {
      seat.goneAtS = goneAtS;
      return seat.number;
    }
    if (this.#seats.size >= MAX_VIEWERS) return null;
    const number = ++this.#lastNumber;
    this.#seats.set(key, { number, goneAtS });
    return number;
  }

  /** A viewer takes the keyboard, from whoever has it. @returns Whether it looks at all. */
  take(key: ViewerKey): boolean {
    if (!this.#seats.has(key)) return false;
    this.#holder = key;
    return true;
  }

  /** A viewer gives the keyboard back, if it has it. */
  release(key: ViewerKey): void {
    if (this.#holder === key) this.#holder = null;
  }

  /** A viewer goes for good. */
  leave(key: ViewerKey): void {
    this.release(key);
    this.#seats.delete(key);
  }

  /** A viewer's connection broke: it goes soon, unless it comes back. */
  fade(key: ViewerKey, nowS: number): void {
    const seat = this.#seats.get(key);
    if (seat !== undefined) seat.goneAtS = Math.min(seat.goneAtS, nowS + RETURN_S);
  }

  /** Lets those go that were not heard of. @returns Whether anybody went. */
  expire(nowS: number): boolean {
    const gone = [...this.#seats].filter(([, { goneAtS }]) => goneAtS <= nowS);
    for (const [key] of gone) this.leave(key);
    return gone.length > 0;
  }

  /** When the next one is to go, on the clock of the calls; null if nobody looks. */
  get nextExpiryS(): number | null {
    if (this.#seats.size === 0) return null;
    return Math.min(...[...this.#seats.values()].map(({ goneAtS }) => goneAtS));
  }

  /** Why a viewer may not type or resize; null if it may. */
  refusalOf(key: ViewerKey | null): string | null {
    if (key !== null && key === this.#holder) return null;
    const holder = this.#number(this.#holder);
    return holder === null
      ? "nobody holds the keyboard of this terminal; take it first"
      : `viewer ${holder} holds the keyboard of this terminal; take it over first`;
  }

  #number(key: ViewerKey | null): number | null {
    return key === null ? null : this.#seats.get(key)?.number ?? null;
  }
}
