import { Ring } from "../runtime/ring.ts";
import type { LagTags } from "./tags.ts";

/** Runs that are kept; the oldest go first. */
const RUN_CAP = 100_000;
/** Playback that goes on within this time has not stopped, seconds. */
const SAME_TIME_S = 0.001;

/** A run of what was heard: one kind of audio, from one place of the buffer, without a gap. */
export interface HeardRun {
  /** When its first frame was heard, seconds. */
  readonly fromS: number;
  /** When its last frame had been heard, seconds. */
  readonly toS: number;
  /** Where it begins in the buffer. */
  readonly startSample: number;
  /** How long it is. */
  readonly frames: number;
  /** Where it begins in the recording; null where that does not hold it. */
  readonly recordedAt: number | null;
  /** Whether it had been rewritten within the last lap before it was heard. */
  readonly isFresh: boolean;
  /** Why it may be old although nothing is wrong. */
  readonly tags: LagTags;
}

/** A run under way. `playedAt` counts the frames that were ever heard before it. */
interface OpenRun extends Omit<HeardRun, "recordedAt"> {
  fromS: number;
  toS: number;
  frames: number;
  readonly playedAt: number;
}

/**
 * Everything that was heard as runs on two clocks: session time, and the place in a recording that
 * keeps the newest `capacity` frames. The recording goes on over swaps and reconnects; when the
 * number of channels changes, it begins anew.
 *
 * @example
 * ```ts
 * import { HeardLog } from "./heard_log.ts";
 *
 * const log = new HeardLog(480_000, 0);
 * log.begin(2);
 * log.onPlay(0, 24_000, false);
 * log.settle(0.5);
 * console.log(log.runs()[0]?.frames); // 24000
 * ```
 */
export class HeardLog {
  /** Frames of the recording at most. */
  readonly capacity: number;
  readonly #runs = new Ring<OpenRun>(RUN_CAP);
  #settledS: number;
  #settledFrames = 0;
  #played = 0;
  #recordedFrom = 0;
  #channels = 0;
  #nextChannels = 0;
  #isCut = true;

  /** An empty log, at `nowS`. */
  constructor(capacity: number, nowS: number) {
    this.capacity = capacity;
    this.#settledS = nowS;
  }

  /** A new buffer: what follows is another run. */
  begin(channels: number): void {
    this.#nextChannels = channels;
    this.#isCut = true;
  }

  /** What follows is another run, as after a change of speed. */
  cut(): void {
    this.#isCut = true;
  }

  /** Frames `[fromSample, toSample)` were heard after what was told before; never wraps. */
  onPlay(fromSample: number, toSample: number, isFresh: boolean, tags: LagTags = 0): void {
    const frames = toSample - fromSample;
    const { last } = this.#runs;
    const goesOn = last !== undefined && !this.#isCut && !this.#hasPaused(last) &&
      last.isFresh === isFresh && last.tags === tags &&
      last.startSample + last.frames === fromSample;
    if (goesOn) {
      last.frames += frames;
    } else {
      if (this.#nextChannels !== this.#channels) {
        this.#channels = this.#nextChannels;
        this.#recordedFrom = this.#played;
      }
      const fromS = this.#settledS;
      this.#runs.push({
        fromS,
        toS: fromS,
        startSample: fromSample,
        frames,
        playedAt: this.#played,
        isFresh,
        tags,
      });
      this.#isCut = false;
    }
    this.#played += frames;
  }

  /** All that was heard up to `nowS` has been told: it is spread evenly over the time it took. */
  settle(nowS: number): void {
    const told = this.#played - this.#settledFrames;
    for (let i = this.#runs.length - 1; told > 0 && i >= 0; i--) {
      const run = this.#runs.at(i)!;
      const from = run.playedAt - this.#settledFrames;
      const to = from + run.frames;
      if (to <= 0) break;
      const lengthS = nowS - this.#settledS;
      run.toS = this.#settledS + lengthS * (to / told);
      if (from > 0) run.fromS = this.#settledS + lengthS * (from / told);
    }
    this.#settledS = nowS;
    this.#settledFrames = this.#played;
  }

  /** The newest runs, oldest first; one that the recording holds in part is two. */
  runs(): HeardRun[] {
    const firstFrame = Math.max(this.#recordedFrom, this.#played - this.capacity);
    const runs: HeardRun[] = [];
    for (const { playedAt, ...run } of this.#runs) {
      const lost = Math.min(run.frames, Math.max(0, firstFrame - playedAt));
      if (lost === 0) runs.push({ ...run, recordedAt: playedAt - firstFrame });
      else if (lost === run.frames) runs.push({ ...run, recordedAt: null });
      else runs.push(...split(run, lost));
    }
    return runs;
  }

  #hasPaused(last: OpenRun): boolean {
    return this.#played === this.#settledFrames && this.#settledS - last.toS > SAME_TIME_S;
  }
}

/** A run whose first `lost` frames have left the recording. */
function split(run: Omit<HeardRun, "recordedAt">, lost: number): [HeardRun, HeardRun] {
  const middleS = run.fromS + (run.toS - run.fromS) * (lost / run.frames);
  return [
    { ...run, toS: middleS, frames: lost, recordedAt: null },
    {
      ...run,
      fromS: middleS,
      startSample: run.startSample + lost,
      frames: run.frames - lost,
      recordedAt: 0,
    },
  ];
}
