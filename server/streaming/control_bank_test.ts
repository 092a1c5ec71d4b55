import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ControlBank, type ControlBankOptions } from "./control_bank.ts";

const lora = (id: string) => ({
  id,
  name: id,
  path: `${id}.safetensors`,
  state: "registered",
  strength: 0,
  materialized_bytes: 0,
  metadata: {},
});

const bank = (options: Partial<ControlBankOptions> = {}) =>
  new ControlBank({
    sde: false,
    prompt: "a",
    promptB: "a",
    loraCatalog: [lora("warm"), lora("dark")],
    enabledLoras: [],
    loraStrengths: {},
    ...options,
  });

Deno.test("numbers are clamped to their range, whole ones rounded, numeric strings read", () => {
  const controls = bank();
  assert(controls.setKnobs({ denoise: 7, feedback_depth: "2.5", shift: -3, ch_g0: "1.5" }));
  assertEquals(
    ["denoise", "feedback_depth", "shift", "ch_g0"].map((name) => controls.value(name)),
    [1, 2, 1, 1.5],
  );
});

Deno.test("values that do not fit are dropped, and the others taken", () => {
  const controls = bank();
  controls.setKnobs({ denoise: "loud", dcw_enabled: 1, rcfg_mode: "sideways", seed: 5 });
  assertEquals(
    ["denoise", "dcw_enabled", "rcfg_mode", "seed"].map((name) => controls.value(name)),
    [0, true, "off", 5],
  );
});

Deno.test("unknown keys pass through unchanged, curves included", () => {
  const controls = bank();
  const curve = { points: [[0, 0], [1, 1]] };
  controls.setKnobs({ my_curve: curve, note: "x" });
  assertEquals([controls.state.knobs["my_curve"], controls.value("note")], [curve, "x"]);
});

Deno.test("knobs that are missing keep their value", () => {
  const controls = bank();
  controls.setKnobs({ denoise: 0.5, seed: 3 });
  controls.setKnobs({ seed: 4 });
  assertEquals([controls.value("denoise"), controls.value("seed")], [0.5, 4]);
});

Deno.test("names that every object has are knobs like any other unknown one", () => {
  const controls = bank();
  controls.setKnobs({ constructor: 1, toString: 2, hasOwnProperty: 3 });
  assertEquals(controls.value("constructor"), 1);
  assertEquals(controls.state.knobs["toString"], 2);
  assertEquals(bank().value("constructor"), undefined);
});

Deno.test("setKnobs says whether anything changed, and the state is the same object until then", () => {
  const controls = bank();
  controls.setKnobs({ denoise: 0.5, curve: [1, 2] });
  const { state, version, reported } = controls;
  assertEquals(controls.setKnobs({ denoise: 0.5, curve: [1, 2] }), false);
  assert(
    controls.state === state && controls.version === version && controls.reported === reported,
  );
  assertEquals(controls.setKnobs({ denoise: 0.6 }), true);
  assert(controls.state !== state && controls.version > version);
  assertEquals(controls.reported["denoise"], 0.6);
});

Deno.test("a session keeps so many knobs and not more, however many a client invents", () => {
  const controls = bank();
  for (let i = 0; i < 40; i++) {
    controls.setKnobs(Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`k${i}.${j}`, j])));
  }
  assert(Object.keys(controls.state.knobs).length <= 1024);
  assertEquals(controls.setKnobs({ denoise: 0.4 }), true);
});

Deno.test("the reported bank holds every bank knob and nothing else", () => {
  const plain = bank();
  plain.setKnobs({ rcfg_mode: "self", mine: 1 });
  const expected = Object.entries(plain.manifest.knobs).filter(([, knob]) => knob.bank)
    .map(([name]) => name);
  assertEquals(Object.keys(plain.reported), expected);
  assert("denoise" in plain.reported && !("sde_amp" in plain.reported));
  const sde = bank({ sde: true });
  assert(
    "sde_amp" in sde.reported && "periodicity" in sde.reported && !("denoise" in sde.reported),
  );
});

Deno.test("the sound differs from the source once its amount is above 0", () => {
  const controls = bank();
  assertEquals(controls.isWet, false);
  controls.setKnobs({ denoise: 0.01 });
  assertEquals(controls.isWet, true);
  const sde = bank({ sde: true });
  sde.setKnobs({ sde_amp: 0.5 });
  assertEquals(sde.isWet, true);
});

Deno.test("an enabled LoRA has a knob with its strength; disabling removes it", () => {
  const controls = bank();
  controls.setLora("warm", 0.7);
  assertEquals(controls.value("lora_str_warm"), 0.7);
  assertEquals(controls.manifest.knobs["lora_str_warm"]?.default, 0.7);
  assertEquals(controls.state.loras, [{ id: "warm", strength: 0.7 }]);
  controls.setKnobs({ lora_str_warm: 5 });
  assertEquals(controls.state.loras, [{ id: "warm", strength: 2 }]);
  controls.setLora("warm", null);
  assertEquals(
    [
      controls.value("lora_str_warm"),
      controls.manifest.knobs["lora_str_warm"],
      controls.state.loras,
    ],
    [undefined, undefined, []],
  );
  assertEquals(controls.loraCatalog.map((entry) => entry.state), ["registered", "registered"]);
});

Deno.test("LoRAs of the config are enabled from the start, with a strength of 0 if none is given", () => {
  const controls = bank({ enabledLoras: ["warm", "dark"], loraStrengths: { dark: 0.4 } });
  assertEquals(controls.loraCatalog.map(({ state, strength }) => [state, strength]), [
    ["enabled", 0],
    ["enabled", 0.4],
  ]);
  assertEquals([controls.value("lora_str_warm"), controls.value("lora_str_dark")], [0, 0.4]);
});

Deno.test("an unknown LoRA changes nothing", () => {
  const controls = bank();
  const { version } = controls;
  controls.setLora("nobody", 1);
  assertEquals([controls.version, controls.state.loras], [version, []]);
});

Deno.test("prompts, blend, references and strengths are part of the state", () => {
  const controls = bank();
  const clip = { name: "x", audio: new Float32Array(2), channels: 1, frames: 2 };
  controls.setPrompts("p", null);
  controls.setPromptBlend(3);
  controls.setTimbre(clip);
  controls.setTimbreStrength(-1);
  controls.setStructure(clip);
  const { prompt, promptB, promptBlend, timbre, timbreStrength, structure } = controls.state;
  assertEquals(
    [prompt, promptB, promptBlend, timbre, timbreStrength, structure],
    ["p", "a", 1, clip, 0, clip],
  );
  controls.setTimbre(null);
  controls.setStructure(null);
  assertEquals([controls.timbre, controls.structure], [null, null]);
});

Deno.test("no dictionary makes the bank throw, and numeric knobs stay inside their ranges", () => {
  fc.assert(fc.property(
    fc.dictionary(
      fc.oneof(
        fc.constantFrom("denoise", "seed", "shift", "dcw_enabled", "rcfg_mode"),
        fc.string(),
      ),
      fc.jsonValue(),
    ),
    (raw) => {
      const controls = bank();
      controls.setKnobs(raw);
      for (const [name, knob] of Object.entries(controls.manifest.knobs)) {
        const value = controls.value(name);
        if (knob.type !== "float" && knob.type !== "int") continue;
        assert(typeof value === "number" && value >= knob.min && value <= (knob.max ?? Infinity));
      }
    },
  ));
});
