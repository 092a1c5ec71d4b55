import type { Clock, Timer } from "../../runtime/clock.ts";
import type { SpokenClip } from "./spoken_frames.ts";

/** How a player can be careless; all off in one that is not. */
export interface ClipPlayerFaults {
  /** Begin every clip when it comes, whatever is being heard. */
  readonly playAtOnce?: boolean;
  /** Go on with a job that was stopped. */
  readonly ignoreStop?: boolean;
}

/** A clip that was heard, or its part. */
export interface HeardClip {
  readonly clip: SpokenClip;
  readonly fromS: number;
  readonly toS: number;
  /** Whether it was heard to its end. */
  readonly isWhole: boolean;
}

/** Hears of what is heard. */
export interface ClipPlayerObserver {
  /** A clip begins to be heard. */
  onBegin?(clip: SpokenClip, atS: number): void;
  /** It is heard no longer. */
  onEnd?(heard: HeardClip): void;
}

/** Clips that wait at most; the oldest of more are dropped, as a page must. */
const MAX_WAITING = 1000;

/** A clip that sounds. */
interface Sounding {
  readonly clip: SpokenClip;
  readonly fromS: number;
  readonly timer: Timer;
}

/**
 * Plays clips one after the other on a clock: what a page does with what it is sent. It makes no sound.
 */
export class ClipPlayer {
  readonly #clock: Clock;
  readonly #observer: ClipPlayerObserver;
  readonly #faults: ClipPlayerFaults;
  readonly #latencyS: number;
  #waiting: SpokenClip[] = [];
  readonly #sounding = new Set<Sounding>();

  /**
   * Nothing is heard yet.
   *
   * @param options `latencyS`: from the decision to play to the first sound, seconds.
   */
  constructor(options: {
    readonly clock: Clock;
    readonly observer: ClipPlayerObserver;
    readonly faults?: ClipPlayerFaults;
    readonly latencyS?: number;
  }) {
    this.#clock = options.clock;
    this.#observer = options.observer;
    this.#faults = options.faults ?? {};
    this.#latencyS = options.latencyS ?? 0;
  }

  /** Takes a clip: it is heard when those before it have been. */
  take(clip: SpokenClip): void {
    if (this.#faults.playAtOnce === true) return this.#begin(clip);
    this.#waiting.push(clip);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.#next();
  }

  /** A job is to be heard no longer. */
  stop(jobId: string): void {
    if (this.#faults.ignoreStop === true) return;
    this.#end((clip) => clip.jobId === jobId);
  }

  /** Nothing is to be heard any more: the page is closed. */
  close(): void {
    this.#end(() => true);
  }

  #end(isMeant: (clip: SpokenClip) => boolean): void {
    this.#waiting = this.#waiting.filter((clip) => !isMeant(clip));
    for (const it of [...this.#sounding]) if (isMeant(it.clip)) this.#over(it, false);
    this.#next();
  }

  #next(): void {
    if (this.#sounding.size > 0) return;
    const clip = this.#waiting.shift();
    if (clip !== undefined) this.#begin(clip);
  }

  #begin(clip: SpokenClip): void {
    const fromS = this.#clock.now() + this.#latencyS;
    const it: Sounding = {
      clip,
      fromS,
      timer: this.#clock.at(fromS + clip.durationS, () => this.#over(it, true)),
    };
    this.#sounding.add(it);
    this.#observer.onBegin?.(clip, fromS);
  }

  #over(it: Sounding, isWhole: boolean): void {
    if (!this.#sounding.delete(it)) return;
    it.timer.cancel();
    // Where it ended by itself, that was then, however late the timer came.
    const toS = isWhole ? it.fromS + it.clip.durationS : Math.max(it.fromS, this.#clock.now());
    this.#observer.onEnd?.({ clip: it.clip, fromS: it.fromS, toS, isWhole });
    if (isWhole) this.#next();
  }
}
