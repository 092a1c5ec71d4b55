/**
 * Reading what a server says: the table of events, and what each announces.
 *
 * @module
 */
import { MAX_BUFFER_BYTES, MAX_TEXT_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";
import type { EventType, ServerMessage } from "./server_types.ts";
import {
  type FieldReader,
  fieldReader,
  type FieldSpec,
  found,
  isJsonObject,
  type JsonObject,
  MAX_PROMPT_CHARS,
  nestsWithin,
} from "./fields.ts";

/** How deep an event may nest; LoRA metadata needs five levels. */
const MAX_LEVELS = 16;

/** Most stems that one `stem_assets` can announce. */
export const MAX_STEMS = 16;

/** What the protocol says about one event. */
export interface EventSpec<Fields extends string = string> {
  /** Every field but `type`. */
  readonly fields: Readonly<Record<Fields, FieldSpec>>;
  /** What follows at once, if anything. */
  readonly followedBy?: "buffer" | "stems" | "close";
}

/** Names of the fields of one event. */
export type EventField<T extends EventType> = Exclude<
  keyof Extract<ServerMessage, { type: T }> & string,
  "type"
>;

const number: FieldSpec = { type: "float", required: true };
const whole: FieldSpec = { type: "int", required: true };
const seconds: FieldSpec = { type: "float", required: true, unit: "s" };
const name: FieldSpec = { type: "string", required: true };
const text: FieldSpec = { type: "string", required: true, maxLength: MAX_PROMPT_CHARS };
const textOrNull: FieldSpec = { type: "string", nullable: true, default: null };
const channels: FieldSpec = { type: "int", required: true, min: 1, max: 2 };
const values: FieldSpec = { type: "object", required: true };
const loras: FieldSpec = { type: "array", of: "lora_entry", default: [] };
const failed = { fields: { error: text } } as const;

const source = {
  duration: seconds,
  sample_rate: whole,
  channels,
  bpm: { type: "float", nullable: true, default: null },
  key: textOrNull,
  time_signature: textOrNull,
  source_epoch: { type: "int" },
} as const satisfies Record<string, FieldSpec>;

/** Every event a server can send, by `type`. */
export const EVENTS: { readonly [T in EventType]: EventSpec<EventField<T>> } = {
  init_ack: { fields: { session_id: name, client_id: textOrNull } },
  ready: {
    followedBy: "buffer",
    fields: {
      ...source,
      session_id: { type: "string", default: "" },
      lora_dir: { type: "string", default: "" },
      lora_catalog: loras,
      lora_pending_enable: { type: "array", of: "text", default: [] },
      checkpoint: { type: "string", default: "" },
      checkpoint_scale: textOrNull,
      pipeline_depth: { type: "int", default: 1 },
      max_pipeline_depth: { type: "int", default: 1 },
      geometry: { type: "object", of: "geometry" },
      capabilities: { type: "object", of: "capabilities" },
      knob_manifest: { type: "object", of: "knob_manifest" },
      manual_slot_count: { type: "int" },
      manual_slot_cap: { type: "int" },
      steering_available: { type: "bool" },
    },
  },
  error: {
    followedBy: "close",
    fields: {
      code: { type: "string", default: "" },
      message: { type: "string", default: "", maxLength: MAX_PROMPT_CHARS },
      build_command: { type: "string", maxLength: MAX_PROMPT_CHARS },
      duration_s: { type: "float", unit: "s" },
    },
  },
  params_update: { fields: { params: values } },
  params_echo: { fields: { raw: values } },
  prompt_blend_echo: { fields: { value: number } },
  prompt_applied: { fields: { tags: text } },
  lora_catalog: { fields: { catalog: { ...loras, required: true } } },
  swap_ready: { followedBy: "buffer", fields: { ...source, fixture_name: textOrNull } },
  swap_failed: {
    fields: { error: text, build_command: { type: "string", maxLength: MAX_PROMPT_CHARS } },
  },
  stem_assets: {
    followedBy: "stems",
    fields: {
      fixture_name: { type: "string", default: "" },
      sample_rate: whole,
      channels,
      frames: { type: "int", required: true, min: 0 },
      stems: { type: "array", of: "text", required: true, maxLength: MAX_STEMS },
      source_mode: { type: "string", default: "" },
    },
  },
  stem_failed: { fields: { fixture_name: { type: "string", default: "" }, error: text } },
  depth_applied: { fields: { value: whole } },
  manual_slot_count: { fields: { count: whole } },
  timbre_set: { fields: { name, duration: seconds } },
  timbre_cleared: { fields: {} },
  timbre_failed: failed,
  structure_set: { fields: { name, duration: seconds } },
  structure_cleared: { fields: {} },
  structure_failed: failed,
  audio_written: { fields: { start_s: seconds, end_s: seconds, source_epoch: whole } },
  audio_write_failed: failed,
  command_failed: { fields: { command: name, requires: name, error: text } },
  engine_trouble: {
    fields: {
      code: name,
      message: text,
      failures: whole,
      retry_s: { type: "float", nullable: true, default: null, unit: "s" },
    },
  },
  upload_ok: {
    fields: {
      name,
      bpm: source.bpm,
      key: textOrNull,
      time_signature: textOrNull,
      duration_s: seconds,
      samples: whole,
      stems_pending: { type: "bool" },
    },
  },
  upload_failed: failed,
};

/** An event, or a JSON object of a type that this client does not know (which it must ignore). */
export type ParsedEvent =
  | { readonly known: true; readonly message: ServerMessage }
  | { readonly known: false; readonly type: string; readonly raw: Readonly<JsonObject> };

const READERS = new Map<string, FieldReader>(
  Object.entries(EVENTS).map(([type, spec]) => [type, fieldReader(spec.fields, "exact")]),
);

/**
 * Reads one text frame of a server, of any version. Fields that we do not know are kept; optional
 * ones of the wrong form count as absent.
 *
 * @throws {WireError} if the text is no JSON object with a `type`, or if a known event lacks a field
 * without which it means nothing.
 *
 * @example
 * ```ts
 * import { parseServerMessage } from "./server_messages.ts";
 *
 * const event = parseServerMessage('{"type":"depth_applied","value":2}');
 * if (event.known && event.message.type === "depth_applied") console.log(event.message.value); // 2
 * ```
 */
export function parseServerMessage(text: string): ParsedEvent {
  const value = parseObject(text, "event");
  const { type } = value;
  if (typeof type !== "string") {
    throw new WireError(`event has no type, got ${found(type)} for it`, { field: "type" });
  }
  if (!nestsWithin(value, MAX_LEVELS)) {
    throw new WireError(`event nests deeper than ${MAX_LEVELS} levels`, { field: "type" });
  }
  // One of these follows every slice; the schema would say the same more slowly.
  if (type === "params_update" && isJsonObject(value["params"])) {
    return { known: true, message: value as unknown as ServerMessage };
  }
  const reader = READERS.get(type);
  if (reader === undefined) return { known: false, type, raw: value };
  const { fields, problems, missing } = reader.read(value);
  if (missing !== null) {
    const problem = problems.find(({ field }) => field === missing);
    const reason = problem ? `: ${problem.reason}` : ", which is missing";
    throw new WireError(`event ${type} needs ${missing}${reason}`, { field: `${type}.${missing}` });
  }
  const message = fields as unknown as ServerMessage;
  checkGeometry(message);
  return { known: true, message };
}

/**
 * Parses a text frame that must hold a JSON object.
 *
 * @throws {WireError} if it is longer than {@link MAX_TEXT_BYTES}, no JSON, or no object.
 */
export function parseObject(text: string, what: string): JsonObject {
  if (text.length > MAX_TEXT_BYTES) {
    throw new WireError(
      `${what} is ${text.length} characters long, at most ${MAX_TEXT_BYTES} are read`,
      { field: what },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WireError(`${what} is not JSON`, { field: what }, { cause });
  }
  if (isJsonObject(value)) return value;
  throw new WireError(`${what} must be a JSON object, got ${found(value)}`, { field: what });
}

/** A binary message that an event announces. */
export interface ExpectedBinary {
  /** What it is. */
  readonly kind: "buffer" | "stem";
  /** Name of the stem; empty for a buffer. */
  readonly name: string;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
  /** Size of the message: interleaved f16. */
  readonly bytes: number;
}

/** The binary messages that follow `message`, in order; most events have none. */
export function expectedBinaries(message: ServerMessage): ExpectedBinary[] {
  switch (message.type) {
    case "ready":
    case "swap_ready": {
      const frames = Math.round(message.duration * message.sample_rate);
      return [expectedBinary("buffer", "", message.channels, frames)];
    }
    case "stem_assets":
      return message.stems.map((stem) =>
        expectedBinary("stem", stem, message.channels, message.frames)
      );
    default:
      return [];
  }
}

function expectedBinary(
  kind: ExpectedBinary["kind"],
  name: string,
  channels: number,
  frames: number,
): ExpectedBinary {
  return { kind, name, channels, frames, bytes: frames * channels * 2 };
}

/** Refuses events whose announced binaries could not be real, before anyone makes room for them. */
function checkGeometry(message: ServerMessage): void {
  if ("channels" in message && message.channels !== 1 && message.channels !== 2) {
    throw new WireError(
      `event ${message.type} announces ${message.channels} channels, expected 1 or 2`,
      { field: `${message.type}.channels` },
    );
  }
  for (const { frames, bytes } of expectedBinaries(message)) {
    if (frames >= 0 && bytes <= MAX_BUFFER_BYTES) continue;
    throw new WireError(
      `event ${message.type} announces ${frames} frames, expected 0 to ${MAX_BUFFER_BYTES} bytes`,
      { field: `${message.type}.${message.type === "stem_assets" ? "frames" : "duration"}` },
    );
  }
}
