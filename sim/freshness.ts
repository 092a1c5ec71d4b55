import { Ring } from "../runtime/ring.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import type { LagTags } from "./tags.ts";

/** Frames of one freshness cell, 10 ms. */
const CELL_FRAMES = 480;
/** Records that are kept; the oldest go first. */
const RECORD_CAP = 100_000;

/**
 * What was played between two calls, and how much of it was fresh. Runs of stale frames at either
 * end let neighbouring records be joined without loss.
 */
interface PlayRecord {
  readonly wallS: number;
  frames: number;
  freshFrames: number;
  staleHead: number;
  staleTail: number;
  longestStale: number;
  readonly tags: LagTags;
}

/** Takes a run of played frames that are all fresh or all not: `[fromSample, toSample)`. */
export type RunSink = (fromSample: number, toSample: number, isFresh: boolean) => void;

/** Which records a {@link FreshnessReport} covers. */
export interface FreshnessReportOptions {
  /** From this time on; default from the start. */
  readonly sinceS?: number;
  /** Up to and including this time; default to the end. */
  readonly untilS?: number;
  /** Leaves out records with any of these tags; default none. */
  readonly ignoreTags?: LagTags;
}

/** How much of what was heard had been generated for it. */
export interface FreshnessReport {
  /** Frames that were heard. */
  readonly playedFrames: number;
  /** Played frames that a slice of this epoch rewrote within the lap before they were heard. */
  readonly freshFrames: number;
  /** `freshFrames / playedFrames`, 0..1; null when nothing was played. */
  readonly freshShare: number | null;
  /** Longest run of played frames that were not fresh, in seconds of audio. */
  readonly longestUnrefreshedS: number;
}

/**
 * The exact measure of staleness, in cells of 480 frames. A bucket that any slice touched recently
 * says little: an engine that renders every other window keeps all buckets young. Here a frame is
 * fresh if its own cell was rewritten within the last lap (one turn of the buffer, or of the loop
 * band, at nominal rate). A slice rewrites the cells whose middle it covers, so slices that meet
 * inside a cell rewrite it once and leave no gap.
 *
 * @example
 * ```ts
 * import { FreshnessMeter } from "./freshness.ts";
 *
 * const meter = new FreshnessMeter(96000);
 * meter.onSlice(0, 24000, 0.1);
 * meter.onPlay(0, 48000, 1);
 * console.log(meter.report().freshShare); // 0.5
 * ```
 */
export class FreshnessMeter {
  #frames: number;
  #lapS: number;
  #stampsS: Float64Array;
  readonly #records = new Ring<PlayRecord>(RECORD_CAP);

  /** A meter for a buffer of `frames`, none of it rewritten yet. */
  constructor(frames: number) {
    this.#frames = frames;
    this.#lapS = frames / SAMPLE_RATE;
    this.#stampsS = staleStamps(frames);
  }

  /** A new buffer: no cell of it is rewritten yet. What was played before stays on record. */
  reset(frames: number): void {
    this.#frames = frames;
    this.#lapS = frames / SAMPLE_RATE;
    this.#stampsS = staleStamps(frames);
  }

  /** Length of a lap in frames: the loop band's, or the buffer's. */
  setLapFrames(frames: number): void {
    this.#lapS = frames / SAMPLE_RATE;
  }

  /** A slice rewrote `numSamples` frames from `startSample` on. */
  onSlice(startSample: number, numSamples: number, nowS: number): void {
    const endSample = Math.min(startSample + numSamples, this.#frames);
    const first = cellAfter(startSample);
    const end = endSample === this.#frames ? this.#stampsS.length : cellAfter(endSample);
    for (let cell = first; cell < end; cell++) this.#stampsS[cell] = nowS;
  }

  /**
   * Frames `[fromSample, toSample)` were played, the last of them at `nowS`. Never wraps.
   *
   * @param onRun Told of each run, in order.
   * @param headSample In a seam: where the head begins that sounded together with them. A frame is
   * then fresh only if both were.
   */
  onPlay(
    fromSample: number,
    toSample: number,
    nowS: number,
    tags: LagTags = 0,
    onRun?: RunSink,
    headSample: number | null = null,
  ): void {
    const oldestS = nowS - this.#lapS;
    const record = this.#recordAt(nowS, tags);
    for (let from = fromSample; from < toSample;) {
      const head = headSample === null ? null : headSample + from - fromSample;
      const isFresh = this.#isFresh(from, oldestS) &&
        (head === null || this.#isFresh(head, oldestS));
      // A seam is short: there, one cell of both at a time will do.
      const to = head === null
        ? this.#runEnd(from, toSample, oldestS, isFresh)
        : Math.min(cellEnd(from), from + cellEnd(head) - head, toSample);
      addRun(record, to - from, isFresh);
      onRun?.(from, to, isFresh);
      from = to;
    }
  }

  /** Sums up what was played. */
  report(options: FreshnessReportOptions = {}): FreshnessReport {
    const { sinceS = -Infinity, untilS = Infinity, ignoreTags = 0 } = options;
    let playedFrames = 0;
    let freshFrames = 0;
    let run = 0;
    let longest = 0;
    for (const record of this.#records.toArray()) {
      if (record.wallS < sinceS || record.wallS > untilS) continue;
      if ((record.tags & ignoreTags) !== 0) {
        run = 0;
        continue;
      }
      playedFrames += record.frames;
      freshFrames += record.freshFrames;
      longest = Math.max(longest, run + record.staleHead, record.longestStale);
      run = record.staleHead === record.frames ? run + record.frames : record.staleTail;
    }
    return {
      playedFrames,
      freshFrames,
      freshShare: playedFrames === 0 ? null : freshFrames / playedFrames,
      longestUnrefreshedS: longest / SAMPLE_RATE,
    };
  }

  #isFresh(sample: number, oldestS: number): boolean {
    return this.#stampsS[Math.floor(sample / CELL_FRAMES)]! >= oldestS;
  }

  /** Where the run of frames ends that are all fresh, or all not. */
  #runEnd(from: number, toSample: number, oldestS: number, isFresh: boolean): number {
    let to = cellEnd(from);
    while (to < toSample && this.#isFresh(to, oldestS) === isFresh) to += CELL_FRAMES;
    return Math.min(to, toSample);
  }

  /** The record of this instant: the pieces before and after a wrap belong together. */
  #recordAt(wallS: number, tags: LagTags): PlayRecord {
    const last = this.#records.last;
    if (last !== undefined && last.wallS === wallS && last.tags === tags) return last;
    const record: PlayRecord = {
      wallS,
      frames: 0,
      freshFrames: 0,
      staleHead: 0,
      staleTail: 0,
      longestStale: 0,
      tags,
    };
    this.#records.push(record);
    return record;
  }
}

function addRun(record: PlayRecord, frames: number, isFresh: boolean): void {
  if (isFresh) {
    record.freshFrames += frames;
    record.staleTail = 0;
  } else {
    if (record.freshFrames === 0) record.staleHead += frames;
    record.staleTail += frames;
    if (record.staleTail > record.longestStale) record.longestStale = record.staleTail;
  }
  record.frames += frames;
}

/** The first frame behind the cell that holds `sample`. */
function cellEnd(sample: number): number {
  return (Math.floor(sample / CELL_FRAMES) + 1) * CELL_FRAMES;
}

/** Index of the first cell whose middle is not before `sample`. */
function cellAfter(sample: number): number {
  return Math.max(0, Math.ceil((sample - CELL_FRAMES / 2) / CELL_FRAMES));
}

function staleStamps(frames: number): Float64Array {
  return new Float64Array(Math.max(1, Math.ceil(frames / CELL_FRAMES))).fill(-Infinity);
}
