import { assert, assertEquals } from "@std/assert";
import { coerceKnob, coerceRaw, defaults, knobManifest } from "./knobs.ts";

const { knobs } = knobManifest({ sde: false });

Deno.test("a plain session has the knobs of the protocol's table", () => {
  const channels = [..."01234567"].map((n) => `ch_g${n}`);
  const keystones = ["ch13", "ch14", "ch19", "ch23", "ch29", "ch56"];
  assertEquals(Object.keys(knobs), [
    ...["denoise", "seed", "feedback", "feedback_depth", "shift", "hint_strength", "x0_target"],
    ...channels,
    ...keystones,
    ...["steps_override", "guidance_scale", "cfg_rescale", "rcfg_mode"],
    ...["dcw_enabled", "dcw_mode", "dcw_wavelet", "dcw_scaler", "dcw_high_scaler"],
    ...["dcw_mult_blend", "dcw_mag_phase", "dcw_soft_thresh"],
  ]);
});

Deno.test("SDE mode has sde_amp and periodicity instead of denoise", () => {
  const sde = knobManifest({ sde: true }).knobs;
  assertEquals(["denoise", "sde_amp", "periodicity"].map((name) => name in sde), [
    false,
    true,
    true,
  ]);
});

Deno.test("LoRAs, steering axes and manual slots bring their knobs", () => {
  const { knobs } = knobManifest({
    sde: false,
    loras: [{ id: "warm", strength: 0.75 }],
    steeringAxes: ["bright", "dense"],
    manualSlots: 2,
    vectorCount: 5,
  });
  const range = (name: string) => {
    const knob = knobs[name];
    return knob && "min" in knob ? [knob.default, knob.min, knob.max] : null;
  };
  assertEquals(range("lora_str_warm"), [0.75, 0, 2]);
  assertEquals(range("steer_dense"), [0, -30, 30]);
  assertEquals(range("man_src_1"), [0, 0, 4]);
  assertEquals(range("man_layer_1"), [9, 0, undefined]);
  assertEquals(range("man_alpha_0"), [0, -30, 30]);
  assertEquals(range("man_alpha_2"), null);
  const most = Object.keys(knobManifest({ sde: false, manualSlots: 99 }).knobs);
  assertEquals(most.filter((name) => name.startsWith("man_src_")).length, 16);
});

Deno.test("every default is a value that its knob takes", () => {
  const manifest = knobManifest({ sde: true, manualSlots: 1, steeringAxes: ["a"] });
  for (const [name, value] of Object.entries(defaults(manifest))) {
    const knob = manifest.knobs[name]!;
    assertEquals(coerceKnob(knob, value), { value, clamped: false }, name);
    assert(knob.description.endsWith("."), name);
  }
});

Deno.test("numbers are parsed, clamped and rounded", () => {
  assertEquals(coerceKnob(knobs["denoise"]!, 1.5), { value: 1, clamped: true });
  assertEquals(coerceKnob(knobs["denoise"]!, "0.25"), { value: 0.25, clamped: false });
  assertEquals(coerceKnob(knobs["feedback_depth"]!, 3.5), { value: 4, clamped: false });
  assertEquals(coerceKnob(knobs["feedback_depth"]!, 99), { value: 8, clamped: true });
  assertEquals(coerceKnob(knobs["seed"]!, 4294967296), { value: 4294967295, clamped: true });
});

Deno.test("what cannot be a value is dropped with a reason", () => {
  for (const value of [null, "loud", {}, [], true, NaN, Infinity, undefined]) {
    assert("dropped" in coerceKnob(knobs["denoise"]!, value));
  }
  for (const value of [0, 1, "true", null]) {
    assert("dropped" in coerceKnob(knobs["dcw_enabled"]!, value));
  }
  assertEquals(coerceKnob(knobs["rcfg_mode"]!, "loud"), {
    dropped: "expected one of off, self, initialize, full, got text of 4 characters",
  });
});

Deno.test("a raw dict keeps what is no knob, and reports what it changed", () => {
  const curve = { type: "constant", value: 1 };
  const manifest = knobManifest({ sde: false });
  assertEquals(
    coerceRaw(manifest, { denoise: 2, shift: "x", x0_target_curve: curve, dcw_enabled: false }),
    {
      values: { denoise: 1, x0_target_curve: curve, dcw_enabled: false },
      reports: [
        {
          knob: "denoise",
          outcome: "clamped",
          reason: "denoise: 2 is outside its range, 1 is used",
        },
        {
          knob: "shift",
          outcome: "dropped",
          reason: "shift: expected a number, got text of 1 characters",
        },
      ],
    },
  );
});

Deno.test("names from Object's prototype are keys like any other", () => {
  const raw = JSON.parse('{"__proto__":{"denoise":1},"constructor":1,"toString":2}');
  const { values } = coerceRaw(knobManifest({ sde: false }), raw);
  assertEquals(Object.getPrototypeOf(values), Object.prototype);
  assertEquals(Object.keys(values), ["constructor", "toString"]);
});
