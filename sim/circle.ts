/**
 * Arithmetic on the circular buffer.
 *
 * @module
 */
import { SEAM_FADE_FRAMES } from "../wire/constants.ts";

/**
 * Where playback goes on after the last frame: at frame 0 (`zero`), as the first headless client did;
 * or, as browsers do, behind a seam (`seam`): the last frames sound together with the first ones,
 * which are then not played again.
 */
export type WrapKind = "zero" | "seam";

/** Part of the buffer that plays in a loop: frames `[startSample, endSample)`. */
export interface Band {
  /** First frame. */
  readonly startSample: number;
  /** The frame behind the last one. */
  readonly endSample: number;
}

/**
 * Mathematical modulo for a positive divisor: the result lies in `[0, n)`, also for negative
 * values and fractions.
 */
export function wrap(value: number, n: number): number {
  const rest = value % n;
  if (rest >= 0) return rest + 0; // −0 becomes 0
  // A tiny negative rest rounds up to n itself, which is 0 on the circle.
  const folded = rest + n;
  return folded < n ? folded : 0;
}

/**
 * Length of the seam over which a browser's player goes from the buffer's end to its head: the last so
 * many frames sound together with the first ones, and playback goes on behind those.
 */
export function seamFrames(frames: number): number {
  return Math.min(SEAM_FADE_FRAMES, Math.floor(frames / 4));
}

/** A position that has run over the end, brought to where playback goes on behind the seam. */
export function wrapOverSeam(position: number, frames: number): number {
  if (position < frames) return wrap(position, frames);
  const seam = seamFrames(frames);
  return seam + wrap(position - frames, frames - seam);
}

/** Whether a sample lies inside the band. */
export function isInBand(sample: number, band: Band): boolean {
  return sample >= band.startSample && sample < band.endSample;
}
