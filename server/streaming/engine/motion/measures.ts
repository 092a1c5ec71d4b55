import type { AudioClip } from "../../../../audio/clip.ts";
import { peak } from "../../../../audio/measure.ts";
import { clipDigest } from "./digest.ts";

/** What the engine wants to know of a whole clip before it plays any of it. */
export interface ClipMeasures {
  /** See {@link clipDigest}. */
  readonly digest: string;
  /** The largest magnitude. */
  readonly peak: number;
}

/** By the array itself, whose samples never change. */
const known = new WeakMap<Float32Array, ClipMeasures>();

/** Looks through a whole clip: 20 ms for one of 240 s, where nobody may be kept waiting that long. */
export function measureClip(clip: AudioClip): ClipMeasures {
  return { digest: clipDigest(clip), peak: peak(clip.audio) };
}

/** The measures of a clip; it is looked through unless somebody has done that already. */
export function measuresOf(clip: AudioClip): ClipMeasures {
  let measures = known.get(clip.audio);
  if (measures === undefined) known.set(clip.audio, measures = measureClip(clip));
  return measures;
}

/** Keeps what was measured of a clip elsewhere: in a worker. */
export function rememberMeasures(audio: Float32Array, measures: ClipMeasures): void {
  known.set(audio, measures);
}
