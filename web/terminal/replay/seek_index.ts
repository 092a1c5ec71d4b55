/**
 * Screens along a recording, so that going to a place does not mean to play all that is before it.
 *
 * @module
 */

/** A screen as text that paints it on an empty one of that size. */
export interface Snapshot {
  readonly cols: number;
  readonly rows: number;
  readonly paint: string;
}

/** A screen, and which events are on it. */
export interface IndexEntry {
  /** Events before this one are on it. */
  readonly eventIndex: number;
  readonly timeS: number;
  /** Characters of output so far. */
  readonly chars: number;
  readonly snapshot: Snapshot;
}

/** How far apart screens are, and how many there may be. */
export interface IndexSpacing {
  readonly everyChars: number;
  readonly everyS: number;
  /** At least 2. */
  readonly most: number;
}

/** A screen every 256 KiB or 30 s. */
export const SPACING: IndexSpacing = { everyChars: 262_144, everyS: 30, most: 256 };

/** The screens in order. With more than fit, every second one goes and the next are twice as far apart. */
export class SeekIndex {
  readonly #spacing: IndexSpacing;
  #entries: IndexEntry[] = [];
  #factor = 1;

  /** None yet. */
  constructor(spacing: IndexSpacing = SPACING) {
    this.#spacing = spacing;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** Whether a screen is worth keeping there. */
  isDue(place: Pick<IndexEntry, "eventIndex" | "timeS" | "chars">): boolean {
    const last = this.#entries.at(-1) ?? { eventIndex: 0, timeS: 0, chars: 0 };
    if (place.eventIndex <= last.eventIndex) return false;
    const { everyChars, everyS } = this.#spacing;
    return place.chars - last.chars >= everyChars * this.#factor ||
      place.timeS - last.timeS >= everyS * this.#factor;
  }

  /** Keeps a screen; it comes after all others. */
  add(entry: IndexEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length <= this.#spacing.most) return;
    this.#entries = this.#entries.filter((_, index) => index % 2 === 1);
    this.#factor *= 2;
  }

  /** The last screen on which no event from this one on is; null for none. */
  before(eventIndex: number): IndexEntry | null {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#entries[middle]!.eventIndex <= eventIndex) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low - 1] ?? null;
  }
}
