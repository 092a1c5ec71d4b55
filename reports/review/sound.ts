/**
 * Two recordings on one clock: the same stretch of session time of either side, so that one play head
 * serves both.
 *
 * @module
 */
import type { AudioClip } from "../../audio/clip.ts";
import { halveRate } from "../../audio/resample_half.ts";
import { writeWav } from "../../audio/wav.ts";
import type { Report } from "../model.ts";

/** Samples per second of a recording. */
const RECORDING_RATE = 48_000;
/** Samples per second of what a page carries. */
export const SOUND_RATE: number = RECORDING_RATE / 2;
/** Fade at either end, samples of the recording: a click would be taken for a fault. */
const FADE = 240;

/**
 * What was heard from `fromS` on for `lengthS` seconds of session time: mono, 24 kHz, 16 bit, silent
 * where nothing was heard or recorded. Null when that is all of it.
 */
export function alignedSound(
  played: AudioClip,
  { series: { heard }, scenario }: Report,
  fromS: number,
  lengthS: number,
): Uint8Array<ArrayBuffer> | null {
  const mono = new Float32Array(Math.round(lengthS * RECORDING_RATE));
  let isSilent = true;
  for (const [i, atS] of heard.atS.entries()) {
    const placeS = heard.startS[i]!;
    const lastedS = heard.endS[i]! - atS;
    if (placeS === null || lastedS <= 0) continue;
    const first = Math.max(0, Math.round((atS - fromS) * RECORDING_RATE));
    const end = Math.min(mono.length, Math.round((heard.endS[i]! - fromS) * RECORDING_RATE));
    // A device that runs fast or slow plays more or less audio in its time.
    const pace = heard.durationS[i]! / lastedS;
    for (let at = first; at < end; at++) {
      const sinceS = at / RECORDING_RATE + fromS - atS;
      mono[at] = monoAt(played, (placeS + sinceS * pace) * RECORDING_RATE);
      isSilent = false;
    }
  }
  if (isSilent) return null;
  for (let i = 0; i < Math.min(FADE, mono.length); i++) {
    mono[i]! *= i / FADE;
    mono[mono.length - 1 - i]! *= i / FADE;
  }
  return writeWav(halveRate(mono), 1, {
    sampleRate: SOUND_RATE,
    info: { INAM: scenario, ISFT: "Headway" },
  });
}

/** The mean of the channels between two frames; 0 outside. */
function monoAt({ audio, channels, frames }: AudioClip, place: number): number {
  const frame = Math.floor(place);
  if (frame < 0 || frame >= frames) return 0;
  const share = place - frame;
  const next = Math.min(frames - 1, frame + 1);
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    sum += audio[frame * channels + c]! * (1 - share) + audio[next * channels + c]! * share;
  }
  return sum / channels;
}
