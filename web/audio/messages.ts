/**
 * What the session's worker and the audio thread tell each other, over a port of their own.
 *
 * @module
 */
import type { Band } from "../../sim/circle.ts";

/**
 * To the audio thread. What moves the playhead carries a running number: reports name the newest one
 * that was carried out, so that a position from before it is not taken for one after it.
 */
export type RingCommand =
  | {
    readonly type: "take";
    readonly seq: number;
    /** Interleaved. */
    readonly audio: Float32Array;
    readonly channels: number;
    /** Frame to begin at; null keeps the place. */
    readonly position: number | null;
  }
  | {
    readonly type: "patch";
    /** Interleaved, absolute; the memory comes back with a report. */
    readonly audio: Float32Array;
    readonly startSample: number;
  }
  | { readonly type: "seek"; readonly seq: number; readonly sample: number }
  | { readonly type: "pause"; readonly seq: number; readonly isPaused: boolean }
  | { readonly type: "band"; readonly seq: number; readonly band: Band | null }
  | { readonly type: "looping"; readonly seq: number; readonly isLooping: boolean };

/** From the audio thread: each 256 frames. */
export interface RingReport {
  /** The newest command that was carried out. */
  readonly seq: number;
  /** The next frame that will sound. */
  readonly sample: number;
  /** The audio context's time of that frame, seconds. */
  readonly contextTimeS: number;
  /** Whether playback stands at the end and does not loop. */
  readonly hasEnded: boolean;
  /** Memory of patches, to be used again. */
  readonly spent: readonly ArrayBuffer[];
}

/** Frames between two reports. */
export const REPORT_FRAMES = 256;
/** Name under which the processor is registered. */
export const RING_PROCESSOR = "headway-ring";
