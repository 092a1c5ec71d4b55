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
  return [{ startSample: pin(target, window, chunk.end), frames: window }];
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
  // Rounded down before the sum, which could otherwise round up to the band's end.
  const start = band.start + Math.floor((playhead + lead - band.start) % span);
  const room = band.end - start;
  if (room >= window) return [{ startSample: start, frames: window }];
  return [
    { startSample: start, frames: room },
    { startSample: band.start, frames: Math.min(window - room, span) },
  ];
}

/** The chunk of walk mode that holds `position`; the last one is anchored to the end. */
function chunkAt(position: number, bufferFrames: number, walkFrames: number): Band {
  if (walkFrames === 0 || bufferFrames <= walkFrames) return { start: 0, end: bufferFrames };
  const start = Math.floor(position / walkFrames) * walkFrames;
  const end = Math.min(start + walkFrames, bufferFrames);
  return { start: Math.max(0, end - walkFrames), end };
}

/** Down to the 40 ms grid of latent frames. */
function toGrid(sample: number): number {
  return Math.floor(sample / LATENT_FRAME) * LATENT_FRAME;
}
