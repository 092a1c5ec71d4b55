/**
 * The first text of a connection: the config of a session, or the announcement of an upload.
 *
 * @module
 */
import type { UploadTrackMessage } from "./client_types.ts";
import { WireError } from "./errors.ts";
import {
  clamp,
  fieldReader,
  type FieldSpec,
  isJsonObject,
  type JsonObject,
  MAX_PROMPT_CHARS,
  nestsWithin,
  toNumber,
} from "./fields.ts";
import { parseObject } from "./server_messages.ts";

/** Most LoRAs that a config can name. */
export const MAX_CONFIG_LORAS = 64;

/** How deep a config may nest. */
const MAX_LEVELS = 16;

/** Range of the decode window in seconds. */
export const VAE_WINDOW_RANGE_S = { min: 0.04, max: 0.36 } as const;

/** A config as a client writes it. Every key is optional; unknown ones are ignored by servers. */
export interface ConfigMessage {
  /** SDE mode. */
  readonly sde?: boolean;
  /** Allow LoRA commands. */
  readonly lora?: boolean;
  /** Decode window, s. */
  readonly vae_window?: number;
  /** Keep only so many seconds of the source. */
  readonly crop?: number;
  /** Pipeline depth. */
  readonly depth?: number;
  /** Diffusion steps. */
  readonly steps?: number;
  /** Prompt A. */
  readonly prompt?: string;
  /** Prompt B; null means prompt A. */
  readonly prompt_b?: string | null;
  /** Use the faster decoder. */
  readonly fast_vae?: boolean;
  /** Process long sources chunk by chunk. */
  readonly walk_window?: boolean;
  /** Length of a chunk, s. */
  readonly walk_window_s?: number;
  /** Label of the source. */
  readonly fixture_name?: string | null;
  /** The server loads the source itself: no PCM message follows. */
  readonly use_server_fixture?: boolean;
  /** `full`, `vocals` or `instruments`. */
  readonly stem_source_mode?: string | null;
  /** LoRAs to enable before the first tick. */
  readonly enabled_loras?: readonly string[];
  /** Their strengths, by id. */
  readonly lora_strengths?: Readonly<Record<string, number>>;
  /** Extra LoRA files. */
  readonly lora_paths?: readonly string[];
  /** One extra LoRA file; older form of `lora_paths`. */
  readonly lora_path?: string;
  /** For correlation only. */
  readonly client_id?: string | null;
  /** Smallest playback lead, s. */
  readonly lead_floor_s?: number;
  /** Largest playback lead, s. */
  readonly lead_ceiling_s?: number;
  /** Time constant of a falling lead, s. */
  readonly lead_release_tau_s?: number;
  /** Which kind of backend. */
  readonly backend?: string;
  /** Truthy asks for `init_ack`. */
  readonly telemetry_version?: number;
}

/** Which part of a source is played. */
export type StemSourceMode = "full" | "vocals" | "instruments";

/** A session's config as the server uses it: defaults filled in, ranges kept. */
export interface SessionConfig {
  /** SDE mode: the knob `sde_amp` (and `periodicity`) instead of `denoise`. */
  readonly sde: boolean;
  /** Whether LoRA commands are allowed. */
  readonly lora: boolean;
  /** Decode window, 0.04..0.36 s; 0 renders the whole buffer each time. */
  readonly vaeWindowS: number;
  /** Keeps only so many seconds of the source; 0 keeps all. */
  readonly cropS: number;
  /** Pipeline depth, from 1 to the backend's largest. */
  readonly depth: number;
  /** Diffusion steps, at least 1. */
  readonly steps: number;
  /** Prompt A. */
  readonly prompt: string;
  /** Prompt B; equal to prompt A if the client named none. */
  readonly promptB: string;
  /** Whether a faster, coarser decoder is asked for. */
  readonly fastVae: boolean;
  /** Whether long sources are processed chunk by chunk. */
  readonly walkWindow: boolean;
  /** Length of a chunk, s. */
  readonly walkWindowS: number;
  /** Label of the source; null if it has none. */
  readonly fixtureName: string | null;
  /** The server is asked to load `fixtureName` itself. */
  readonly useServerFixture: boolean;
  /** Null leaves it to the server. */
  readonly stemSourceMode: StemSourceMode | null;
  /** LoRAs to enable before the first tick. */
  readonly enabledLoras: readonly string[];
  /** Their strengths, by id. */
  readonly loraStrengths: Readonly<Record<string, number>>;
  /** Extra LoRA files. */
  readonly loraPaths: readonly string[];
  /** For correlation only; null if absent or empty. */
  readonly clientId: string | null;
  /** Smallest playback lead, s. */
  readonly leadFloorS: number;
  /** Largest playback lead, s. */
  readonly leadCeilingS: number;
  /** Time constant with which a raised lead falls again, s. */
  readonly leadReleaseTauS: number;
  /** Which kind of backend is asked for. */
  readonly backend: string;
  /** Truthy asks for `init_ack`; 0 if absent. */
  readonly telemetryVersion: number;
  /** Keys that the table does not know, as they came. */
  readonly extra: Readonly<Record<string, unknown>>;
}

const seconds: FieldSpec = { type: "float", min: 0, unit: "s" };
const flag: FieldSpec = { type: "bool", default: false };
const label: FieldSpec = { type: "string", nullable: true, default: null };

/** Every key of a config, with its default. */
export const CONFIG = {
  sde: flag,
  lora: flag,
  vae_window: { type: "float", default: 0.36, max: VAE_WINDOW_RANGE_S.max, unit: "s" },
  crop: { ...seconds, default: 0 },
  depth: { type: "int", default: 4, min: 1 },
  steps: { type: "int", default: 8, min: 1, max: 64 },
  prompt: { type: "string", default: "instrumental music", maxLength: MAX_PROMPT_CHARS },
  prompt_b: { ...label, maxLength: MAX_PROMPT_CHARS },
  fast_vae: flag,
  walk_window: flag,
  walk_window_s: { ...seconds, default: 60, min: 0.2 },
  fixture_name: label,
  use_server_fixture: flag,
  stem_source_mode: label,
  enabled_loras: { type: "array", of: "text", default: [], maxLength: MAX_CONFIG_LORAS },
  lora_strengths: { type: "object", default: {}, maxLength: MAX_CONFIG_LORAS },
  lora_paths: { type: "array", of: "text", default: [], maxLength: MAX_CONFIG_LORAS },
  lora_path: { type: "string" },
  client_id: label,
  lead_floor_s: { ...seconds, default: 0.25 },
  lead_ceiling_s: { ...seconds, default: 1.35 },
  lead_release_tau_s: { ...seconds, default: 1.5 },
  backend: { type: "string", default: "acestep" },
  telemetry_version: { type: "int", default: 0 },
} as const satisfies Record<string, FieldSpec>;

const UPLOAD = {
  type: { type: "string", required: true },
  name: { type: "string", default: "upload" },
  key: { type: "string" },
  time_signature: { type: "string" },
} as const satisfies Record<string, FieldSpec>;

const readConfig = fieldReader(CONFIG, "coerce");
const readUpload = fieldReader(UPLOAD, "coerce");

/** What a connection is for. */
export type Opening =
  | {
    readonly kind: "session";
    readonly config: SessionConfig;
    readonly warnings: readonly string[];
  }
  | {
    readonly kind: "upload";
    readonly upload: UploadTrackMessage;
    readonly warnings: readonly string[];
  };

/**
 * Reads the first text frame of a connection. Values that cannot be used are reported and count as
 * absent.
 *
 * @param text The frame.
 * @param options `maxDepth`: the backend's largest pipeline depth, 4 by default.
 * @throws {WireError} if the text is no JSON object.
 *
 * @example
 * ```ts
 * import { parseConfig } from "./config.ts";
 *
 * const opening = parseConfig('{"vae_window":1,"depth":99}');
 * if (opening.kind === "session") console.log(opening.config.vaeWindowS, opening.config.depth); // 0.36 4
 * ```
 */
export function parseConfig(text: string, options: { maxDepth?: number } = {}): Opening {
  const source = parseObject(text, "config");
  if (!nestsWithin(source, MAX_LEVELS)) {
    throw new WireError(`config nests deeper than ${MAX_LEVELS} levels`, { field: "config" });
  }
  if (source["type"] === "upload_track") {
    const { fields, problems } = readUpload.read(source);
    return {
      kind: "upload",
      upload: fields as unknown as UploadTrackMessage,
      warnings: problems.map(({ reason }) => `upload_track: ${reason}`),
    };
  }
  const { fields, problems } = readConfig.read(source);
  const warnings = problems.map(({ reason }) => `config: ${reason}`);
  const config = sessionConfig(fields as unknown as ReadConfig, options.maxDepth ?? 4, warnings);
  return { kind: "session", config, warnings };
}

/** What the reader leaves: every key with a default is there, in its declared type. */
type ReadConfig = Required<Omit<ConfigMessage, "lora_path" | "lora_strengths">> & {
  readonly lora_path?: string;
  readonly lora_strengths: JsonObject;
};

function sessionConfig(read: ReadConfig, maxDepth: number, warnings: string[]): SessionConfig {
  return {
    sde: read.sde,
    lora: read.lora,
    vaeWindowS: read.vae_window <= 0 ? 0 : Math.max(VAE_WINDOW_RANGE_S.min, read.vae_window),
    cropS: read.crop,
    depth: Math.min(read.depth, maxDepth),
    steps: read.steps,
    prompt: read.prompt,
    promptB: read.prompt_b ?? read.prompt,
    fastVae: read.fast_vae,
    walkWindow: read.walk_window,
    walkWindowS: read.walk_window_s,
    fixtureName: read.fixture_name,
    useServerFixture: read.use_server_fixture,
    stemSourceMode: stemMode(read.stem_source_mode, warnings),
    enabledLoras: read.enabled_loras,
    loraStrengths: strengths(read.lora_strengths, warnings),
    loraPaths: read.lora_path === undefined ? read.lora_paths : [read.lora_path],
    clientId: read.client_id || null,
    leadFloorS: read.lead_floor_s,
    leadCeilingS: read.lead_ceiling_s,
    leadReleaseTauS: read.lead_release_tau_s,
    backend: read.backend,
    telemetryVersion: read.telemetry_version,
    extra: Object.fromEntries(
      Object.entries(read).filter(([key]) => !Object.hasOwn(CONFIG, key)),
    ),
  };
}

function stemMode(value: string | null, warnings: string[]): StemSourceMode | null {
  const mode = value?.trim().toLowerCase();
  if (mode === undefined || mode === "") return null;
  if (mode === "full" || mode === "vocals" || mode === "instruments") return mode;
  warnings.push("config: stem_source_mode must be full, vocals or instruments");
  return null;
}

function strengths(value: unknown, warnings: string[]): Record<string, number> {
  const kept: [string, number][] = [];
  for (const [id, raw] of Object.entries(isJsonObject(value) ? value : {})) {
    const strength = toNumber(raw);
    if (strength === null) warnings.push("config: a LoRA strength must be a number");
    else kept.push([id, clamp(strength, 0, 2)]);
  }
  return Object.fromEntries(kept);
}
