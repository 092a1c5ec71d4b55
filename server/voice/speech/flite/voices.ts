/**
 * Eleven voices out of three: each name is a base voice at a pitch and a tempo of its own. Any two that
 * share a base voice differ in pitch or in tempo by eight percent and more.
 *
 * @module
 */

/** How a name sounds. */
export interface VoiceShape {
  /** The voice of flite. */
  readonly base: "slt" | "rms" | "awb";
  /** What its pitch is multiplied by. */
  readonly pitch: number;
  /** What its tempo is multiplied by. */
  readonly tempo: number;
}

/** Samples per second of the base voices. */
export const FLITE_HZ = 16_000;

/** Every name. Pitches are such that the rates of their samples have a large common divisor with ours. */
export const VOICE_SHAPES: Readonly<Record<string, VoiceShape>> = {
  af_heart: { base: "slt", pitch: 1, tempo: 1 },
  af_bella: { base: "slt", pitch: 0.9, tempo: 1 },
  af_nicole: { base: "slt", pitch: 0.9, tempo: 0.87 },
  af_sarah: { base: "slt", pitch: 1.2, tempo: 1 },
  af_sky: { base: "slt", pitch: 1.2, tempo: 1.13 },
  am_adam: { base: "rms", pitch: 1, tempo: 1 },
  am_michael: { base: "rms", pitch: 0.9, tempo: 1.1 },
  bf_emma: { base: "slt", pitch: 1.1, tempo: 1 },
  bf_isabella: { base: "slt", pitch: 1, tempo: 0.88 },
  bm_george: { base: "awb", pitch: 0.9, tempo: 0.94 },
  bm_lewis: { base: "awb", pitch: 1, tempo: 1 },
};

/** How a voice is asked for, and at which rate its samples are to be heard. */
export interface FliteCall {
  readonly args: readonly string[];
  /** The rate that gives the voice its pitch, Hz. */
  readonly heardHz: number;
}

/**
 * The arguments that say a text. A pitch comes of playing the samples faster, so the voice is asked to
 * speak as much more slowly.
 *
 * @param speed What the voice's tempo is multiplied by.
 */
export function fliteCall(text: string, shape: VoiceShape, speed: number): FliteCall {
  const stretch = shape.pitch / (shape.tempo * speed);
  return {
    args: [
      ...["flite", "-voice", shape.base, "--setf", `duration_stretch=${stretch.toFixed(4)}`],
      // Without -t a text without a blank would be taken for the name of a file.
      ...["-t", text, "speech.wav"],
    ],
    heardHz: Math.round(FLITE_HZ * shape.pitch),
  };
}
