import { Ring } from "../runtime/ring.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import type { Band } from "./circle.ts";
import {
  bandLeadS,
  foldLeadSamples,
  type SliceRecord,
  type SliceTelemetry,
  type TickRecord,
} from "./lag_records.ts";
import { type LagReport, lagReport, type LagReportOptions } from "./lag_report.ts";
import type { LagTags } from "./tags.ts";

/** Frames of one staleness bucket, 0.25 s. */
const BUCKET_FRAMES = 12000;
/** Records of each kind that are kept; the oldest go first. */
const RECORD_CAP = 100_000;

/** What a {@link LagTracker} is made of. */
export interface LagTrackerOptions {
  /** Length of the circular buffer in frames. */
  readonly frames: number;
  /** Stamps the records, in seconds. */
  readonly clock: { now(): number };
}

/**
 * Lead and staleness at the playhead: how far ahead of it slices land, and how old the audio under
 * it is. Staleness is kept in buckets of 0.25 s that a slice refreshes by touching them; the whole
 * source counts as fresh at the start. `freshness.ts` has the exact measure.
 *
 * @example
 * ```ts
 * import { LagTracker } from "./lag_tracker.ts";
 * import { VirtualClock } from "../runtime/virtual_clock.ts";
 *
 * const tracker = new LagTracker({ frames: 60 * 48000, clock: new VirtualClock() });
 * tracker.onSlice(24000, 17280, 0, { tickMs: 40, decMs: 9, numGens: 1 });
 * tracker.onTick(0);
 * console.log(tracker.report().slices.leadS.p50); // 0.5
 * ```
 */
export class LagTracker {
  readonly #clock: { now(): number };
  #frames: number;
  #band: Band | null = null;
  #stampsS: Float64Array;
  #lastSliceS: number | null = null;
  readonly #slices = new Ring<SliceRecord>(RECORD_CAP);
  readonly #ticks = new Ring<TickRecord>(RECORD_CAP);

  /** A tracker to which the whole buffer is fresh. */
  constructor(options: LagTrackerOptions) {
    this.#clock = options.clock;
    this.#frames = options.frames;
    this.#stampsS = freshStamps(options.frames, this.#clock.now());
  }

  /** Slices since the last reset, newest 100 000. */
  get slices(): Iterable<SliceRecord> {
    return this.#slices;
  }

  /** Ticks since the last reset, newest 100 000. */
  get ticks(): Iterable<TickRecord> {
    return this.#ticks;
  }

  /** Takes a new buffer: everything is fresh and nothing is remembered. */
  reset(frames: number): void {
    this.#frames = frames;
    this.#band = null;
    this.#stampsS = freshStamps(frames, this.#clock.now());
    this.#lastSliceS = null;
    this.#slices.clear();
    this.#ticks.clear();
  }

  /** Arms the loop band on which {@link SliceRecord.bandLeadS} is folded. */
  setBand(band: Band | null): void {
    this.#band = band;
  }

  /**
   * A slice was applied while the playhead stood at `playheadSample`. A bucket is fresh even if the
   * slice touches only a part of it.
   */
  onSlice(
    startSample: number,
    numSamples: number,
    playheadSample: number,
    telemetry: SliceTelemetry,
    tags: LagTags = 0,
  ): SliceRecord {
    const nowS = this.#clock.now();
    const endSample = Math.min(startSample + Math.max(0, numSamples - 1), this.#frames - 1);
    const last = this.#bucketOf(endSample);
    for (let i = this.#bucketOf(startSample); i <= last; i++) this.#stampsS[i] = nowS;
    const record: SliceRecord = {
      wallS: nowS,
      startSample,
      numSamples,
      playheadSample,
      leadS: foldLeadSamples(startSample, playheadSample, this.#frames) / SAMPLE_RATE,
      bandLeadS: bandLeadS(startSample, playheadSample, this.#band),
      intervalS: this.#lastSliceS === null ? 0 : nowS - this.#lastSliceS,
      tickMs: telemetry.tickMs,
      decMs: telemetry.decMs,
      numGens: telemetry.numGens,
      tags,
    };
    this.#lastSliceS = nowS;
    this.#slices.push(record);
    return record;
  }

  /** A tick with the playhead at `playheadSample`. */
  onTick(playheadSample: number, tags: LagTags = 0): TickRecord {
    const wallS = this.#clock.now();
    const stampS = this.#stampsS[this.#bucketOf(playheadSample)]!;
    const record: TickRecord = {
      wallS,
      playheadS: playheadSample / SAMPLE_RATE,
      stalenessS: Math.max(0, wallS - stampS),
      tags,
    };
    this.#ticks.push(record);
    return record;
  }

  /** Lead, intervals and staleness over a window of time; see {@link lagReport}. */
  report(options: LagReportOptions = {}): LagReport {
    const [slices, ticks] = [this.#slices.toArray(), this.#ticks.toArray()];
    const records = { frames: this.#frames, slices, ticks };
    return lagReport(records, this.#clock.now(), options);
  }

  #bucketOf(sample: number): number {
    const index = Math.trunc(sample / BUCKET_FRAMES);
    return Math.max(0, Math.min(this.#stampsS.length - 1, index));
  }
}

function freshStamps(frames: number, nowS: number): Float64Array {
  return new Float64Array(Math.max(1, Math.ceil(frames / BUCKET_FRAMES))).fill(nowS);
}
