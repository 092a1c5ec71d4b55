/**
 * Reading what a client says: the table of commands, and the coercion that a server owes it.
 *
 * @module
 */
import { MAX_TEXT_BYTES } from "./constants.ts";
import type { ClientMessage, CommandType } from "./client_types.ts";
import type { EventType } from "./server_types.ts";
import type { CapabilityName } from "./shapes.ts";
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

/** Most knob values in one `params` message. */
export const MAX_RAW_KEYS = 512;

/** Longest knob name in a `params` message. */
export const MAX_RAW_KEY_CHARS = 256;

/** How deep a message may nest; curve specs need three levels. */
const MAX_LEVELS = 16;

/** What the protocol says about one command. */
export interface CommandSpec<Fields extends string = string> {
  /** Every field but `type`. */
  readonly fields: Readonly<Record<Fields, FieldSpec>>;
  /** Whether a PCM message follows. */
  readonly binary: "never" | "always" | "unless-server-source";
  /** What the backend must be able to do; null if nothing special. */
  readonly capability: CapabilityName | null;
  /** The event that reports failure; null if there is none. */
  readonly failure: EventType | null;
}

/** Names of the fields of one command. */
export type CommandField<T extends CommandType> = Exclude<
  keyof Extract<ClientMessage, { type: T }> & string,
  "type"
>;

const silent = { binary: "never", capability: null, failure: null } as const;
const timbre = { binary: "never", capability: "timbre", failure: "timbre_failed" } as const;
const structure = {
  binary: "never",
  capability: "structure",
  failure: "structure_failed",
} as const;

/** Every command a client can send, by `type`. */
export const COMMANDS: { readonly [T in CommandType]: CommandSpec<CommandField<T>> } = {
  params: {
    ...silent,
    fields: {
      raw: { type: "object", required: true, maxLength: MAX_RAW_KEYS },
      playback_pos: { type: "float", default: 0, unit: "s" },
      client_time: { type: "float", nullable: true, unit: "s" },
      slice_bytes_rx: { type: "int", nullable: true, min: 0 },
      slice_lead_s: { type: "float", nullable: true, unit: "s" },
    },
  },
  loop_band: {
    ...silent,
    capability: "loop_band",
    fields: {
      start_sec: { type: "float", nullable: true, unit: "s" },
      end_sec: { type: "float", nullable: true, unit: "s" },
    },
  },
  prompt: {
    ...silent,
    fields: {
      tags: { type: "string", required: true, maxLength: MAX_PROMPT_CHARS },
      tags_b: { type: "string", maxLength: MAX_PROMPT_CHARS },
      key: { type: "string" },
      time_signature: { type: "string" },
    },
  },
  set_prompt_blend: {
    ...silent,
    fields: { value: { type: "float", default: 0, min: 0, max: 1 } },
  },
  set_interp_method: {
    ...silent,
    fields: {
      path: {
        type: "enum",
        required: true,
        options: ["prompt", "timbre", "structure", "feedback"],
      },
      method: { type: "enum", required: true, options: ["slerp", "linear"] },
    },
  },
  set_depth: {
    ...silent,
    capability: "depth",
    fields: { value: { type: "int", required: true, min: 1 } },
  },
  enable_lora: {
    ...silent,
    capability: "lora",
    fields: {
      id: { type: "string", required: true },
      strength: { type: "float", min: 0, max: 2 },
    },
  },
  disable_lora: {
    ...silent,
    capability: "lora",
    fields: { id: { type: "string", required: true } },
  },
  manual_slot_add: { ...silent, capability: "steering", fields: {} },
  manual_slot_pop: { ...silent, capability: "steering", fields: {} },
  set_timbre_strength: {
    ...silent,
    capability: "timbre",
    fields: { value: { type: "float", default: 1, min: 0, max: 1 } },
  },
  set_timbre_source: {
    ...timbre,
    binary: "always",
    fields: { name: { type: "string", default: "timbre" } },
  },
  set_timbre_fixture: { ...timbre, fields: { name: { type: "string", required: true } } },
  clear_timbre_source: { ...timbre, failure: null, fields: {} },
  set_structure_source: {
    ...structure,
    binary: "always",
    fields: { name: { type: "string", default: "structure" } },
  },
  set_structure_fixture: { ...structure, fields: { name: { type: "string", required: true } } },
  clear_structure_source: { ...structure, failure: null, fields: {} },
  swap_source: {
    binary: "unless-server-source",
    capability: "swap",
    failure: "swap_failed",
    fields: {
      tags: { type: "string", maxLength: MAX_PROMPT_CHARS },
      key: { type: "string" },
      time_signature: { type: "string" },
      fixture_name: { type: "string" },
      stem_source_mode: { type: "string" },
      use_server_source: { type: "bool", default: false },
    },
  },
  write_audio: {
    binary: "always",
    capability: "write_audio",
    failure: "audio_write_failed",
    fields: {
      at_s: { type: "float", default: 0, unit: "s" },
      mix: { type: "enum", options: ["replace", "sum"], default: "replace" },
      repeat: { type: "enum", options: ["none", "fill"], default: "none" },
      source_epoch: { type: "int" },
      refresh_timbre: { type: "bool", default: false },
    },
  },
};

/** A command, or why the text is none. */
export type ParsedCommand =
  | { readonly ok: true; readonly message: ClientMessage; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly type: string | null };

/** What a command could be named. All else may be a text of the user, and reasons reach logs. */
const NAME = /^[a-z_]{1,32}$/;

const NO_WARNINGS: readonly string[] = [];

const PARAMS_FIELDS: ReadonlySet<string> = new Set([
  "type",
  ...Object.keys(COMMANDS.params.fields),
]);

const READERS = new Map<string, FieldReader>(
  Object.entries(COMMANDS).map(([type, spec]) => [type, fieldReader(spec.fields, "coerce")]),
);

/**
 * Reads one text frame of a client. Never throws: bad values are dropped with a warning and count
 * as absent, and a message that means nothing without them is refused with a reason.
 *
 * @example
 * ```ts
 * import { parseClientMessage } from "./client_messages.ts";
 *
 * const parsed = parseClientMessage('{"type":"set_depth","value":"3.5"}');
 * console.log(parsed.ok && parsed.message); // { type: "set_depth", value: 4 }
 * ```
 */
export function parseClientMessage(text: string): ParsedCommand {
  if (text.length > MAX_TEXT_BYTES) {
    return refuse(`message is ${text.length} characters long, at most ${MAX_TEXT_BYTES} are read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("message is not JSON");
  }
  return coerceClientMessage(value);
}

/**
 * {@link parseClientMessage} for JSON that is parsed already, as the control bus has it. Fields that
 * the command does not know are kept.
 */
export function coerceClientMessage(value: unknown): ParsedCommand {
  if (!isJsonObject(value)) return refuse(`message must be a JSON object, got ${found(value)}`);
  const { type } = value;
  if (typeof type !== "string") return refuse("message has no type");
  if (type === "params" && isPlainParams(value)) {
    return { ok: true, message: value as unknown as ClientMessage, warnings: NO_WARNINGS };
  }
  return coerceByTable(type, value);
}

/** Whether the PCM message of this command is still to come. */
export function needsBinary(message: ClientMessage): boolean {
  const { binary } = COMMANDS[message.type];
  if (binary !== "unless-server-source") return binary === "always";
  return !(message.type === "swap_source" && message.use_server_source);
}

function coerceByTable(type: string, value: JsonObject): ParsedCommand {
  const reader = READERS.get(type);
  if (reader === undefined) {
    const name = NAME.test(type) ? type : "message's type";
    return refuse(`${name} is not a command`, type);
  }
  if (!nestsWithin(value, MAX_LEVELS)) {
    return refuse(`${type} nests deeper than ${MAX_LEVELS} levels`, type);
  }
  const { fields, problems, missing } = reader.read(value);
  if (missing !== null) {
    const problem = problems.find(({ field }) => field === missing);
    return refuse(`${type} needs ${missing}${problem ? `: ${problem.reason}` : ""}`, type);
  }
  if (type === "params" && !isUsableRaw(fields["raw"] as JsonObject)) {
    return refuse(
      `params has a knob name that is reserved or longer than ${MAX_RAW_KEY_CHARS} characters`,
      type,
    );
  }
  const warnings = problems.length === 0
    ? NO_WARNINGS
    : problems.map(({ reason }) => `${type}: ${reason}`);
  return { ok: true, message: fields as unknown as ClientMessage, warnings };
}

/**
 * Whether a `params` message is what well-behaved clients send, so that coercion would change
 * nothing. It comes 125 times a second for each client, so it does not go through the schemas.
 */
function isPlainParams(value: JsonObject): boolean {
  for (const name in value) if (!PARAMS_FIELDS.has(name)) return false;
  const bytes = value["slice_bytes_rx"];
  return isJsonObject(value["raw"]) && isUsableRaw(value["raw"]) &&
    Number.isFinite(value["playback_pos"]) &&
    isAbsentOrFinite(value["client_time"]) && isAbsentOrFinite(value["slice_lead_s"]) &&
    (bytes === undefined || bytes === null || (Number.isInteger(bytes) && bytes as number >= 0));
}

function isAbsentOrFinite(value: unknown): boolean {
  return value === undefined || value === null || Number.isFinite(value);
}

/** Limits on `raw`, whose names and values are otherwise the backend's business. */
function isUsableRaw(raw: JsonObject): boolean {
  let count = 0;
  for (const name in raw) {
    // A key of this name would set the prototype of any object that it is assigned to.
    if (name.length > MAX_RAW_KEY_CHARS || name === "__proto__") return false;
    const value = raw[name];
    if (typeof value === "object" && !nestsWithin(value, MAX_LEVELS - 2)) return false;
    if (++count > MAX_RAW_KEYS) return false;
  }
  return true;
}

function refuse(reason: string, type: string | null = null): ParsedCommand {
  return { ok: false, reason, type };
}
