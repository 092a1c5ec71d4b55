import type { AudioClip } from "../../../../audio/clip.ts";
import { peak } from "../../../../audio/measure.ts";
import { clipDigest } from "./digest.ts";
import { SourceLayer } from "./layer.ts";
import { NeighbourFrames } from "./neighbours.ts";
import { meanContour, meanEnvelope } from "./reference_masks.ts";

/** What the engine wants to know of a whole clip before it plays any of it, or follows it. */
export interface ClipMeasures {
  /** See {@link clipDigest}. */
  readonly digest: string;
  /** The largest magnitude. */
  readonly peak: number;
  /** See {@link meanEnvelope}. */
  readonly envelope: readonly number[];
  /** See {@link meanContour}. */
  readonly contour: Float64Array;
}

/** Samples per channel of a block that is looked at; the measures do not depend on it. */
const BLOCK_FRAMES = 9600;

const MEASURE: { readonly [Key in keyof ClipMeasures]: (clip: AudioClip) => ClipMeasures[Key] } = {
  digest: clipDigest,
  peak: ({ audio }) => peak(audio),
  envelope: (clip) => meanEnvelope(framesOf(clip)),
  contour: (clip) => meanContour(framesOf(clip)),
};

/** By the array itself, whose samples never change. */
const known = new WeakMap<
  Float32Array,
  { -readonly [Key in keyof ClipMeasures]?: ClipMeasures[Key] }
>();

/** Looks through a whole clip: 50 ms for one of 240 s, for which nobody may be kept waiting. */
export function measureClip(clip: AudioClip): ClipMeasures {
  const frames = framesOf(clip);
  return {
    digest: clipDigest(clip),
    peak: peak(clip.audio),
    envelope: meanEnvelope(frames),
    contour: meanContour(frames),
  };
}

/** One of the measures; the clip is looked through unless somebody has done that already. */
export function measureOf<Key extends keyof ClipMeasures>(
  clip: AudioClip,
  key: Key,
): ClipMeasures[Key] {
  let measures = known.get(clip.audio);
  if (measures === undefined) known.set(clip.audio, measures = {});
  return measures[key] ??= MEASURE[key](clip);
}

/** Keeps what was measured of a clip elsewhere: in a worker. */
export function rememberMeasures(audio: Float32Array, measures: ClipMeasures): void {
  known.set(audio, measures);
}

/** Whether a clip need not be looked through any more. */
export function isMeasured({ audio }: AudioClip): boolean {
  const measures = known.get(audio);
  return measures !== undefined && Object.keys(MEASURE).every((key) => key in measures);
}

function framesOf(clip: AudioClip): NeighbourFrames {
  return new NeighbourFrames(new SourceLayer(clip, BLOCK_FRAMES));
}
