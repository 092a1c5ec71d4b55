/**
 * Where the listener is, as far as the server can know: the last reported position, carried on at
 * nominal speed.
 *
 * @module
 */
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import type { Band } from "./window_plan.ts";

/** Width of one bucket of arrival offsets, seconds. */
const BUCKET_S = 10;
/** How long an offset is remembered, in buckets: 120 s. */
const BUCKETS = 12;

/**
 * How much longer than the fastest recent report a report was under way.
 *
 * `arrival − client_time` is the clocks' difference plus the transport delay; its minimum over the
 * last 120 s stands for an undisturbed report, and what a report has above it is delay.
 */
export class ReportStaleness {
  /** Smallest offset of each bucket, by bucket number modulo the bucket count. */
  readonly #offsetS = new Float64Array(BUCKETS).fill(Infinity);
  readonly #bucket = new Float64Array(BUCKETS).fill(-1);

  /**
   * Takes one report in; returns its staleness in seconds, from 0 to 120: beyond what is remembered
   * it is no delay but another clock.
   */
  observe(arrivalS: number, clientTimeS: number): number {
    const offsetS = arrivalS - clientTimeS;
    const bucket = Math.floor(arrivalS / BUCKET_S);
    const slot = ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
    if (this.#bucket[slot] !== bucket) {
      this.#bucket[slot] = bucket;
      this.#offsetS[slot] = offsetS;
    } else if (offsetS < this.#offsetS[slot]!) {
      this.#offsetS[slot] = offsetS;
    }
    let minimumS = Infinity;
    for (let i = 0; i < BUCKETS; i++) {
      if (this.#bucket[i]! > bucket - BUCKETS && this.#offsetS[i]! < minimumS) {
        minimumS = this.#offsetS[i]!;
      }
    }
    return Math.min(Math.max(0, offsetS - minimumS), BUCKET_S * BUCKETS);
  }
}

/** What an estimate is told to leave out; see {@link StreamFaults}. */
export type PlayheadFaults = Pick<
  StreamFaults,
  "holdPlayhead" | "anchorRepeats" | "ignoreReportAge" | "keepAnchorTime"
>;

/** The server's running estimate of the client's playhead. All positions are samples. */
export class RemotePlayhead {
  readonly #sampleRate: number;
  readonly #faults: PlayheadFaults;
  #staleness = new ReportStaleness();
  #frames: number;
  #anchor = 0;
  #anchorWallS: number;
  #observed = 0;

  /** An estimate that stands at 0 now. `frames` is the buffer length, at least 1. */
  constructor(
    frames: number,
    nowS: number,
    sampleRate: number,
    faults: PlayheadFaults = NO_FAULTS,
  ) {
    this.#faults = faults;
    this.#frames = Math.max(1, frames);
    this.#anchorWallS = nowS;
    this.#sampleRate = sampleRate;
  }

  /** The last reported position, samples. */
  get observed(): number {
    return this.#observed;
  }

  /**
   * Takes a report in. A report that repeats the last position does not move the anchor: the server
   * cannot tell a paused client from one whose report was late.
   */
  report(positionS: number, nowS: number, clientTimeS: number | null): void {
    const raw = Math.trunc(positionS * this.#sampleRate) % this.#frames;
    if (Number.isNaN(raw)) return; // beyond what a number of samples can be
    const position = raw < 0 ? raw + this.#frames : raw;
    const { ignoreReportAge, anchorRepeats, keepAnchorTime } = this.#faults;
    const stalenessS = clientTimeS === null || ignoreReportAge
      ? 0
      : this.#staleness.observe(nowS, clientTimeS);
    if (position === this.#observed && !anchorRepeats) return;
    this.#observed = position;
    this.#anchor = position;
    if (!keepAnchorTime) this.#anchorWallS = nowS - stalenessS;
  }

  /**
   * Where the playhead is now, samples, in [0, frames). A player that was inside `band` when it last
   * reported goes from the band's end to its start, and so does the estimate.
   */
  estimate(nowS: number, band: Band | null = null): number {
    const anchor = this.#anchor;
    if (this.#faults.holdPlayhead) return anchor;
    const played = Math.max(0, nowS - this.#anchorWallS) * this.#sampleRate;
    if (band === null || anchor < band.start || anchor >= band.end) {
      return (anchor + played) % this.#frames;
    }
    const looped = band.start + (anchor - band.start + played) % (band.end - band.start);
    // The sum may round up to the end itself.
    return looped < band.end ? looped : band.start;
  }

  /** A new source: position 0, at the new length. */
  reset(frames: number, nowS: number): void {
    this.#frames = Math.max(1, frames);
    this.#anchor = 0;
    this.#observed = 0;
    this.#anchorWallS = nowS;
  }
}
