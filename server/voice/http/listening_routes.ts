/**
 * Routes that listen to recordings, and those of the bus that speak or listen.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { readWav, WavError } from "../../../audio/mod.ts";
import type { App, AppEnv } from "../../app.ts";
import { mintJobId } from "../ids.ts";
import type { Job } from "../job.ts";
import { round } from "../ledger.ts";
import { VOICE_LIMITS, VoiceError } from "../limits.ts";
import { findSpeech, isPhantom, toVadRate } from "../vad.ts";
import { wavFile } from "../wav.ts";
import { domainError, invalid, json, missing, readBytes, readObject } from "./body.ts";
import { choice, number, readForm, text, textOrNull } from "./form.ts";
import { failed, refusal } from "./refusals.ts";
import type { VoiceApp } from "./routes.ts";
import { DEFAULT_VOICE, SYNTHESIZE_FORM } from "./speech_routes.ts";

/** Longest recording, seconds. */
const MAX_RECORDING_S = 600;
const MODALITIES = ["voice", "text", "vision", "spatial"] as const;

/** What `POST /v1/filter` takes. */
export const FILTER_FORM = { text: text("what a recogniser heard", "") } as const;
/** What `POST /v1/vad` takes in its query. */
export const VAD_QUERY = {
  threshold: number("how sure it must be that somebody speaks", 0.5, { min: 0, max: 1 }),
} as const;
/** What `POST /v1/bus/act` takes. */
export const ACT_FORM = {
  content: text("what is said"),
  modality: choice("how; absent is voice on a channel, text without one", MODALITIES),
  channel: textOrNull("where to"),
  voice: textOrNull(`who speaks; ${DEFAULT_VOICE} where it is left out`),
  speed: SYNTHESIZE_FORM.speed,
  emotion: SYNTHESIZE_FORM.emotion,
} as const;
/** What `POST /v1/bus/perceive` takes in its query. */
export const PERCEIVE_QUERY = {
  modality: choice("how it came; absent is voice", ["voice"]),
  channel: text("where it came from", ""),
} as const;

/** The routes. */
export function listeningRoutes(app: VoiceApp): App {
  const routes: App = new Hono<AppEnv>();
  routes.post("/v1/vad", (c) => vad(c, app));
  routes.post("/v1/filter", async (c) => {
    const body = await readObject(c, {});
    if ("refused" in body) return body.refused;
    const form = readForm(FILTER_FORM, body.value);
    if ("refused" in form) return form.refused;
    const { text } = form.value;
    return json({ is_hallucination: isPhantom(text), text });
  });
  routes.post("/v1/bus/act", (c) => act(c, app));
  routes.post("/v1/bus/perceive", (c) => perceive(c, app));
  return routes;
}

/** A recording that was uploaded; the refusal of one that cannot be read. */
async function upload(c: Context<AppEnv>): Promise<Uint8Array | Response> {
  const bytes = await readBytes(c, VOICE_LIMITS.maxBodyBytes);
  if ("refused" in bytes) return bytes.refused;
  const type = c.req.header("Content-Type") ?? "";
  const absent = invalid([missing(["body", "file"], null)]);
  if (!type.startsWith("multipart/form-data")) return absent;
  let file: FormDataEntryValue | null;
  try {
    const body = bytes.value as Uint8Array<ArrayBuffer>;
    file = (await new Response(body, { headers: { "content-type": type } }).formData()).get("file");
  } catch {
    return domainError(400, "the body is not a form with parts");
  }
  return file instanceof File ? new Uint8Array(await file.arrayBuffer()) : absent;
}

/** What a WAV file says about speech in it. */
export async function vadOf(bytes: Uint8Array, app: VoiceApp, threshold: number) {
  const { clock } = app.voice.options;
  const startS = clock.now();
  const { audio, channels, sampleRate } = readWav(bytes, {
    sampleRate: "any",
    maxBytes: VOICE_LIMITS.maxBodyBytes,
    maxFrames: MAX_RECORDING_S * 48_000,
  });
  const found = await findSpeech(toVadRate(audio, channels, sampleRate), clock, threshold);
  return {
    has_speech: found.hasSpeech,
    confidence: round(found.confidence, 3),
    speech_ratio: round(found.speechRatio, 3),
    num_segments: found.segments.length,
    total_speech_sec: round(found.speechS, 3),
    total_audio_sec: round(found.audioS, 3),
    processing_time_sec: round(clock.now() - startS, 4),
  };
}

async function vad(c: Context<AppEnv>, app: VoiceApp): Promise<Response> {
  const { rng, clock } = app.voice.options;
  const form = readForm(VAD_QUERY, c.req.query(), "query");
  if ("refused" in form) return form.refused;
  const { threshold } = form.value;
  const file = await upload(c);
  if (file instanceof Response) return file;
  const id = mintJobId(rng);
  const record = { type: "vad", requested_at: clock.unixS(), job_id: id };
  try {
    const result = await vadOf(file, app, threshold);
    app.voice.ledger.addRecord(id, "vad", { ...record, status: "complete", metrics: result });
    return json({ job_id: id, ...result });
  } catch (error) {
    if (!(error instanceof WavError)) throw error;
    app.voice.ledger.addRecord(id, "vad", { ...record, status: "error", error: error.message });
    return domainError(400, error.message, { job_id: id });
  }
}

async function act(c: Context<AppEnv>, app: VoiceApp): Promise<Response> {
  const body = await readObject(c);
  if ("refused" in body) return body.refused;
  const form = readForm(ACT_FORM, body.value);
  if ("refused" in form) return form.refused;
  const { content: text, speed, emotion } = form.value;
  const channel = form.value.channel ?? "";
  const modality = form.value.modality ?? (channel === "" ? "text" : "voice");
  const named = form.value.voice ?? DEFAULT_VOICE;
  if (modality === "text") {
    const bytes = new TextEncoder().encode(text).length;
    app.bus.emit("modality.output", "text", channel, { bytes });
    return json({ status: "ok", modality, format: "text", duration_sec: 0, bytes, metadata: {} });
  }
  if (modality !== "voice") return domainError(400, `nothing here speaks the modality ${modality}`);
  app.bus.emit("modality.encode_start", "voice", channel);
  const ended = Promise.withResolvers<Job>();
  try {
    app.voice.submit({
      ...{ type: "synthesize", text, voice: named, speed, emotion, format: "wav", session: null },
      ...{ isRouted: false, playsLocally: false },
    }, { onEnd: ended.resolve });
  } catch (error) {
    if (error instanceof VoiceError) return refusal(error);
    throw error;
  }
  const job = await ended.promise;
  const { metrics } = job;
  if (metrics === null) return failed(job);
  app.bus.emit("modality.output", "voice", channel, { duration_sec: round(metrics.durationS, 3) });
  return json({
    ...{ status: "ok", modality, format: "wav", duration_sec: round(metrics.durationS, 3) },
    bytes: metrics.outputBytes,
    metadata: {
      ...{ voice: named, speed, sample_rate: metrics.sampleRate, total_samples: metrics.samples },
    },
  });
}

async function perceive(c: Context<AppEnv>, app: VoiceApp): Promise<Response> {
  const { recognizer, bus } = app;
  const form = readForm(PERCEIVE_QUERY, c.req.query(), "query");
  if ("refused" in form) return form.refused;
  const { channel } = form.value;
  const modality = "voice";
  const file = await upload(c);
  if (file instanceof Response) return file;
  let speech: Float32Array;
  try {
    const wav = readWav(file, { sampleRate: "any", maxFrames: MAX_RECORDING_S * 48_000 });
    speech = toVadRate(wav.audio, wav.channels, wav.sampleRate);
  } catch (error) {
    if (error instanceof WavError) return domainError(400, error.message);
    throw error;
  }
  const { hasSpeech, confidence } = await findSpeech(speech, app.voice.options.clock);
  bus.emit("modality.gate", "voice", channel, { has_speech: hasSpeech });
  const filtered = () => {
    bus.emit("modality.filtered", "voice", channel);
    return json({ status: "filtered", modality, channel });
  };
  if (!hasSpeech) return filtered();
  if (recognizer === null) {
    return domainError(
      503,
      "no recogniser is attached; start with --recognizer-command or --recognizer-url",
    );
  }
  const heard = await recognizer.recognize(file as Uint8Array<ArrayBuffer>, {
    signal: c.req.raw.signal,
  });
  if ("error" in heard) return domainError(503, `the recogniser failed: ${heard.error}`);
  if (isPhantom(heard.text)) return filtered();
  bus.emit("modality.input", "voice", channel);
  return json({
    status: "ok",
    event: {
      ...{ modality, content: heard.text, confidence: round(confidence, 3) },
      ...{ source_channel: channel, timestamp: app.voice.options.clock.unixS(), metadata: {} },
    },
  });
}

/** 16 kHz samples of a microphone as a file for a recogniser. */
export function microphoneWav(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const pcm = new Int16Array(bytes.slice(0, bytes.length & ~1).buffer);
  return wavFile([pcm], 16_000);
}
