/**
 * Every control of a session: knobs, prompts, references, LoRAs. One place that knows when the sound
 * changes.
 *
 * @module
 */
import {
  coerceKnob,
  KNOB_SCHEMA_VERSION,
  type KnobEntry,
  type KnobManifest,
  knobManifest,
  type LoraEntry,
} from "../../wire/mod.ts";
import type { ControlState, NamedClip } from "./engine/engine.ts";

/** Largest pipeline depth, as `ready` states it. */
export const MAX_DEPTH = 4;

/** Most knobs (known and unknown) that a session keeps. */
const MAX_KNOBS = 1024;

/** What a bank starts with. */
export interface ControlBankOptions {
  /** SDE mode: `sde_amp` and `periodicity` in place of `denoise`. */
  readonly sde: boolean;
  readonly prompt: string;
  readonly promptB: string;
  readonly loraCatalog: readonly LoraEntry[];
  readonly enabledLoras: readonly string[];
  readonly loraStrengths: Readonly<Record<string, number>>;
}

/** The controls of one session. */
export class ControlBank {
  readonly #sde: boolean;
  readonly #values = new Map<string, unknown>();
  #manifest: KnobManifest;
  #loras: LoraEntry[];
  #prompt: string;
  #promptB: string;
  #promptBlend = 0;
  #timbre: NamedClip | null = null;
  #timbreStrength = 1;
  #structure: NamedClip | null = null;
  #state: ControlState | null = null;
  #reported: Readonly<Record<string, unknown>> | null = null;
  #version = 0;

  /** A bank at its defaults. */
  constructor(options: ControlBankOptions) {
    this.#sde = options.sde;
    this.#prompt = options.prompt;
    this.#promptB = options.promptB;
    this.#loras = options.loraCatalog.map((entry) =>
      options.enabledLoras.includes(entry.id)
        ? { ...entry, state: "enabled", strength: options.loraStrengths[entry.id] ?? 0 }
        : { ...entry, state: "registered", strength: 0 }
    );
    this.#manifest = this.#makeManifest();
    for (const [name, entry] of Object.entries(this.#manifest.knobs)) {
      if (entry.bank) this.#values.set(name, entry.default);
    }
  }

  /** The live registry: follows LoRA changes. */
  get manifest(): KnobManifest {
    return this.#manifest;
  }

  /** All LoRAs with their present state. */
  get loraCatalog(): readonly LoraEntry[] {
    return this.#loras;
  }

  get prompt(): string {
    return this.#prompt;
  }
  get promptB(): string {
    return this.#promptB;
  }
  get promptBlend(): number {
    return this.#promptBlend;
  }
  get timbre(): NamedClip | null {
    return this.#timbre;
  }
  get timbreStrength(): number {
    return this.#timbreStrength;
  }
  get structure(): NamedClip | null {
    return this.#structure;
  }

  /** Counts up whenever the sound may change. */
  get version(): number {
    return this.#version;
  }

  /** What an engine needs; the same object until something changes. */
  get state(): ControlState {
    return this.#state ??= {
      knobs: Object.fromEntries(this.#values),
      prompt: this.#prompt,
      promptB: this.#promptB,
      promptBlend: this.#promptBlend,
      loras: this.#loras.filter((l) => l.state === "enabled")
        .map(({ id }) => ({ id, strength: Number(this.#values.get(`lora_str_${id}`) ?? 0) })),
      timbre: this.#timbre,
      timbreStrength: this.#timbreStrength,
      structure: this.#structure,
    };
  }

  /** Whether the sound differs from the source at all; sizes at timing fidelity depend on it. */
  get isWet(): boolean {
    const amount = this.#values.get(this.#sde ? "sde_amp" : "denoise");
    return typeof amount === "number" && amount > 0;
  }

  /** The knob bank as `params_update` and the snapshot report it. */
  get reported(): Readonly<Record<string, unknown>> {
    if (this.#reported === null) {
      const reported: Record<string, unknown> = {};
      for (const [name, entry] of Object.entries(this.#manifest.knobs)) {
        if (entry.bank) reported[name] = this.#values.get(name) ?? entry.default;
      }
      this.#reported = reported;
    }
    return this.#reported;
  }

  /** One knob's value, or its default; undefined for a name that was never set. */
  value(name: string): unknown {
    return this.#values.get(name) ?? this.#knob(name)?.default;
  }

  /**
   * Takes the PRIMARY client's dictionary in: numbers are clamped, values that do not fit are
   * dropped, unknown keys pass. Returns whether anything changed.
   */
  setKnobs(raw: Readonly<Record<string, unknown>>): boolean {
    let changed = false;
    for (const name in raw) {
      const entry = this.#knob(name);
      let value = raw[name];
      if (entry !== undefined) {
        const coerced = coerceKnob(entry, value);
        if ("dropped" in coerced) continue;
        value = coerced.value;
      }
      const old = this.#values.get(name);
      if (old === value) continue;
      if (old === undefined && this.#values.size >= MAX_KNOBS) continue;
      if (typeof value === "object" && JSON.stringify(old) === JSON.stringify(value)) continue;
      this.#values.set(name, value);
      changed = true;
    }
    if (changed) this.#touch();
    return changed;
  }

  /** New prompts; null keeps the present one. */
  setPrompts(prompt: string | null, promptB: string | null): void {
    this.#prompt = prompt ?? this.#prompt;
    this.#promptB = promptB ?? this.#promptB;
    this.#touch();
  }

  /** Mix of the prompts, 0..1. */
  setPromptBlend(value: number): void {
    this.#promptBlend = Math.min(1, Math.max(0, value));
    this.#touch();
  }

  /** Timbre reference; null clears it. */
  setTimbre(clip: NamedClip | null): void {
    this.#timbre = clip;
    this.#touch();
  }

  /** Strength of the timbre reference, 0..1. */
  setTimbreStrength(value: number): void {
    this.#timbreStrength = Math.min(1, Math.max(0, value));
    this.#touch();
  }

  /** Structure reference; null clears it. */
  setStructure(clip: NamedClip | null): void {
    this.#structure = clip;
    this.#touch();
  }

  /**
   * Enables (with a strength) or disables (null) a LoRA. An enabled one gets the knob
   * `lora_str_<id>`. An unknown id changes nothing.
   */
  setLora(id: string, strength: number | null): void {
    const index = this.#loras.findIndex((entry) => entry.id === id);
    if (index < 0) return;
    this.#loras = this.#loras.with(index, {
      ...this.#loras[index]!,
      state: strength === null ? "registered" : "enabled",
      strength: strength ?? 0,
    });
    this.#manifest = this.#makeManifest();
    const knob = `lora_str_${id}`;
    if (strength === null) this.#values.delete(knob);
    else this.#values.set(knob, strength);
    this.#touch();
  }

  /** The registry's entry of a name; names that every object has, such as `constructor`, have none. */
  #knob(name: string): KnobEntry | undefined {
    return Object.hasOwn(this.#manifest.knobs, name) ? this.#manifest.knobs[name] : undefined;
  }

  #makeManifest(): KnobManifest {
    const manifest = knobManifest({
      sde: this.#sde,
      loras: this.#loras.filter((l) => l.state === "enabled"),
      manualSlots: 0,
      steeringAxes: [],
    });
    return { ...manifest, version: KNOB_SCHEMA_VERSION };
  }

  #touch(): void {
    this.#version++;
    this.#state = null;
    this.#reported = null;
  }
}
