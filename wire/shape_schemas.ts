/**
 * Zod schemas of the shapes that several messages share. Loose: keys that we do not know are kept.
 *
 * @module
 */
import { z } from "zod";
import { CAPABILITY_NAMES } from "./shapes.ts";

const name = z.string().max(1024);

/** A LoRA; only its id is needed, the rest has harmless stand-ins. */
const loraEntry = z.looseObject({
  id: name,
  name: name.default(""),
  path: z.string().max(4096).default(""),
  state: name.default("registered"),
  strength: z.number().default(0),
  materialized_bytes: z.number().default(0),
  metadata: z.record(z.string(), z.unknown()).default({}),
  compatible: z.boolean().optional(),
});

const geometry = z.looseObject({
  sample_rate: z.number().positive(),
  channels: z.int().min(1).max(2),
  chunk_rate_hz: z.number().positive(),
  duration_s: z.number().nullable(),
});

/** A capability that is not named is one that the server has never heard of: it is off. */
const capabilities = z.looseObject(
  Object.fromEntries(CAPABILITY_NAMES.map((key) => [key, z.boolean().default(false)])),
);

const knobBase = { group: name, bank: z.boolean(), description: z.string().max(4096).default("") };

const knobEntry = z.discriminatedUnion("type", [
  z.looseObject({
    ...knobBase,
    type: z.enum(["float", "int"]),
    default: z.number(),
    min: z.number().default(0),
    max: z.number().optional(),
  }),
  z.looseObject({
    ...knobBase,
    type: z.literal("enum"),
    default: name,
    options: z.array(name).max(256),
  }),
  z.looseObject({ ...knobBase, type: z.literal("bool"), default: z.boolean() }),
]);

const knobManifest = z.looseObject({
  version: z.int(),
  knobs: z.record(name, knobEntry).refine((knobs) => Object.keys(knobs).length <= 1024),
});

/** Name of a shared shape; `text` is a name, an id or a label. */
export type ShapeName =
  | "text"
  | "lora_entry"
  | "geometry"
  | "capabilities"
  | "knob_manifest";

/** Schemas by the name that field tables use. */
export const SHAPES: Readonly<Record<ShapeName, z.ZodType>> = {
  text: name,
  lora_entry: loraEntry,
  geometry,
  capabilities,
  knob_manifest: knobManifest,
};
