/**
 * The knobs as the protocol lists them (streaming session, section 7.2).
 *
 * @module
 */
import { MANUAL_SLOT_CAP } from "./constants.ts";
import type { BoolKnob, EnumKnob, KnobEntry, NumberKnob } from "./shapes.ts";

/** What a session's knobs depend on. */
export interface KnobOptions {
  /** SDE mode: `sde_amp` and `periodicity` instead of `denoise`. */
  readonly sde: boolean;
  /** Enabled LoRAs, with the strength given when they were enabled. */
  readonly loras?: readonly { readonly id: string; readonly strength: number }[];
  /** Manual steering slots, 0..16. */
  readonly manualSlots?: number;
  /** Axes of the loaded steering vectors; empty if none are loaded. */
  readonly steeringAxes?: readonly string[];
  /** Loaded steering vectors; as many as axes if absent. */
  readonly vectorCount?: number;
}

/** A knob and its name. */
export type NamedKnob = readonly [name: string, entry: KnobEntry];

const STEER_LIMIT = 30;

/** Every knob of a session, in the order in which a panel would show them. */
export function knobTable(options: KnobOptions): NamedKnob[] {
  return [
    ...coreKnobs(options),
    ...channelKnobs(),
    ...guidanceKnobs(),
    ...dcwKnobs(),
    ...steeringKnobs(options),
  ];
}

function coreKnobs({ sde, loras = [] }: KnobOptions): NamedKnob[] {
  const core = { group: "core", bank: true };
  return [
    ...(sde
      ? [
        [
          "sde_amp",
          float(0, 0, 1, core, "Noise added at each step: how far it leaves the source."),
        ],
        ["periodicity", float(0, 0, 12.5, core, "How strongly the added noise repeats itself.")],
      ] as NamedKnob[]
      : [
        ["denoise", float(0, 0, 1, core, "How far the result leaves the source: 0 keeps it.")],
      ] as NamedKnob[]),
    ["seed", int(0, 0, 4294967295, core, "Starting noise; another seed is another variation.")],
    ["feedback", float(0, 0, 1, core, "How much of an earlier result flows into the next.")],
    ["feedback_depth", int(1, 1, 8, core, "How many ticks back the feedback is taken from.")],
    ["shift", float(3.5, 1, 6, core, "Bends the noise schedule towards its noisy end.")],
    ...loras.map(({ id, strength }): NamedKnob => [
      `lora_str_${id}`,
      float(strength, 0, 2, core, `Strength of the LoRA ${id}.`),
    ]),
    ["hint_strength", float(1, 0, 1, core, "How closely the structure reference is followed.")],
    ["x0_target", float(0, 0, 1, core, "Pull towards the source's own latents.")],
  ];
}

function channelKnobs(): NamedKnob[] {
  const groups = Array.from({ length: 8 }, (_, group): NamedKnob => [
    `ch_g${group}`,
    float(1, 0, 3, { group: "groups", bank: true }, `Gain of latent channels ${span(group)}.`),
  ]);
  const keystones = [13, 14, 19, 23, 29, 56].map((channel): NamedKnob => [
    `ch${channel}`,
    float(1, 0, 3, { group: "keystones", bank: true }, `Gain of latent channel ${channel}.`),
  ]);
  return [...groups, ...keystones];
}

function span(group: number): string {
  return `${group * 8} to ${group * 8 + 7}`;
}

function guidanceKnobs(): NamedKnob[] {
  const guidance = { group: "guidance", bank: false };
  return [
    [
      "steps_override",
      int(
        8,
        1,
        16,
        { group: "core", bank: false },
        "Steps per tick; a change stalls for a second.",
      ),
    ],
    ["guidance_scale", float(1, 1, 15, guidance, "Weight of the prompt; needs an rcfg_mode.")],
    ["cfg_rescale", float(0, 0, 1, guidance, "Takes back the loudness that guidance adds.")],
    [
      "rcfg_mode",
      choice("off", ["off", "self", "initialize", "full"], guidance, "Where guidance comes from."),
    ],
  ];
}

function dcwKnobs(): NamedKnob[] {
  const dcw = { group: "dcw", bank: false };
  const enabled: BoolKnob = {
    type: "bool",
    default: true,
    ...dcw,
    description: "Wavelet correction of the latents, on or off.",
  };
  const modes = ["low", "high", "double", "pix"];
  const wavelets = ["haar", "db4", "sym8", "db8"];
  return [
    ["dcw_enabled", enabled],
    ["dcw_mode", choice("double", modes, dcw, "Which wavelet bands are corrected.")],
    ["dcw_wavelet", choice("haar", wavelets, dcw, "Wavelet used for the correction.")],
    ["dcw_scaler", float(0.05, 0, 0.5, dcw, "Strength of the correction, low band.")],
    ["dcw_high_scaler", float(0.02, 0, 0.5, dcw, "Strength of the correction, high band.")],
    ["dcw_mult_blend", float(0, 0, 1, dcw, "From adding the correction (0) to multiplying (1).")],
    ["dcw_mag_phase", float(0, 0, 1, dcw, "From correcting magnitude (0) to phase as well (1).")],
    ["dcw_soft_thresh", float(0, 0, 0.3, dcw, "Corrections smaller than this are left out.")],
  ];
}

function steeringKnobs(options: KnobOptions): NamedKnob[] {
  const { steeringAxes = [], vectorCount = steeringAxes.length, manualSlots = 0 } = options;
  const steering = { group: "steering", bank: false };
  const manual = { group: "manual", bank: false };
  const lastVector = Math.max(0, vectorCount - 1);
  const axes = steeringAxes.map((axis): NamedKnob => [
    `steer_${axis}`,
    float(0, -STEER_LIMIT, STEER_LIMIT, steering, `Push along the axis ${axis}, either way.`),
  ]);
  const slots = Array.from(
    { length: Math.min(manualSlots, MANUAL_SLOT_CAP) },
    (_, n): NamedKnob[] => [
      [`man_src_${n}`, int(0, 0, lastVector, manual, `Vector that slot ${n} uses.`)],
      [`man_layer_${n}`, int(9, 0, undefined, manual, `Layer at which slot ${n} acts.`)],
      [`man_step_${n}`, int(0, 0, undefined, manual, `Step at which slot ${n} acts.`)],
      [
        `man_alpha_${n}`,
        float(0, -STEER_LIMIT, STEER_LIMIT, manual, `Strength of slot ${n}, either way.`),
      ],
    ],
  );
  return [...axes, ...slots.flat()];
}

type Place = Pick<KnobEntry, "group" | "bank">;

function float(
  value: number,
  min: number,
  max: number,
  place: Place,
  description: string,
): NumberKnob {
  return { type: "float", default: value, min, max, ...place, description };
}

function int(
  value: number,
  min: number,
  max: number | undefined,
  place: Place,
  description: string,
): NumberKnob {
  const upper = max === undefined ? {} : { max };
  return { type: "int", default: value, min, ...upper, ...place, description };
}

function choice(
  value: string,
  options: readonly string[],
  place: Place,
  description: string,
): EnumKnob {
  return { type: "enum", default: value, options, ...place, description };
}
