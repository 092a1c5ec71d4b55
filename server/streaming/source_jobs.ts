/**
 * What is done to audio before anybody hears it, as jobs that need nothing but their own data: they can
 * be done at once, or on another thread.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { decodePcm, LENGTH_QUANTUM, type MadeBulk, makeBulk } from "../../wire/mod.ts";
import type { AudioClip } from "./engine/engine.ts";
import { hasNonFinite, prepareSource, SourceError } from "./source.ts";

/**
 * Audio as it came in: a PCM message, or a clip that the server has. The memory of a message is given
 * away with the job.
 */
export type SourceAudio =
  | { readonly kind: "pcm"; readonly pieces: readonly Uint8Array[] }
  | { readonly kind: "clip"; readonly clip: AudioClip };

/** To be played by a session. */
export interface PlayJob {
  readonly type: "play";
  readonly audio: SourceAudio;
  /** Keep only this many seconds; 0 keeps all. */
  readonly cropS: number;
  /** Fade the end into the beginning. */
  readonly seamFade: boolean;
}

/** To be a reference: it is looked at only. */
export interface ReferJob {
  readonly type: "refer";
  readonly audio: SourceAudio;
}

/** To be kept under a name. */
export interface KeepJob {
  readonly type: "keep";
  readonly audio: SourceAudio;
}

/** To be written over a part of a source. */
export interface WriteJob {
  readonly type: "write";
  readonly audio: SourceAudio;
  /** What it is written over, looked up when the job begins: jobs before it may have changed it. */
  readonly source: () => AudioClip;
  /** First frame. */
  readonly startSample: number;
  /** Repeat it up to the end. */
  readonly fills: boolean;
  readonly mix: "replace" | "sum";
}

/** Is a source this track, sample by sample, as it is or with its seam faded? */
export interface CompareJob {
  readonly type: "compare";
  readonly source: AudioClip;
  readonly track: AudioClip;
}

/** Something to be done to audio. */
export type SourceJob = PlayJob | ReferJob | KeepJob | WriteJob | CompareJob;

/** A source that a session can start with. */
export interface PlayableSource {
  /** The source itself. Its samples never change, and may be shared. */
  readonly clip: AudioClip;
  /** The generator's own copy, which becomes the circular buffer; empty without samples. */
  readonly buffer: Float32Array;
  /** The message that a client gets it in; null if that is made as it is sent. */
  readonly made: MadeBulk | null;
}

/** What comes of each job. */
export interface SourceResults {
  readonly play: PlayableSource;
  readonly refer: AudioClip;
  /** The clip, and a name for its content. */
  readonly keep: { readonly clip: AudioClip; readonly digest: string };
  /** A new source, and the frame after the last that was written. */
  readonly write: { readonly clip: AudioClip; readonly endSample: number };
  readonly compare: boolean;
}

/** What comes of a job. */
export type ResultOf<J extends SourceJob> = SourceResults[J["type"]];

/** Makes an array of zeros. */
type Allocate = (samples: number) => Float32Array;

const ownMemory: Allocate = (samples) => new Float32Array(samples);

/** How jobs are done; every choice gives the same samples. */
export interface JobOptions {
  /** Makes the arrays that are shared afterwards, and not written to. */
  readonly allocate?: Allocate;
  /** Makes the whole message of a source to be played, too. */
  readonly makesBulk?: boolean;
}

/**
 * Does a job.
 *
 * @throws {SourceError} for audio that cannot be used so; `decodePcm`'s error for a message that is
 * none.
 */
export function doSourceJob<J extends SourceJob>(
  job: J,
  options: JobOptions = {},
): ResultOf<J> {
  const { allocate = ownMemory, makesBulk = false } = options;
  return DOERS[job.type](job as never, { allocate, makesBulk }) as ResultOf<J>;
}

const DOERS: {
  readonly [T in SourceJob["type"]]: (
    job: Extract<SourceJob, { type: T }>,
    options: Required<JobOptions>,
  ) => SourceResults[T];
} = {
  play({ audio, cropS, seamFade }, { allocate, makesBulk }) {
    const clip = clipOf(audio, allocate);
    if (audio.kind === "clip") refuseNonFinite(clip);
    const mayWrite = audio.kind === "pcm";
    const source = prepareSource(clip, { cropS, seamFade, allocate, mayWrite });
    const made = makesBulk ? makeBulk(source.audio) : null;
    return { clip: source, buffer: source.audio.slice(), made };
  },
  refer({ audio }, { allocate }) {
    const clip = clipOf(audio, allocate);
    if (clip.frames < LENGTH_QUANTUM) {
      throw new SourceError(
        `audio is ${clip.frames} frames long, shorter than one length quantum of ${LENGTH_QUANTUM} frames; send at least 0.2 s`,
      );
    }
    if (audio.kind === "clip") refuseNonFinite(clip);
    return clip;
  },
  keep({ audio }, { allocate }) {
    const clip = prepareSource(clipOf(audio, allocate));
    if (audio.kind === "clip") refuseNonFinite(clip);
    return { clip, digest: contentDigest(clip) };
  },
  write({ audio, source, startSample, fills, mix }, { allocate }) {
    const clip = clipOf(audio, ownMemory);
    if (clip.frames === 0) {
      throw new SourceError("audio has no frames, nothing was written; send at least one");
    }
    const target = source();
    const endSample = fills ? target.frames : Math.min(target.frames, startSample + clip.frames);
    const place = { start: startSample, end: endSample, mix };
    return { clip: overlay(target, clip, place, allocate), endSample };
  },
  compare({ source, track }) {
    if (source.frames !== track.frames || source.channels !== track.channels) return false;
    if (isEqual(source.audio, track.audio)) return true;
    // A session that was opened with the track has faded its seam. A view of its own, so that the
    // faded copy is not kept as long as the track.
    const view = { ...track, audio: track.audio.subarray() };
    return isEqual(source.audio, prepareSource(view, { seamFade: true }).audio);
  },
};

function clipOf(audio: SourceAudio, allocate: Allocate): AudioClip {
  return audio.kind === "clip" ? audio.clip : decodePcm(audio.pieces, { allocate });
}

function refuseNonFinite({ audio }: AudioClip): void {
  if (hasNonFinite(audio)) {
    throw new SourceError("audio holds samples that are not finite numbers; send values within ±1");
  }
}

/** A copy of `source` with `clip` written over a part of it, repeated as often as it takes. */
function overlay(
  source: AudioClip,
  clip: AudioClip,
  place: { readonly start: number; readonly end: number; readonly mix: "replace" | "sum" },
  allocate: Allocate,
): AudioClip {
  if (source.audio.length === 0 || clip.audio.length === 0) return { ...source };
  const { start, end, mix } = place;
  const audio = allocate(source.audio.length);
  audio.set(source.audio);
  for (let i = start; i < end; i++) {
    const from = ((i - start) % clip.frames) * clip.channels;
    for (let c = 0; c < source.channels; c++) {
      const value = clip.audio[from + Math.min(c, clip.channels - 1)]!;
      const at = i * source.channels + c;
      audio[at] = mix === "sum" ? audio[at]! + value : value;
    }
  }
  return { ...source, audio };
}

/** Tells uploads apart by their samples. */
export function contentDigest({ audio, channels, frames }: AudioClip): string {
  const bytes = new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength);
  return `${channels}/${frames}/${createHash("sha256").update(bytes).digest("hex")}`;
}

function isEqual(a: Float32Array, b: Float32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}
