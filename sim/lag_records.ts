/**
 * What the lag tracker remembers of each slice and of each tick.
 *
 * @module
 */
import { SAMPLE_RATE } from "../wire/constants.ts";
import { type Band, isInBand, wrap } from "./circle.ts";
import type { LagTags } from "./tags.ts";

/** One received slice, measured at the moment it was applied. */
export interface SliceRecord {
  /** When, on the tracker's clock. */
  readonly wallS: number;
  /** First frame of the slice. */
  readonly startSample: number;
  /** Its length in frames. */
  readonly numSamples: number;
  /** Where the playhead was. */
  readonly playheadSample: number;
  /** Signed circular distance from the playhead to the slice's first sample; positive = ahead. */
  readonly leadS: number;
  /** The same distance folded on the armed loop band; null outside one. */
  readonly bandLeadS: number | null;
  /** Time since the previous slice, 0 for the first one. */
  readonly intervalS: number;
  /** Time of the generator step. */
  readonly tickMs: number;
  /** Time of decoding the window. */
  readonly decMs: number;
  /** Generations so far. */
  readonly numGens: number;
  /** Why its lead may be negative although nothing is wrong. */
  readonly tags: LagTags;
}

/** One tick: how old the audio under the playhead was. */
export interface TickRecord {
  /** When, on the tracker's clock. */
  readonly wallS: number;
  /** Position in seconds of the source. */
  readonly playheadS: number;
  /** Age of the newest slice that touched the playhead's bucket. */
  readonly stalenessS: number;
  /** Why it may be stale although nothing is wrong. */
  readonly tags: LagTags;
}

/** What a server says of its own work with each slice. */
export interface SliceTelemetry {
  /** Time of the generator step. */
  readonly tickMs: number;
  /** Time of decoding the window. */
  readonly decMs: number;
  /** Generations so far. */
  readonly numGens: number;
}

/**
 * Distance from the playhead to `startSample` on a circle of `frames`, folded to
 * `[-frames / 2, frames / 2)`; positive = ahead. 0 on an empty circle. For an odd circle the fold
 * point is `floor(frames / 2)`.
 *
 * @example
 * ```ts
 * import { foldLeadSamples } from "./lag_records.ts";
 *
 * console.log(foldLeadSamples(100, 479900, 480000)); // 200
 * ```
 */
export function foldLeadSamples(
  startSample: number,
  playheadSample: number,
  frames: number,
): number {
  if (frames <= 0) return 0;
  const lead = wrap(startSample - playheadSample, frames);
  return lead >= Math.floor(frames / 2) ? lead - frames : lead;
}

/** {@link foldLeadSamples} on a loop band, in seconds; null unless both lie inside the band. */
export function bandLeadS(
  startSample: number,
  playheadSample: number,
  band: Band | null,
): number | null {
  if (band === null || !isInBand(startSample, band) || !isInBand(playheadSample, band)) return null;
  const span = band.endSample - band.startSample;
  return foldLeadSamples(startSample, playheadSample, span) / SAMPLE_RATE;
}
