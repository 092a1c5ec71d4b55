/** A piece of interleaved audio at 48 kHz. */
export interface AudioClip {
  /** Interleaved f32 samples, `frames * channels` values. */
  readonly audio: Float32Array;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
}

/** A clip round `audio`; its length decides the number of frames (a ragged tail is an error). */
export function clipOf(audio: Float32Array, channels: number): AudioClip {
  if (channels < 1 || audio.length % channels !== 0) {
    throw new RangeError(
      `${audio.length} interleaved samples do not divide into ${channels} channels`,
    );
  }
  return { audio, channels, frames: audio.length / channels };
}
