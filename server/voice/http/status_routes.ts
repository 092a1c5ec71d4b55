/**
 * Routes that tell how the voice server is: health, voices, jobs, capabilities.
 *
 * @module
 */
import { Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import { round } from "../ledger.ts";
import { domainError, json, type JsonObject } from "./body.ts";
import { integer, readForm, textOrNull } from "./form.ts";
import { voicesBody } from "./records.ts";
import type { VoiceApp } from "./routes.ts";
import { DEFAULT_SPEED, DEFAULT_VOICE } from "./speech_routes.ts";

/** What the protocol calls the service, and its version that ours is compatible with. */
const SERVICE = { service: "mod3", version: "0.3.0" } as const;

/** What `GET /v1/jobs` takes in its query. */
export const JOBS_QUERY = {
  limit: integer("how many, the newest first", 20),
  type: textOrNull("of which type: synthesize, audio_speech, speak, chat or vad; absent for all"),
} as const;

/** The routes. */
export function statusRoutes(app: VoiceApp): App {
  const { voice } = app;
  const routes: App = new Hono<AppEnv>();
  routes.get("/health", () => json(healthBody(app)));
  routes.get("/capabilities", () => json(capabilities(app)));
  routes.get("/diagnostics", () => json(diagnosticsBody(app)));
  routes.get("/v1/voices", () => json(voicesBody(voice)));
  routes.get("/v1/jobs", (c) => {
    const form = readForm(JOBS_QUERY, c.req.query(), "query");
    if ("refused" in form) return form.refused;
    const { limit, type } = form.value;
    return json(voice.ledger.list(limit, type));
  });
  routes.get("/v1/jobs/:job_id", (c) => {
    const id = c.req.param("job_id");
    const record = voice.ledger.find(id);
    return record === null ? domainError(404, `Job '${id}' not found`) : json(record);
  });
  routes.get("/v1/bus/health", () => json(busHealth(app)));
  routes.get("/v1/bus/hud", () => json(busHud(app)));
  return routes;
}

/** Whether it is well. */
export function healthBody({ voice, version, recognizer }: VoiceApp): JsonObject {
  const { engines, clock } = voice.options;
  const isLoaded = engines.some((engine) => engine.isLoaded);
  return {
    status: isLoaded ? "ok" : "degraded",
    ...SERVICE,
    uptime_sec: round(clock.now() - voice.startedS, 1),
    engines: Object.fromEntries(
      engines.map((engine) => [engine.info.name, engine.isLoaded ? "loaded" : "unloaded"]),
    ),
    modalities: { tts: isLoaded, stt: recognizer !== null, vad: true },
    queue: { depth: voice.ledger.size, active_jobs: voice.activeJobs },
    headway: { version, policy: voice.policy, sessions: voice.registry.list().length },
  };
}

function capabilities({ voice, recognizer }: VoiceApp): JsonObject {
  const { engines } = voice.options;
  return {
    ...SERVICE,
    description: "Headway's voice server: sessions, speech, and who hears it",
    modalities: ["voice"],
    capabilities: {
      tts: {
        engines: engines.map(({ info }) => info.name),
        default_voice: DEFAULT_VOICE,
        default_speed: DEFAULT_SPEED,
        endpoint: "POST /v1/synthesize",
      },
      stt: { engine: recognizer?.name ?? null, model: null, languages: [], endpoint: null },
      vad: { engine: "pitch", endpoint: "POST /v1/vad" },
    },
    voices: Object.fromEntries(engines.map(({ info }) => [info.name, info.voices])),
    endpoints: {
      synthesize: "POST /v1/synthesize",
      speech: "POST /v1/audio/speech",
      vad: "POST /v1/vad",
      voices: "GET /v1/voices",
      health: "GET /health",
      shutdown: "POST /shutdown",
      capabilities: "GET /capabilities",
    },
    protocols: { mcp: true, http: true, websocket: true },
  };
}

/** What is loaded, and what runs. */
export function diagnosticsBody(app: VoiceApp): JsonObject {
  const { voice } = app;
  return {
    engines_loaded: voice.options.engines.filter((it) => it.isLoaded).map(({ info }) => info.name),
    vad_loaded: true,
    jobs: { total: voice.ledger.size, active: voice.activeJobs },
    bus: { health: busHealth(app), hud: busHud(app) },
  };
}

function busHealth({ voice, bus, recognizer }: VoiceApp): JsonObject {
  return {
    modules: {
      voice: {
        ...{ modality: "voice", has_gate: true, has_decoder: recognizer !== null },
        ...{ has_encoder: true, status: voice.activeJobs > 0 ? "active" : "idle" },
      },
      text: {
        ...{ modality: "text", has_gate: false, has_decoder: true, has_encoder: true },
        status: "idle",
      },
    },
    channels: bus.channels(),
    queues: queuesOf(voice),
    event_count: bus.count,
  };
}

function busHud({ voice, bus }: VoiceApp): JsonObject {
  const { clock } = voice.options;
  const { playing } = voice;
  const waiting = voice.activeJobs - (playing === null ? 0 : 1);
  const last = [...bus.events].reverse();
  const lastOf = (modality: string) => last.find((event) => event.modality === modality);
  const module = (modality: string) => ({
    last_output: lastOf(modality)?.type ?? null,
    last_activity: lastOf(modality)?.timestamp ?? null,
    error: null,
  });
  return {
    timestamp: clock.unixS(),
    modules: {
      voice: {
        status: playing === null ? "idle" : "active",
        active_job: playing?.id ?? null,
        queue_depth: waiting,
        current_text: playing?.request.text.slice(0, 200) ?? "",
        progress: playing === null
          ? 0
          : round(Math.min(1, (clock.now() - playing.playingS!) / playing.metrics!.durationS), 3),
        ...module("voice"),
      },
      text: {
        ...{ status: "idle", active_job: null, queue_depth: 0, current_text: "", progress: 0 },
        ...module("text"),
      },
    },
    channels: bus.channels((id) => ({ queue_depth: voice.queueDepth(id) })),
    queues: queuesOf(voice),
    recent_events: last.slice(0, 10),
  };
}

function queuesOf(voice: VoiceApp["voice"]): JsonObject {
  const sessions = voice.registry.list().filter(({ id }) => voice.queueDepth(id) > 0);
  return Object.fromEntries(
    sessions.map(({ id }) => [id, {
      depth: voice.queueDepth(id),
      current: voice.playing?.lane === id ? voice.playing.id : null,
    }]),
  );
}
