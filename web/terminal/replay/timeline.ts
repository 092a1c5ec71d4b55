/**
 * Recorded time and the time that playing it takes. They differ where nothing happened for longer than
 * anybody wants to wait: such a gap is played in the longest time that is bearable.
 *
 * @module
 */

/** A gap that is played faster than it was. */
interface Gap {
  readonly fromS: number;
  readonly toS: number;
  readonly playFromS: number;
}

/** Maps one to the other, both ways; both maps grow strictly. */
export class Timeline {
  /** How long playing all of it takes at single speed, seconds. */
  readonly playDurationS: number;
  readonly #gaps: readonly Gap[];
  readonly #limitS: number;

  /**
   * @param times When something happened, in order, seconds from the beginning.
   * @param durationS The end.
   * @param limitS The longest time that a gap takes, above 0; null plays all gaps as they were.
   */
  constructor(times: Iterable<number>, durationS: number, limitS: number | null) {
    const gaps: Gap[] = [];
    this.#limitS = limitS ?? Infinity;
    let [lastS, savedS] = [0, 0];
    const look = (timeS: number) => {
      if (timeS - lastS > this.#limitS) {
        gaps.push({ fromS: lastS, toS: timeS, playFromS: lastS - savedS });
        savedS += timeS - lastS - this.#limitS;
      }
      lastS = Math.max(lastS, timeS);
    };
    for (const timeS of times) look(timeS);
    look(durationS);
    this.#gaps = gaps;
    this.playDurationS = Math.max(0, durationS - savedS);
  }

  /** When a recorded moment is played. */
  playOf(recordedS: number): number {
    const gap = this.#gapAt((it) => it.fromS <= recordedS);
    if (gap === undefined) return recordedS;
    if (recordedS >= gap.toS) return gap.playFromS + this.#limitS + (recordedS - gap.toS);
    return gap.playFromS + this.#limitS * (recordedS - gap.fromS) / (gap.toS - gap.fromS);
  }

  /** The recorded moment that is played then. */
  recordedOf(playS: number): number {
    const gap = this.#gapAt((it) => it.playFromS <= playS);
    if (gap === undefined) return playS;
    const inGapS = playS - gap.playFromS;
    if (inGapS >= this.#limitS) return gap.toS + (inGapS - this.#limitS);
    return gap.fromS + (gap.toS - gap.fromS) * inGapS / this.#limitS;
  }

  /** Whether a recorded moment lies in a gap that is shortened. */
  isShortened(recordedS: number): boolean {
    const gap = this.#gapAt((it) => it.fromS < recordedS);
    return gap !== undefined && recordedS < gap.toS;
  }

  /** The last gap that has begun. */
  #gapAt(hasBegun: (gap: Gap) => boolean): Gap | undefined {
    let [low, high] = [0, this.#gaps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (hasBegun(this.#gaps[middle]!)) low = middle + 1;
      else high = middle;
    }
    return this.#gaps[low - 1];
  }
}
