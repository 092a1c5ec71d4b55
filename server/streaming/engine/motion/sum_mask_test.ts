import { assert, assertEquals } from "@std/assert";
import { errorDb } from "../../../../audio/measure.ts";
import { MotionBank } from "./bank.ts";
import { KnobValues } from "./knob_values.ts";
import { KNOB_RULES } from "./knob_meaning.ts";
import type { LayerSpec, MaskSpec } from "./layer_spec.ts";
import { planOf } from "./plan.ts";
import { MOST_LAYERS, Recipe } from "./recipe.ts";
import { SOURCE, stateOf } from "./test_world.ts";

const PROMPT: MaskSpec = { kind: "prompt", prompt: "glass harp", seed: 3 };
const COLOUR: MaskSpec = { kind: "colour", colour: "comb", variation: "" };
const WASH: MaskSpec = { kind: "wash" };

/** The samples of a layer's first two blocks. */
function sound(spec: LayerSpec, bank = new MotionBank()): Float32Array {
  const layer = bank.open(SOURCE, "full").layer(spec);
  const blocks = [layer.block(0).samples, layer.block(1).samples];
  return Float32Array.from(blocks.flatMap((samples) => [...samples]));
}

function sum(parts: readonly { spec: LayerSpec; weight: number }[]): Float32Array {
  const total = new Float32Array(4 * 9600);
  for (const { spec, weight } of parts) {
    for (const [i, x] of sound(spec).entries()) total[i] = total[i]! + weight * x;
  }
  return total;
}

Deno.test("one layer of many masks sounds as the layers together, bands and all", () => {
  const of = [{ spec: PROMPT, weight: 0.5 }, { spec: COLOUR, weight: -0.2 }, {
    spec: WASH,
    weight: 0.4,
  }];
  const bands = [{ from: 0, to: 20, delta: 0.7 }, { from: 16, to: 64, delta: -0.6 }];
  const apart = sum([
    ...of,
    ...bands.flatMap(({ from, to, delta }) =>
      of.map(({ spec, weight }) => ({
        spec: { kind: "band" as const, of: spec, from, to },
        weight: weight * delta,
      }))
    ),
  ]);
  const together = sound({ kind: "sum", of, bands });
  assert(errorDb(apart, together) < -120, `${errorDb(apart, together)} dB`);
});

Deno.test("sums that differ in a weight, a band or a mask are different layers of one part", () => {
  const bank = new MotionBank();
  const base = { kind: "sum", of: [{ spec: PROMPT, weight: 1 }], bands: [] } as const;
  const sounds = [
    base,
    { ...base, of: [{ spec: PROMPT, weight: 0.5 }] },
    { ...base, of: [{ spec: COLOUR, weight: 1 }] },
    { ...base, bands: [{ from: 0, to: 32, delta: 1 }] },
    base,
  ].map((spec) => sound(spec, bank).slice(0, 4000).join());
  assertEquals(sounds.map((one) => sounds.indexOf(one)), [0, 1, 2, 3, 0]);
});

Deno.test("however much is turned on, a window is a mix of few layers", () => {
  const groups = Array.from({ length: 8 }, (_, i) => [`ch_g${i}`, 2]);
  const knobs = { denoise: 0.8, feedback: 0.5, ...Object.fromEntries(groups) };
  const part = new MotionBank().open(SOURCE, "full");
  for (const loraCount of [0, 1, 40]) {
    const loras = Array.from({ length: loraCount }, (_, i) => ({ id: `lora ${i}`, strength: 1 }));
    const layers = new Set(planOf(stateOf(knobs, { loras }), part).map(({ layer }) => layer));
    assert(layers.size <= 1 + MOST_LAYERS, `${layers.size} layers with ${loraCount} LoRAs`);
  }
});

Deno.test("a state with few layers keeps them apart, so that a moving knob renders nothing", () => {
  const recipe = new Recipe();
  const state = stateOf({ denoise: 0.8, ch_g2: 2, ch_g3: 0.5, shift: 5 });
  for (const rule of KNOB_RULES) rule(new KnobValues(state.knobs), recipe, state);
  const kinds = recipe.parts(0.8).map(({ spec }) => spec.kind);
  assertEquals(kinds, ["base", "prompt", "band", "band", "band", "band"]);
});
