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
  /** Makes the array of a faded copy. */
  readonly allocate?: (samples: number) => Float32Array;
  /** Whether the samples may be written to, so that a fade needs no copy. */
  readonly mayWrite?: boolean;
}

/**
 * Brings a source into the shape that sessions play: at most two channels, at most
 * {@link MAX_SOURCE_S} long, a whole number of length quanta; then cropped and seam-faded on request.
 * A clip without samples (timing fidelity) is measured only.
 *
 * @throws {SourceError} when nothing is left of it.
 */
export function prepareSource(clip: AudioClip, options: PrepareOptions = {}): AudioClip {
  const { cropS = 0, seamFade = false, mayWrite = false } = options;
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
  const part = clip.audio.subarray(0, frames * channels);
  if (seamFade && mayWrite) fadeSeam(part, channels, frames);
  // Samples that may be others' are never written to: only a fade needs a copy of its own.
  if (!seamFade || mayWrite) return { audio: part, channels, frames };
  const known = fadedCopy(clip, frames);
  if (known !== null) return known;
  const audio = options.allocate?.(part.length) ?? new Float32Array(part.length);
  audio.set(part);
  fadeSeam(audio, channels, frames);
  const faded = { audio, channels, frames };
  rememberFaded(clip, faded);
  return faded;
}

/** The newest faded copy of each source: sessions of one track share it. */
const seamFaded = new WeakMap<Float32Array, AudioClip>();

/** The newest faded copy of a source, if it is that long. */
export function fadedCopy({ audio, channels }: AudioClip, frames: number): AudioClip | null {
  const known = seamFaded.get(audio);
  return known?.frames === frames && known.channels === channels ? known : null;
}

/** Keeps a faded copy as long as the source itself is there. */
export function rememberFaded({ audio }: AudioClip, faded: AudioClip): void {
  seamFaded.set(audio, faded);
}

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
