/**
 * The recording of a run, made small and marked: cue points, and the excerpt worth hearing first.
 *
 * @module
 */
export { bufferCues, playedCues } from "./cues.ts";
export { excerptOf } from "./excerpt.ts";
export type { MarkerKind, SoundExcerpt, SoundMarker } from "./excerpt.ts";
export type { Peaks } from "./peaks.ts";
export { recordingTimeOf, sessionTimeOf } from "./timeline.ts";
