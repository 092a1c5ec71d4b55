/**
 * Data that several messages share. Names are those of the wire.
 *
 * @module
 */

/** What every text message but the config has. */
export interface Message<Type extends string> {
  /** Which message it is. */
  readonly type: Type;
}

/** Capability names in the order in which they are documented. */
export const CAPABILITY_NAMES = [
  "refines_audio",
  "swap",
  "timbre",
  "structure",
  "write_audio",
  "lora",
  "stems",
  "loop_band",
  "depth",
  "curves",
  "notes_conditioning",
  "steering",
] as const;

/** One thing that a backend can or cannot do. */
export type CapabilityName = typeof CAPABILITY_NAMES[number];

/** What a session's backend can do. A server of May sends none: everything is then allowed. */
export type Capabilities = { readonly [name in CapabilityName]: boolean };

/** The shape of a session's audio. */
export interface Geometry {
  /** Samples per second. */
  readonly sample_rate: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Latent frames per second, 25. */
  readonly chunk_rate_hz: number;
  /** Length of the buffer in seconds, if known. */
  readonly duration_s: number | null;
}

/** A LoRA that the server knows. */
export interface LoraEntry {
  /** Its name in commands. */
  readonly id: string;
  /** Its name for people. */
  readonly name: string;
  /** Its file on the server. */
  readonly path: string;
  /** `registered`, `enabled`, … */
  readonly state: string;
  /** 0..2. */
  readonly strength: number;
  /** Memory that it takes now. */
  readonly materialized_bytes: number;
  /** Description, trigger words, recommended settings; its keys vary. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whether it fits the loaded checkpoint; newer servers only. */
  readonly compatible?: boolean;
}

/** A value that a knob can have. */
export type KnobValue = number | string | boolean;

/** What knobs of all types have. */
export interface KnobBase {
  /** Heading under which a person would look for it. */
  readonly group: string;
  /** Whether it is reported in `params_update` and in a snapshot's `knob_values`. */
  readonly bank: boolean;
  /** What it does, in a sentence. */
  readonly description: string;
}

/** A knob with numeric values. */
export interface NumberKnob extends KnobBase {
  /** `int` values are rounded. */
  readonly type: "float" | "int";
  /** The value it starts with. */
  readonly default: number;
  /** Smallest value. */
  readonly min: number;
  /** Absent where no upper end is known. */
  readonly max?: number;
}

/** A knob with named values. */
export interface EnumKnob extends KnobBase {
  /** Always `enum`. */
  readonly type: "enum";
  /** The value it starts with, one of the options. */
  readonly default: string;
  /** All its values. */
  readonly options: readonly string[];
}

/** A knob that is on or off. */
export interface BoolKnob extends KnobBase {
  /** Always `bool`. */
  readonly type: "bool";
  /** The value it starts with. */
  readonly default: boolean;
}

/** One knob of the registry. */
export type KnobEntry = NumberKnob | EnumKnob | BoolKnob;

/** All knobs of a session, by name. */
export interface KnobManifest {
  /** Version of this form, 1. */
  readonly version: number;
  /** By name. */
  readonly knobs: Readonly<Record<string, KnobEntry>>;
}
