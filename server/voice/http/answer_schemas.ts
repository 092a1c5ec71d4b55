/**
 * What answers hold, as JSON Schemas. A test holds real answers against them.
 *
 * @module
 */
import { VOICE_POLICIES } from "../policy_queue.ts";
import type { JsonObject } from "./body.ts";

const TEXT = { type: "string" } as const;
const TEXT_OR_NULL = { type: ["string", "null"] } as const;
const NUMBER = { type: "number" } as const;
const COUNT = { type: "integer", minimum: 0 } as const;
const FLAG = { type: "boolean" } as const;
const ANYTHING = { type: "object" } as const;
const TEXTS = { type: "array", items: TEXT } as const;
const POLICY = { enum: VOICE_POLICIES } as const;

/** An object with these fields, all of which are always there, and some that may be. */
function fields(required: JsonObject, optional: JsonObject = {}): JsonObject {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

const list = (items: JsonObject): JsonObject => ({ type: "array", items });
const byName = (values: JsonObject): JsonObject => ({
  type: "object",
  additionalProperties: values,
});
const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const SESSION = {
  session_id: TEXT,
  participant_id: TEXT,
  participant_type: TEXT,
  assigned_voice: TEXT,
  voice_conflict: FLAG,
  preferred_voice: TEXT_OR_NULL,
  preferred_output_device: TEXT,
  state: { enum: ["idle", "speaking", "blocked", "waiting_for_input"] },
  priority: { type: "integer" },
  registered_at: NUMBER,
  last_active: NUMBER,
  queue_depth: COUNT,
  output_device: fields({
    preferred: TEXT_OR_NULL,
    index: { type: ["integer", "null"] },
    name: TEXT,
    fallback: FLAG,
    reason: TEXT,
  }),
};
const PROBLEMS = {
  detail: list(fields({
    type: TEXT,
    loc: list({ type: ["string", "integer"] }),
    msg: TEXT,
    input: {},
  }, { ctx: ANYTHING })),
};
const INTERRUPTED = {
  ...fields({ spoken_pct: NUMBER, delivered_text: TEXT, full_text: TEXT, reason: TEXT }),
  type: ["object", "null"],
};
const VAD = {
  job_id: TEXT,
  has_speech: FLAG,
  confidence: NUMBER,
  speech_ratio: NUMBER,
  num_segments: COUNT,
  total_speech_sec: NUMBER,
  total_audio_sec: NUMBER,
  processing_time_sec: NUMBER,
};

/** By name. */
export const ANSWER_SCHEMAS = {
  Error: {
    ...fields({ error: TEXT }, { job_id: TEXT, reason: TEXT, status: TEXT }),
    description: "Why it was not done. The gate's refusals have an object with code and message.",
    properties: {
      ...{ error: { type: ["string", "object"] }, job_id: TEXT, reason: TEXT, status: TEXT },
    },
  },
  Problems: fields(PROBLEMS),
  ProblemsOrError: { anyOf: [ref("Problems"), ref("Error")] },
  Session: fields(SESSION),
  Registered: fields({ ...SESSION, created: FLAG }),
  Deregistered: fields({ status: { enum: ["ok", "not_found"] }, session_id: TEXT }, {
    released_voice: TEXT_OR_NULL,
    dropped_jobs: COUNT,
  }),
  Sessions: fields({
    sessions: list(ref("Session")),
    serializer: fields({
      policy: POLICY,
      sessions: byName(fields({ queue_depth: COUNT, last_active: NUMBER, state: TEXT })),
      rr_cursor: TEXTS,
      recent_dispatches: list({
        type: "array",
        prefixItems: [NUMBER, TEXT, TEXT],
        minItems: 3,
        maxItems: 3,
      }),
    }),
    voice_pool: TEXTS,
    voice_holders: byName(TEXT),
  }),
  Subscribers: fields({ session_id: TEXT, subscribed: FLAG, count: COUNT }, { kind: TEXT }),
  Policy: fields({ policy: POLICY, policies: list(POLICY) }),
  Speaking: fields({
    job_id: TEXT,
    status: { enum: ["queued", "speaking"] },
    queue_position: COUNT,
  }),
  Stopped: fields({ status: { const: "ok" }, message: TEXT }, { interrupted: INTERRUPTED }),
  Voices: fields({
    engines: byName(fields({
      model_id: TEXT,
      voices: TEXTS,
      default_voice: TEXT,
      supports: list({ enum: ["speed", "emotion", "pitch"] }),
    })),
  }),
  Vad: fields(VAD),
  Filtered: fields({ is_hallucination: FLAG, text: TEXT }),
  Perceived: fields({ status: { enum: ["ok", "filtered"] } }, {
    event: fields({
      modality: TEXT,
      content: TEXT,
      confidence: NUMBER,
      source_channel: TEXT,
      timestamp: NUMBER,
      metadata: ANYTHING,
    }),
    modality: TEXT,
    channel: TEXT,
  }),
  Acted: fields({
    status: { const: "ok" },
    modality: TEXT,
    format: TEXT,
    duration_sec: NUMBER,
    bytes: COUNT,
    metadata: ANYTHING,
  }),
  Job: {
    type: "object",
    description: "What was asked, how far it is, and what came of it.",
    properties: {
      job_id: TEXT,
      type: { enum: ["synthesize", "audio_speech", "speak", "chat", "vad"] },
      status: { enum: ["generating", "complete", "error"] },
      requested_at: NUMBER,
      text: TEXT,
      voice: TEXT,
      speed: NUMBER,
      emotion: NUMBER,
      format: TEXT,
      engine: TEXT,
      session_id: TEXT_OR_NULL,
      timeline: list(fields({ event: TEXT, t: NUMBER })),
      error: TEXT,
      reason: TEXT,
      metrics: ANYTHING,
    },
    required: ["job_id", "type", "status", "requested_at"],
    additionalProperties: false,
  },
  Jobs: fields({ jobs: list(ref("Job")), total: COUNT }),
  Health: fields({
    status: { enum: ["ok", "degraded"] },
    service: TEXT,
    version: TEXT,
    uptime_sec: NUMBER,
    engines: byName({ enum: ["loaded", "unloaded"] }),
    modalities: fields({ tts: FLAG, stt: FLAG, vad: FLAG }),
    queue: fields({ depth: COUNT, active_jobs: COUNT }),
    headway: fields({ version: TEXT, policy: POLICY, sessions: COUNT }),
  }),
  Capabilities: fields({
    service: TEXT,
    version: TEXT,
    description: TEXT,
    modalities: TEXTS,
    capabilities: ANYTHING,
    voices: byName(TEXTS),
    endpoints: byName(TEXT),
    protocols: byName(FLAG),
  }),
  Diagnostics: fields({
    engines_loaded: TEXTS,
    vad_loaded: FLAG,
    jobs: fields({ total: COUNT, active: COUNT }),
    bus: fields({ health: ref("BusHealth"), hud: ref("BusHud") }),
  }),
  BusHealth: fields({
    modules: byName(ANYTHING),
    channels: byName(ANYTHING),
    queues: byName(ANYTHING),
    event_count: COUNT,
  }),
  BusHud: fields({
    timestamp: NUMBER,
    modules: byName(ANYTHING),
    channels: byName(ANYTHING),
    queues: byName(ANYTHING),
    recent_events: list(ANYTHING),
  }),
  ShuttingDown: fields({ status: { enum: ["shutting_down", "already_shutting_down"] } }, {
    reason: TEXT,
    timeout_sec: NUMBER,
  }),
  OpenApi: { type: "object", required: ["openapi", "info", "paths"] },
} as const satisfies Readonly<Record<string, JsonObject>>;

/** A kind of answer. */
export type AnswerName = keyof typeof ANSWER_SCHEMAS;
