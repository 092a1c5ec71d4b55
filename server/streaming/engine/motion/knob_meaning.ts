/**
 * What the knobs do to the sound. Each rule reads its knobs and changes the recipe; at the defaults
 * of the registry none of them does anything. Continuous knobs only change weights, so that turning
 * one never asks for a new layer at each step.
 *
 * @module
 */
import { fnv1a } from "../../../../runtime/rng.ts";
import type { ControlState } from "../engine.ts";
import { type Colour, loraColour } from "./colour_mask.ts";
import type { KnobValues } from "./knob_values.ts";
import type { MaskSpec } from "./layer_spec.ts";
import type { Recipe } from "./recipe.ts";

/** A rule: reads the state, changes the recipe. */
export type KnobRule = (knobs: KnobValues, recipe: Recipe, state: ControlState) => void;

/** Bands below and above which sound counts as low and high. */
const LOW_TO = 28;
const HIGH_FROM = 36;
const BANDS = 64;
/** The latent channels that have a knob of their own. */
const KEYSTONES = [13, 14, 19, 23, 29, 56];
/** Frames of one tick of the generator, 60 ms: the unit of `feedback_depth`. */
const TICK_FRAMES = 2880;
/** Delay of the comb that `periodicity` brings in: 125 Hz. */
const COMB_FRAMES = 384;

/** Every rule, in the order in which they apply. */
export const KNOB_RULES: readonly KnobRule[] = [
  prompts,
  steps,
  targetAndNoise,
  correction,
  loras,
  references,
  guidance,
  shift,
  bandGains,
  steering,
  repeats,
];

/** How much of the output is resynthesis: `sde_amp` in SDE mode, else `denoise`. */
export function wetAmount(knobs: KnobValues): number {
  const name = knobs.has("sde_amp") ? "sde_amp" : "denoise";
  const curve = knobs.curveMean("sde_denoise_curve");
  const shape = name === "sde_amp" && curve !== null ? Math.min(1, Math.max(0, curve)) : 1;
  return knobs.number(name, 0, 0, 1) * shape;
}

/** Prompt A and B under the seed, mixed by the blend. */
function prompts(knobs: KnobValues, recipe: Recipe, state: ControlState): void {
  const seed = Math.floor(knobs.number("seed", 0, 0, 4294967295));
  const blend = state.prompt === state.promptB ? 0 : Math.min(1, Math.max(0, state.promptBlend));
  recipe.add({ kind: "prompt", prompt: state.prompt, seed }, 1 - blend);
  recipe.add({ kind: "prompt", prompt: state.promptB, seed }, blend);
}

/** Fewer steps than 8 leave the sound coarse, more refine it. */
function steps(knobs: KnobValues, recipe: Recipe): void {
  const count = knobs.number("steps_override", 8, 1, 16);
  recipe.blend(colour("coarse"), 0.8 * (8 - count) / 7);
  recipe.blend(colour("fine"), 0.8 * (count - 8) / 8);
}

/** `x0_target` pulls towards the bare envelope; the curves are taken at their mean. */
function targetAndNoise(knobs: KnobValues, recipe: Recipe): void {
  const target = knobs.curveMean("x0_target_curve") ?? knobs.number("x0_target", 0, 0, 1);
  recipe.blend(colour("target"), 0.9 * Math.min(1, Math.max(0, target)));
  const noise = knobs.curveMean("initial_noise_curve");
  if (noise !== null) recipe.blend(colour("haze"), 0.5 * Math.min(1, Math.max(0, noise - 1)));
  const velocity = knobs.curveMean("velocity_scale_curve");
  if (velocity !== null) recipe.exaggerate(Math.min(1, Math.max(-0.9, velocity - 1)));
}

/** The wavelet correction: `low` lifts the lows, `high` the highs, `double` both, `pix` everything. */
function correction(knobs: KnobValues, recipe: Recipe): void {
  const mode = knobs.text("dcw_mode", "double");
  const isOn = knobs.flag("dcw_enabled", true);
  const low = isOn && mode !== "high" ? knobs.number("dcw_scaler", 0.05, 0, 0.5) : 0;
  const high = isOn && mode !== "low" ? knobs.number("dcw_high_scaler", 0.02, 0, 0.5) : 0;
  if (mode === "pix") {
    recipe.scale(1 + 5 * (low + high));
  } else {
    recipe.band(0, LOW_TO, lift(low, 0.05));
    recipe.band(HIGH_FROM, BANDS, lift(high, 0.02));
  }
  if (!isOn) return;
  const wavelet = knobs.text("dcw_wavelet", "haar");
  if (wavelet === "db4" || wavelet === "sym8" || wavelet === "db8") {
    recipe.blend(colour(wavelet), 0.6);
  }
  recipe.blend(colour("fine"), 0.8 * knobs.number("dcw_mult_blend", 0, 0, 1));
  recipe.blend({ kind: "wash" }, 0.7 * knobs.number("dcw_mag_phase", 0, 0, 1));
  recipe.blend(colour("coarse"), 0.8 * knobs.number("dcw_soft_thresh", 0, 0, 0.3) / 0.3);
}

/** The change of a band's gain for a scaler: nothing at its default, −0.4 at 0, about 4 at 0.5. */
function lift(scaler: number, neutral: number): number {
  return scaler < neutral ? 0.4 * (scaler / neutral - 1) : 8 * (scaler - neutral);
}

/** Each LoRA takes its share in its own colour: s / (1 + s), two thirds at strength 2. */
function loras(knobs: KnobValues, recipe: Recipe, state: ControlState): void {
  for (const { id, strength } of state.loras) {
    const amount = knobs.number(`lora_str_${id}`, Math.min(2, Math.max(0, strength)), 0, 2);
    recipe.blend({ kind: "colour", colour: loraColour(id), variation: id }, amount / (1 + amount));
  }
}

/** Timbre and structure clips; without structure (or with less hint) the sound drifts apart. */
function references(knobs: KnobValues, recipe: Recipe, state: ControlState): void {
  const hint = knobs.number("hint_strength", 1, 0, 1);
  if (state.timbre !== null) {
    const strength = Math.min(1, Math.max(0, state.timbreStrength));
    recipe.blend({ kind: "timbre", clip: state.timbre }, 0.9 * strength);
  }
  if (state.structure !== null) {
    recipe.blend({ kind: "structure", clip: state.structure }, 0.85 * hint);
  }
  recipe.blend({ kind: "wash" }, 0.85 * (1 - hint));
}

/** Guidance goes beyond the wet sound, away from the source. */
function guidance(knobs: KnobValues, recipe: Recipe): void {
  const reach = { self: 0.6, initialize: 0.8, full: 1 }[knobs.text("rcfg_mode", "off")];
  if (reach === undefined) return;
  // Guidance that is on is heard even at its least scale.
  const scale = 0.6 + 0.4 * (knobs.number("guidance_scale", 1, 1, 15) - 1) / 14;
  recipe.exaggerate(reach * scale * (1 - 0.8 * knobs.number("cfg_rescale", 0, 0, 1)));
}

/** A later schedule favours detail over foundation: a tilt. */
function shift(knobs: KnobValues, recipe: Recipe): void {
  const tilt = (knobs.number("shift", 3.5, 1, 6) - 3.5) / 2.5;
  recipe.band(HIGH_FROM, BANDS, tilt * (tilt > 0 ? 1.2 : 0.8));
  recipe.band(0, LOW_TO, -0.6 * tilt);
}

/** Gains of the channel groups (8 bands each) and of single channels (with their neighbours). */
function bandGains(knobs: KnobValues, recipe: Recipe): void {
  for (let group = 0; group < 8; group++) {
    recipe.band(8 * group, 8 * group + 8, knobs.number(`ch_g${group}`, 1, 0, 3) - 1);
  }
  for (const channel of KEYSTONES) {
    recipe.band(channel - 1, channel + 2, knobs.number(`ch${channel}`, 1, 0, 3) - 1);
  }
}

/** Steering axes and manual slots: each direction has its eight bands. */
function steering(knobs: KnobValues, recipe: Recipe): void {
  for (const { name, rest } of knobs.withPrefix("steer_")) {
    steer(recipe, `axis ${rest}`, knobs.number(name, 0, -30, 30));
  }
  for (const { name, rest } of knobs.withPrefix("man_alpha_")) {
    const vector = ["man_src_", "man_layer_", "man_step_"].map((prefix) =>
      knobs.number(prefix + rest, 0, 0, 1000)
    );
    steer(recipe, `vector ${vector.join("/")}`, knobs.number(name, 0, -30, 30));
  }
}

function steer(recipe: Recipe, direction: string, alpha: number): void {
  const from = fnv1a(direction) % (BANDS - 8);
  recipe.band(from, from + 8, alpha < 0 ? alpha / 30 : alpha / 15);
}

/** `feedback` brings back what was heard some ticks ago, `periodicity` what was heard 8 ms ago. */
function repeats(knobs: KnobValues, recipe: Recipe): void {
  const depth = Math.floor(knobs.number("feedback_depth", 1, 1, 8) + 0.5);
  recipe.repeat(0.7 * knobs.number("feedback", 0, 0, 1), depth * TICK_FRAMES);
  recipe.repeat(0.8 * knobs.number("periodicity", 0, 0, 12.5) / 12.5, COMB_FRAMES);
}

function colour(name: Colour): MaskSpec {
  return { kind: "colour", colour: name, variation: "" };
}
