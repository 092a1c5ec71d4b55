/**
 * Which windows to render for a target position. Pure arithmetic on samples.
 *
 * @module
 */
import { LATENT_FRAME } from "../../wire/mod.ts";

/** One window of the circular buffer; it never wraps. */
export interface Window {
  readonly startSample: number;
  readonly frames: number;
}

/** A loop band in samples, `start < end`. */
export interface Band {
  readonly start: number;
  readonly end: number;
}

/** What the plan depends on. */
export interface PlanInput {
  /** Estimated playhead, samples, in [0, bufferFrames). */
  readonly playhead: number;
  /** How far ahead to render, samples. */
  readonly lead: number;
  readonly bufferFrames: number;
  /** Window length, samples; 0 renders the whole buffer at a time. */
  readonly windowFrames: number;
  readonly band: Band | null;
  /** Chunk length of walk mode, samples; 0 without it. */
  readonly walkFrames: number;
  /** Where the window before ended; null when that means nothing, as after a swap. */
  readonly lastEnd?: number | null;
}

/** The windows to render next: one, or two when a loop band cuts the first. */
export function planWindows(input: PlanInput): Window[] {
  const { playhead, lead, bufferFrames, band, walkFrames } = input;
  const window = Math.min(input.windowFrames, bufferFrames);
  if (window <= 0) return [{ startSample: 0, frames: bufferFrames }];
  if (band !== null && walkFrames === 0 && playhead >= band.start && playhead < band.end) {
    return planInBand(playhead, lead, window, band);
  }
  const target = toGrid((playhead + lead) % bufferFrames);
  const chunk = chunkAt(target, bufferFrames, walkFrames);
  const start = pin(target, window, chunk.end);
  return [{ startSample: withoutGap(start, chunk.from, window, input), frames: window }];
}

/**
 * A window after one that was pinned to the end of what came before goes on at the very next frame:
 * the target has moved on from there meanwhile, and what it left out would be heard a lap old.
 */
function withoutGap(
  start: number,
  from: number,
  window: number,
  { lastEnd = null, bufferFrames }: PlanInput,
): number {
  const isNext = lastEnd !== null && lastEnd % bufferFrames === from;
  return isNext && start > from && start - from <= window / 2 ? from : start;
}

/**
 * A window that has no room left before `end` is pinned to the last whole latent frames, until the
 * target wraps.
 */
function pin(target: number, window: number, end: number): number {
  return Math.max(0, Math.min(target, toGrid(end) - window));
}

function planInBand(playhead: number, lead: number, window: number, band: Band): Window[] {
  const span = band.end - band.start;
  if (span < window) return [{ startSample: band.start, frames: span }];
  // More than a lap ahead is no further ahead, and while such a lead decays the listener overtakes it.
  const ahead = Math.min(lead, Math.max(span - 2 * window, span / 2));
  // Rounded down before the sum, which could otherwise round up to the band's end.
  const start = band.start + Math.floor((playhead + ahead - band.start) % span);
  const room = band.end - start;
  if (room >= window) return [{ startSample: start, frames: window }];
  return [
    { startSample: start, frames: room },
    { startSample: band.start, frames: Math.min(window - room, span) },
  ];
}

/** What a window may lie in: the chunk of walk mode that holds `position`, or the whole buffer. */
function chunkAt(
  position: number,
  bufferFrames: number,
  walkFrames: number,
): { readonly from: number; readonly end: number } {
  if (walkFrames === 0 || bufferFrames <= walkFrames) return { from: 0, end: bufferFrames };
  const from = Math.floor(position / walkFrames) * walkFrames;
  return { from, end: Math.min(from + walkFrames, bufferFrames) };
}

/** Down to the 40 ms grid of latent frames. */
function toGrid(sample: number): number {
  return Math.floor(sample / LATENT_FRAME) * LATENT_FRAME;
}
