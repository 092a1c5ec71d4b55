import type { Clock } from "../../runtime/clock.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import { type Band, seamFrames } from "../circle.ts";
import { FreshnessMeter, type RunSink } from "../freshness.ts";
import { HeardLog } from "../heard_log.ts";
import type { SliceRecord, SliceTelemetry, TickRecord } from "../lag_records.ts";
import { LagTracker } from "../lag_tracker.ts";
import { PlayCursor } from "../play_cursor.ts";
import type { Playhead } from "../playhead.ts";
import type { PlaybackRecorder } from "../recorder.ts";
import { LAG_TAGS, type LagTags } from "../tags.ts";
import type { Mirror } from "./mirror.ts";

/** What a {@link Listener} is made of. */
export interface ListenerOptions {
  /** Stamps the records. */
  readonly clock: Clock;
  /** Where it plays; no position of it counts before the first buffer. */
  readonly playhead: Playhead;
  readonly recorder: PlaybackRecorder;
  /** Length of a full decode window in frames; 0 when slices cover the whole buffer. */
  readonly windowFrames: number;
  /** Length of a chunk of walk mode in frames; 0 without it. */
  readonly walkFrames?: number;
  readonly idlePauseS: number;
  readonly settleS: number;
}

/** How a new buffer is taken; all but the first are for clients that do it badly. */
export interface TakeOptions {
  /** Go on from the present position, as after a reconnect. */
  readonly keepPosition: boolean;
  /** Go round one frame too early. */
  readonly isShort?: boolean;
  /** Go on recording the old buffer. */
  readonly keepRecorder?: boolean;
  /** Go on counting the old buffer's records. */
  readonly keepRecords?: boolean;
}

/**
 * The one who would hear it: playhead, lag tracker, freshness meter and recorder on one buffer,
 * kept in step, with the tags that explain false alarms.
 *
 * What was played is settled before each slice is applied, so that the recording holds what was
 * heard and not what arrived a moment later, and a frame counts as fresh only if its slice was there
 * in time.
 */
export class Listener {
  readonly #clock: Clock;
  readonly #recorder: PlaybackRecorder;
  readonly #windowFrames: number;
  readonly #walkFrames: number;
  readonly #idlePauseS: number;
  readonly #settleS: number;
  readonly #playhead: Playhead;
  readonly #tracker: LagTracker;
  readonly #freshness: FreshnessMeter;
  readonly #heard: HeardLog;
  readonly #cursor: PlayCursor;
  #frames = 0;
  #activeS: number;
  #settledS = -Infinity;

  /** A listener without a buffer; {@link Listener.take} gives it one. */
  constructor(options: ListenerOptions) {
    const { clock } = options;
    this.#clock = clock;
    this.#recorder = options.recorder;
    this.#windowFrames = options.windowFrames;
    this.#walkFrames = options.walkFrames ?? 0;
    // A server that never rests leaves nobody idle.
    this.#idlePauseS = options.idlePauseS > 0 ? options.idlePauseS : Infinity;
    this.#settleS = options.settleS;
    this.#playhead = options.playhead;
    this.#tracker = new LagTracker({ frames: 1, clock });
    this.#freshness = new FreshnessMeter(1);
    this.#activeS = clock.now();
    this.#heard = new HeardLog(options.recorder.capacity, clock.now());
    let tags: LagTags = 0;
    const onRun: RunSink = (from, to, isFresh) => this.#heard.onPlay(from, to, isFresh, tags);
    this.#cursor = new PlayCursor(1, (fromSample, toSample, headSample) => {
      const nowS = clock.now();
      tags = this.tags(nowS);
      this.#recorder.onPlay(fromSample, toSample, headSample);
      this.#freshness.onPlay(fromSample, toSample, nowS, tags, onRun, headSample);
    }, this.#playhead.wrap);
  }

  /** Position, rate, pause and band. Change them through the listener only. */
  get playhead(): Playhead {
    return this.#playhead;
  }

  /** Lead and staleness. */
  get tracker(): LagTracker {
    return this.#tracker;
  }

  /** The exact measure. */
  get freshness(): FreshnessMeter {
    return this.#freshness;
  }

  /** What was heard when, over swaps and reconnects. */
  get heard(): HeardLog {
    return this.#heard;
  }

  /**
   * Takes a new buffer: from its head, or after a reconnect from the present position. What the old
   * one played has to be settled before ({@link Listener.hear}), while it is still there.
   */
  take(mirror: Mirror, options: TakeOptions): void {
    this.#frames = Math.max(1, mirror.frames);
    this.#playhead.reset(options.isShort === true ? this.#frames - 1 : this.#frames, options);
    if (options.keepRecords !== true) this.#tracker.reset(this.#frames);
    this.#freshness.reset(this.#frames);
    this.#freshness.setLapFrames(this.#lapFrames);
    this.#cursor.reset(this.#frames);
    if (options.keepRecorder !== true) this.#recorder.reset(mirror.audio, mirror.channels);
    this.#heard.begin(mirror.channels);
    this.#jumped();
  }

  /** Settles what was played up to now, as it sounded up to now. */
  hear(): void {
    this.#advanceTo(this.#playhead.sample());
  }

  /** A slice was applied. */
  onSlice(startSample: number, numSamples: number, telemetry: SliceTelemetry): SliceRecord {
    const nowS = this.#clock.now();
    const tags = this.tags(nowS) |
      (this.#isSeamPinned(startSample, numSamples) ? LAG_TAGS.seamPinned : 0);
    this.#freshness.onSlice(startSample, numSamples, nowS);
    const playhead = this.#playhead.sample();
    return this.#tracker.onSlice(startSample, numSamples, playhead, telemetry, tags);
  }

  /** A tick with the playhead at `sample`. */
  onTick(sample: number): TickRecord {
    const record = this.#tracker.onTick(sample, this.tags(this.#clock.now()));
    this.#advanceTo(sample);
    return record;
  }

  /** Jumps. */
  seek(positionS: number): void {
    this.hear();
    this.#playhead.seek(positionS);
    this.#jumped();
  }

  /** Plays faster or slower from here on. */
  setRate(rate: number): void {
    this.hear();
    this.#playhead.setRate(rate);
    this.#heard.cut();
  }

  /** Stops or goes on. After a resume the server has to find the playhead again. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.#playhead.isPaused) return;
    this.hear();
    this.#playhead.setPaused(isPaused);
    if (!isPaused) this.#settle();
  }

  /**
   * Loops playback, and all measures with it, inside the part of the band that the buffer has. Null
   * or an empty part disarms it.
   */
  armBand(band: { readonly startS: number; readonly endS: number } | null): void {
    const startSample = Math.max(0, Math.trunc((band?.startS ?? 0) * SAMPLE_RATE));
    const endSample = Math.min(this.#frames, Math.trunc((band?.endS ?? 0) * SAMPLE_RATE));
    const next: Band | null = endSample > startSample ? { startSample, endSample } : null;
    if (next === null && this.#playhead.band === null) return;
    this.hear();
    this.#playhead.setBand(next);
    this.#tracker.setBand(next);
    this.#cursor.setBand(next);
    this.#freshness.setLapFrames(next === null ? this.#lapFrames : endSample - startSample);
    this.#jumped();
  }

  /** Something was touched that wakes a resting server. */
  onActivity(): void {
    const nowS = this.#clock.now();
    if (nowS - this.#activeS > this.#idlePauseS) this.#settle();
    this.#activeS = nowS;
  }

  /** Why a record of this moment may look bad although nothing is wrong. */
  tags(nowS: number): LagTags {
    return (this.#playhead.band === null ? 0 : LAG_TAGS.loopBand) |
      (this.#playhead.isPaused ? LAG_TAGS.paused : 0) |
      (nowS - this.#activeS > this.#idlePauseS ? LAG_TAGS.idle : 0) |
      (nowS < this.#settledS ? LAG_TAGS.settling : 0);
  }

  /** Length of a turn of the whole buffer. */
  get #lapFrames(): number {
    return this.#frames - (this.#playhead.wrap === "seam" ? seamFrames(this.#frames) : 0);
  }

  #advanceTo(sample: number): void {
    this.#cursor.advanceTo(sample);
    this.#heard.settle(this.#clock.now());
  }

  /** A full window that is held back from running over the end of the buffer, or of a chunk. */
  #isSeamPinned(startSample: number, numSamples: number): boolean {
    const endSample = startSample + numSamples;
    const isAtEnd = endSample === this.#frames ||
      (this.#walkFrames > 0 && endSample % this.#walkFrames === 0);
    return numSamples === this.#windowFrames && isAtEnd && startSample > 0;
  }

  #jumped(): void {
    this.#cursor.jumpTo(this.#playhead.sample());
    this.#heard.settle(this.#clock.now());
    this.#settle();
  }

  #settle(): void {
    this.#settledS = this.#clock.now() + this.#settleS;
  }
}
