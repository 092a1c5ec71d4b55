/**
 * What a session does with the audio it is given, before anybody hears it.
 *
 * @module
 */
import { LENGTH_QUANTUM, MAX_SOURCE_S, SAMPLE_RATE, SEAM_FADE_FRAMES } from "../../wire/mod.ts";
import { HeadwayError } from "../../runtime/mod.ts";
import type { AudioClip } from "./engine/engine.ts";

/** A source cannot be used; `message` says why. */
export class SourceError extends HeadwayError {
  override readonly name = "SourceError";
}

/** What is known of a track besides its samples. */
export interface TrackFacts {
  readonly bpm: number | null;
  /** Such as `G minor`. */
  readonly key: string | null;
  readonly timeSignature: string | null;
}

/** Options of {@link prepareSource}. */
export interface PrepareOptions {
  /** Keep only this many seconds; 0 keeps all. */
  readonly cropS?: number;
  /** Fade the end into the beginning, so that the loop does not click. */
  readonly seamFade?: boolean;
}

/**
 * Brings a source into the shape that sessions play: at most two channels, at most
 * {@link MAX_SOURCE_S} long, a whole number of length quanta; then cropped and seam-faded on request.
 * A clip without samples (timing fidelity) is measured only.
 *
 * @throws {SourceError} when nothing is left of it.
 */
export function prepareSource(clip: AudioClip, options: PrepareOptions = {}): AudioClip {
  const { cropS = 0, seamFade = false } = options;
  const longest = MAX_SOURCE_S * SAMPLE_RATE;
  let frames = Math.min(clip.frames, longest);
  frames -= frames % LENGTH_QUANTUM;
  if (frames === 0) {
    throw new SourceError(
      `source is ${clip.frames} frames long, shorter than one length quantum of ${LENGTH_QUANTUM} frames; send at least 0.2 s`,
      { frames: clip.frames, quantum: LENGTH_QUANTUM },
    );
  }
  if (cropS > 0) frames = Math.min(frames, Math.max(1, Math.trunc(cropS * SAMPLE_RATE)));
  const { channels } = clip;
  if (clip.audio.length === 0) return { audio: clip.audio, channels, frames };
  // Samples of a source are never written to: only a fade needs a copy of its own.
  if (!seamFade) return { audio: clip.audio.subarray(0, frames * channels), channels, frames };
  const known = seamFaded.get(clip.audio);
  if (known?.frames === frames && known.channels === channels) return known;
  const audio = clip.audio.slice(0, frames * channels);
  fadeSeam(audio, channels, frames);
  const faded = { audio, channels, frames };
  seamFaded.set(clip.audio, faded);
  return faded;
}

/** The newest faded copy of each source: sessions of one track share it. */
const seamFaded = new WeakMap<Float32Array, AudioClip>();

/** Crossfades the last 50 ms (or a quarter of a short source) into the first. */
function fadeSeam(audio: Float32Array, channels: number, frames: number): void {
  const fade = Math.min(SEAM_FADE_FRAMES, Math.floor(frames / 4));
  for (let i = 0; i < fade; i++) {
    const up = fade === 1 ? 1 : i / (fade - 1);
    for (let c = 0; c < channels; c++) {
      const tail = (frames - fade + i) * channels + c;
      audio[tail] = audio[tail]! * (1 - up) + audio[i * channels + c]! * up;
    }
  }
}

/** Whether any sample is not a finite number. */
export function hasNonFinite(audio: Float32Array): boolean {
  for (let i = 0; i < audio.length; i++) {
    if (!Number.isFinite(audio[i]!)) return true;
  }
  return false;
}
