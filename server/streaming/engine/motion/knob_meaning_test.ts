import { assert, assertEquals } from "@std/assert";
import { clipOf } from "../../../../audio/clip.ts";
import { logMelDistanceDb } from "../../../../audio/measure.ts";
import { synthSource } from "../../../../fixtures/synth_source.ts";
import type { ControlState } from "../engine.ts";
import { LORA_COLOURS, loraColour } from "./colour_mask.ts";
import { KNOB_RANGES } from "./test_ranges.ts";
import { SOURCE, stateOf, whole } from "./test_world.ts";

/** What every change must move, dB RMS of the log-mel spectrum. */
const HEARD_DB = 1;

/** One second is enough to hear a knob by. */
const CLIP = clipOf(SOURCE.audio.slice(0, 2 * 48000), 2);
const WET = { denoise: 0.7 };

function distance(a: ControlState, b: ControlState): number {
  return logMelDistanceDb(whole(a, CLIP), whole(b, CLIP), 2);
}

for (const { knob, from, to, beside = {} } of KNOB_RANGES) {
  Deno.test(`${knob} from ${from} to ${to} is heard`, () => {
    const at = (value: unknown) => stateOf({ ...WET, ...beside, [knob]: value });
    const moved = distance(at(from), at(to));
    assert(moved >= HEARD_DB, `moves the spectrum by ${moved} dB`);
  });
}

Deno.test("knobs at the registry's defaults sound as knobs that were never sent", () => {
  const defaults = {
    ...{ seed: 0, feedback: 0, feedback_depth: 1, shift: 3.5, hint_strength: 1, x0_target: 0 },
    ...{ steps_override: 8, guidance_scale: 1, cfg_rescale: 0, rcfg_mode: "off", periodicity: 0 },
    ...{ dcw_enabled: true, dcw_mode: "double", dcw_wavelet: "haar", dcw_scaler: 0.05 },
    ...{ dcw_high_scaler: 0.02, dcw_mult_blend: 0, dcw_mag_phase: 0, dcw_soft_thresh: 0 },
    ...{ ch_g0: 1, ch_g7: 1, ch13: 1, ch56: 1, steer_x: 0, man_alpha_0: 0, man_layer_0: 9 },
  };
  assertEquals(whole(stateOf({ ...WET, ...defaults }), CLIP), whole(stateOf(WET), CLIP));
});

Deno.test("knobs of the wrong kind count as not sent", () => {
  const nonsense = { shift: "loud", ch_g0: NaN, dcw_mode: 7, seed: null, x0_target: {} };
  assertEquals(whole(stateOf({ ...WET, ...nonsense }), CLIP), whole(stateOf(WET), CLIP));
});

Deno.test("in SDE mode sde_amp takes the place of denoise", () => {
  assertEquals(whole(stateOf({ denoise: 1, sde_amp: 0 }), CLIP), CLIP.audio);
  assertEquals(
    whole(stateOf({ denoise: 0, sde_amp: 0.7 }), CLIP),
    whole(stateOf({ denoise: 0.7 }), CLIP),
  );
});

Deno.test("curves count by their mean", () => {
  const curve = { type: "raw", values: [0.2, 0.6] };
  assertEquals(
    whole(stateOf({ ...WET, x0_target_curve: curve }), CLIP),
    whole(stateOf({ ...WET, x0_target: 0.4 }), CLIP),
  );
  const scale = { type: "constant", value: 2 };
  assert(distance(stateOf(WET), stateOf({ ...WET, velocity_scale_curve: scale })) >= HEARD_DB);
  const noise = { ...WET, initial_noise_curve: { type: "constant", value: 2 } };
  assert(distance(stateOf(WET), stateOf(noise)) >= HEARD_DB);
});

for (const id of [...LORA_COLOURS, "rock_band_v2"]) {
  Deno.test(`LoRA ${id} is heard, as ${loraColour(id)}`, () => {
    const at = (strength: number) => stateOf(WET, { loras: [{ id, strength }] });
    assert(distance(at(0), at(2)) >= HEARD_DB);
    const byKnob = stateOf({ ...WET, [`lora_str_${id}`]: 2 }, { loras: [{ id, strength: 0 }] });
    assertEquals(whole(byKnob, CLIP), whole(at(2), CLIP));
  });
}

Deno.test("a timbre clip is heard as strongly as its strength says", () => {
  const timbre = { ...synthSource({ seconds: 1, seed: 9 }), name: "reference" };
  const at = (timbreStrength: number) => stateOf(WET, { timbre, timbreStrength });
  assertEquals(whole(at(0), CLIP), whole(stateOf(WET), CLIP));
  const half = distance(at(0), at(0.5));
  const full = distance(at(0), at(1));
  assert(full >= HEARD_DB && half < full, `${half} dB, then ${full} dB`);
});

Deno.test("a structure clip is heard, and hint_strength holds the sound to it", () => {
  const structure = { ...synthSource({ seconds: 0.6, channels: 1, seed: 9 }), name: "beat" };
  assert(distance(stateOf(WET), stateOf(WET, { structure })) >= HEARD_DB);
  const loose = stateOf({ ...WET, hint_strength: 0 }, { structure });
  assertEquals(whole(loose, CLIP), whole(stateOf({ ...WET, hint_strength: 0 }), CLIP));
});
