import type { ControlState } from "../engine.ts";
import type { SourcePart } from "./bank.ts";
import { KNOB_RULES, wetAmount } from "./knob_meaning.ts";
import { KnobValues } from "./knob_values.ts";
import type { Term } from "./mix.ts";
import { Recipe } from "./recipe.ts";
import { FRAME } from "./stft.ts";

/**
 * What a control state sounds like, as layers and their weights. At denoise 0 it is the source; so it
 * is always for a source shorter than one frame (43 ms), which has no spectrum worth changing.
 */
export function planOf(state: ControlState, part: SourcePart): readonly Term[] {
  const knobs = new KnobValues(state.knobs);
  const amount = wetAmount(knobs);
  if (amount === 0 || part.base.frames < FRAME) {
    return [{ layer: part.base, weight: 1, delayFrames: 0 }];
  }
  const recipe = new Recipe();
  for (const rule of KNOB_RULES) rule(knobs, recipe, state);
  return recipe.parts(amount).map(({ spec, weight, delayFrames }) => ({
    layer: part.layer(spec),
    weight,
    delayFrames,
  }));
}
