/**
 * Small worlds for tests of the motion engine.
 *
 * @module
 */
import type { AudioClip } from "../../../../audio/clip.ts";
import { synthSource } from "../../../../fixtures/synth_source.ts";
import type { ControlState, StemMode } from "../engine.ts";
import { MotionEngine, type MotionOptions } from "../motion.ts";

/** Two seconds of stereo. */
export const SOURCE: AudioClip = synthSource({ seconds: 2 });

/** A control state with registry defaults but for what is given. */
export function stateOf(
  knobs: Readonly<Record<string, unknown>> = {},
  rest: Partial<ControlState> = {},
): ControlState {
  const prompt = rest.prompt ?? "instrumental music";
  return {
    knobs,
    prompt,
    promptB: prompt,
    promptBlend: 0,
    loras: [],
    timbre: null,
    timbreStrength: 0,
    structure: null,
    ...rest,
  };
}

/** An engine with `source` loaded. */
export function engineFor(
  source: AudioClip,
  stemMode: StemMode = "full",
  options: MotionOptions = {},
): MotionEngine {
  const engine = new MotionEngine(options);
  engine.load(source, stemMode);
  return engine;
}

/** A stretch of what an engine makes. */
export function windowOf(
  engine: MotionEngine,
  state: ControlState,
  startSample: number,
  frames: number,
  channels = 2,
): Float32Array {
  const out = new Float32Array(frames * channels);
  engine.render({ startSample, frames, state, out }, () => {});
  return out;
}

/** The whole buffer under one state. */
export function whole(
  state: ControlState,
  source: AudioClip = SOURCE,
  stemMode: StemMode = "full",
  options: MotionOptions = {},
): Float32Array {
  const engine = engineFor(source, stemMode, options);
  return windowOf(engine, state, 0, source.frames, source.channels);
}
