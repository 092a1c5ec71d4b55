/**
 * The knob registry: which knobs a session has, and what values they take.
 *
 * @module
 */
import { KNOB_SCHEMA_VERSION } from "./constants.ts";
import { clamp, found, roundHalfEven, toNumber } from "./fields.ts";
import { type KnobOptions, knobTable } from "./knob_table.ts";
import type { KnobEntry, KnobManifest, KnobValue } from "./shapes.ts";

export type { KnobOptions } from "./knob_table.ts";

/**
 * The knobs of a session, as `ready` and `/api/knobs` carry them.
 *
 * @example
 * ```ts
 * import { knobManifest } from "./knobs.ts";
 *
 * const { knobs } = knobManifest({ sde: false, loras: [{ id: "warm", strength: 0.5 }] });
 * console.log(knobs["denoise"]?.default, knobs["lora_str_warm"]?.default); // 0 0.5
 * ```
 */
export function knobManifest(options: KnobOptions): KnobManifest {
  return { version: KNOB_SCHEMA_VERSION, knobs: Object.fromEntries(knobTable(options)) };
}

/** The value each knob starts with, by name. */
export function defaults(manifest: KnobManifest): Record<string, KnobValue> {
  return Object.fromEntries(
    Object.entries(manifest.knobs).map(([name, entry]) => [name, entry.default]),
  );
}

/** A usable value, or why there is none. */
export type CoercedKnob =
  | { readonly value: KnobValue; readonly clamped: boolean }
  | { readonly dropped: string };

/**
 * Fits a value to its knob: numeric strings count as numbers, numbers are clamped to the range,
 * whole ones rounded (ties to even). What is no number, no known option or no bool is dropped.
 *
 * @example
 * ```ts
 * import { coerceKnob, knobManifest } from "./knobs.ts";
 *
 * const { knobs } = knobManifest({ sde: false });
 * console.log(coerceKnob(knobs["feedback_depth"]!, "2.5")); // { value: 2, clamped: false }
 * ```
 */
export function coerceKnob(entry: KnobEntry, value: unknown): CoercedKnob {
  switch (entry.type) {
    case "bool":
      return typeof value === "boolean"
        ? { value, clamped: false }
        : { dropped: `expected true or false, got ${found(value)}` };
    case "enum":
      return typeof value === "string" && entry.options.includes(value)
        ? { value, clamped: false }
        : { dropped: `expected one of ${entry.options.join(", ")}, got ${found(value)}` };
    case "float":
    case "int": {
      const number = toNumber(value);
      if (number === null) return { dropped: `expected a number, got ${found(value)}` };
      const fitted = clamp(number, entry.min, entry.max);
      return {
        value: entry.type === "int" ? roundHalfEven(fitted) : fitted,
        clamped: fitted !== number,
      };
    }
  }
}

/** What happened to one value of a `raw` dict. */
export interface KnobReport {
  /** Name of the knob. */
  readonly knob: string;
  /** Whether it was moved into its range or left out. */
  readonly outcome: "clamped" | "dropped";
  /** Plain sentence for a person. */
  readonly reason: string;
}

/**
 * Fits all values of a `raw` dict: dropped ones are left out, keys that are no knobs (such as curve
 * specs) stay as they are.
 *
 * @param manifest The session's knobs.
 * @param raw What a client sent.
 */
export function coerceRaw(
  manifest: KnobManifest,
  raw: Readonly<Record<string, unknown>>,
): { values: Record<string, unknown>; reports: KnobReport[] } {
  const values: Record<string, unknown> = {};
  const reports: KnobReport[] = [];
  for (const knob of Object.keys(raw)) {
    const value = raw[knob];
    const entry = Object.hasOwn(manifest.knobs, knob) ? manifest.knobs[knob] : undefined;
    if (entry === undefined) {
      // Assigning to this name would change the object's prototype instead.
      if (knob !== "__proto__") values[knob] = value;
      continue;
    }
    const coerced = coerceKnob(entry, value);
    if ("dropped" in coerced) {
      reports.push({ knob, outcome: "dropped", reason: `${knob}: ${coerced.dropped}` });
      continue;
    }
    values[knob] = coerced.value;
    if (coerced.clamped) {
      const reason = `${knob}: ${toNumber(value)} is outside its range, ${coerced.value} is used`;
      reports.push({ knob, outcome: "clamped", reason });
    }
  }
  return { values, reports };
}
