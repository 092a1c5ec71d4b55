import type { AudioClip } from "../../audio/clip.ts";
import type { SpokenClip } from "../../sim/voice/mod.ts";

/** Samples per second of a recording. */
const RATE_HZ = 48_000;
const WAV_HEAD_BYTES = 44;
/** Longest recording, seconds. */
const LONGEST_S = 120;

/** A clip, and when it was heard. */
interface Placed {
  readonly wav: Uint8Array;
  readonly sampleRate: number;
  readonly fromS: number;
  readonly toS: () => number;
}

/** What all ears heard, mixed into one: so that two at once can be heard as that. */
export class VoiceRecording {
  readonly #placed: Placed[] = [];

  /** A clip was heard; `toS` tells until when, once that is known. */
  add(clip: Pick<SpokenClip, "wav" | "sampleRate">, fromS: number, toS: () => number): void {
    this.#placed.push({ wav: clip.wav, sampleRate: clip.sampleRate, fromS, toS });
  }

  /** The first two minutes; null when nothing was heard. */
  clip(beganS: number, endS: number): AudioClip | null {
    if (this.#placed.length === 0) return null;
    const frames = Math.round(Math.min(LONGEST_S, endS - beganS) * RATE_HZ);
    const audio = new Float32Array(frames);
    for (const placed of this.#placed) mix(audio, placed, beganS);
    // Several at once may be louder than a file can hold.
    const peak = audio.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    if (peak > 1) { for (let i = 0; i < frames; i++) audio[i]! /= peak; }
    return { audio, channels: 1, frames };
  }
}

function mix(audio: Float32Array, { wav, sampleRate, fromS, toS }: Placed, beganS: number): void {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  const samples = (wav.length - WAV_HEAD_BYTES) >> 1;
  const step = sampleRate / RATE_HZ;
  const start = Math.round((fromS - beganS) * RATE_HZ);
  const heard = Math.min(Math.floor(samples / step), Math.round((toS() - fromS) * RATE_HZ));
  for (let i = 0; i < heard; i++) {
    const at = start + i;
    if (at < 0) continue;
    if (at >= audio.length) return;
    const place = i * step;
    const low = Math.floor(place);
    const a = view.getInt16(WAV_HEAD_BYTES + 2 * low, true);
    const b = low + 1 < samples ? view.getInt16(WAV_HEAD_BYTES + 2 * (low + 1), true) : a;
    audio[at]! += (a + (b - a) * (place - low)) / 32768;
  }
}
