/**
 * Clicks: single steps of the waveform that stand out from everything around them, as two pieces of
 * audio make that were joined without a fade.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";

/** How many times the largest step around it a step has to be. */
const FACTOR = 3;
/** How far around a step is looked, frames to either side: two thirds of a millisecond. */
const AROUND = 32;
/** Smaller steps are not heard as clicks: −40 dB of full scale. */
const LEAST_STEP = 0.01;

/**
 * How many clicks a clip has. A step is the change of one channel from a frame to the next; the
 * steps of music, drums included, rise and fall over several frames, while a cut makes a single one.
 * The first and last {@link AROUND} frames are context only.
 *
 * @example
 * ```ts
 * import { countClicks } from "./clicks.ts";
 *
 * const audio = Float32Array.from({ length: 1000 }, (_, i) => i < 500 ? 0.1 : 0.4);
 * console.log(countClicks({ audio, channels: 1, frames: 1000 })); // 1
 * ```
 */
export function countClicks({ audio, channels, frames }: AudioClip): number {
  let count = 0;
  for (let frame = AROUND + 1; frame + AROUND < frames; frame++) {
    for (let channel = 0; channel < channels; channel++) {
      if (!isClick(audio, channels, frame * channels + channel)) continue;
      count++;
      // One cut is one click, in however many channels.
      frame += AROUND;
      break;
    }
  }
  return count;
}

/** Whether the step that leads to the value at `at` stands out. */
function isClick(audio: Float32Array, channels: number, at: number): boolean {
  const step = stepTo(audio, channels, at);
  if (step < LEAST_STEP) return false;
  const bound = step / FACTOR;
  for (let i = 1; i <= AROUND; i++) {
    if (stepTo(audio, channels, at + i * channels) > bound) return false;
    if (stepTo(audio, channels, at - i * channels) > bound) return false;
  }
  return true;
}

function stepTo(audio: Float32Array, channels: number, at: number): number {
  const step = audio[at]! - audio[at - channels]!;
  return step < 0 ? -step : step;
}
