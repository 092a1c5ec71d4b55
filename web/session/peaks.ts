import type { PeakPatch } from "./messages.ts";

/** Columns of a waveform. */
export const PEAK_COLUMNS = 1200;

/** Frames of one column. */
export function columnFrames(frames: number): number {
  return Math.max(1, Math.ceil(frames / PEAK_COLUMNS));
}

/**
 * Smallest and greatest samples of columns `[from, to)` of an interleaved buffer, all channels
 * together; what lies behind its end is silence.
 *
 * @example
 * ```ts
 * import { peaksOf } from "./peaks.ts";
 *
 * console.log(peaksOf(Float32Array.of(-0.5, 0.25), 1, 0, 1).values); // Float32Array [-0.5, 0]
 * ```
 */
export function peaksOf(
  audio: Float32Array,
  channels: number,
  from = 0,
  to = PEAK_COLUMNS,
): PeakPatch {
  const step = columnFrames(audio.length / channels) * channels;
  const values = new Float32Array((to - from) * 2);
  for (let column = from; column < to; column++) {
    const end = Math.min(audio.length, (column + 1) * step);
    let min = 0;
    let max = 0;
    for (let i = column * step; i < end; i++) {
      const value = audio[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    values[(column - from) * 2] = min;
    values[(column - from) * 2 + 1] = max;
  }
  return { from, values };
}
