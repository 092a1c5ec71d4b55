/**
 * Routes that speak, and that stop it.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import type { Job, JobRequest, JobType, JobWatcher } from "../job.ts";
import { rtfOf } from "../ledger.ts";
import { VoiceError } from "../limits.ts";
import type { VoiceSession } from "../registry.ts";
import { engineOf, SPEECH_HZ } from "../speech/engine.ts";
import { placeBehind, speechAhead } from "../speech_queue.ts";
import type { VoiceServer } from "../voice_server.ts";
import { bytesOf, WAV_HEAD_BYTES, wavHead } from "../wav.ts";
import { domainError, json, type JsonObject, readObject } from "./body.ts";
import { flag, number, pattern, readForm, text, textOrNull, type Values } from "./form.ts";
import { interruptedBody } from "./records.ts";
import { failed, refusal } from "./refusals.ts";

/** The voice of requests that name none. */
export const DEFAULT_VOICE = "bm_lewis";
/** Tempo and expression of requests that name none. */
export const DEFAULT_SPEED = 1.25;
/** Expression of requests that name none. */
export const DEFAULT_EMOTION = 0.5;
/** What a tempo may be. */
export const SPEEDS = { min: 0.25, max: 4 } as const;
/** What an expression may be. */
export const EMOTIONS = { min: 0, max: 1 } as const;
const OPENAI_VOICE = "af_heart";

const SESSION = textOrNull("whose listeners get it; absent for nobody's");
const VOICE = "who speaks; the session's own voice where it is left out";
const STREAM = flag("answer at once, and send each sentence when it is there");

/** What `POST /v1/synthesize` takes. */
export const SYNTHESIZE_FORM = {
  text: text("what is said"),
  voice: text(VOICE, DEFAULT_VOICE),
  speed: number("tempo", DEFAULT_SPEED, SPEEDS),
  emotion: number("expression, for engines that have it", DEFAULT_EMOTION, EMOTIONS),
  format: pattern("a WAV file, or its samples alone", "wav", "^(wav|pcm)$"),
  stream: STREAM,
  session_id: SESSION,
} as const;
/** What `POST /v1/audio/speech` takes. */
export const OPENAI_FORM = {
  input: text("what is said"),
  voice: text(`${VOICE}; an unknown one is ${OPENAI_VOICE}`, OPENAI_VOICE),
  speed: number("tempo", 1, SPEEDS),
  stream: STREAM,
  session_id: textOrNull("whose voice it has"),
} as const;
/** What `POST /v1/speak` takes. */
export const SPEAK_FORM = {
  text: SYNTHESIZE_FORM.text,
  voice: SYNTHESIZE_FORM.voice,
  speed: SYNTHESIZE_FORM.speed,
  emotion: SYNTHESIZE_FORM.emotion,
  session_id: textOrNull("whose listeners hear it; absent for the session `default`"),
} as const;
/** What `POST /v1/stop` takes, in the query or in the body. An empty text is as if it were absent. */
export const STOP_FORM = {
  job_id: textOrNull("which job; absent for all"),
  session_id: textOrNull("whose jobs; absent for everybody's"),
} as const;

/** The routes. */
export function speechRoutes(voice: VoiceServer): App {
  const routes: App = new Hono<AppEnv>();
  routes.post("/v1/synthesize", (c) => answer(c, voice, synthesizeRequest));
  routes.post("/v1/audio/speech", (c) => answer(c, voice, openAiRequest));
  routes.post("/v1/speak", async (c) => {
    const body = await readObject(c);
    if ("refused" in body) return body.refused;
    const form = readForm(SPEAK_FORM, body.value);
    return "refused" in form ? form.refused : speakLater(voice, form.value);
  });
  routes.post("/v1/stop", async (c) => {
    const body = await readObject(c, {});
    if ("refused" in body) return body.refused;
    // What is no text must not count as absent: it would stop everybody.
    const form = readForm(STOP_FORM, { ...body.value, ...c.req.query() });
    if ("refused" in form) return form.refused;
    const { job_id, session_id } = form.value;
    return stop(voice, job_id || undefined, session_id || undefined);
  });
  return routes;
}

/** What a request asks for. */
interface Asked {
  readonly request: JobRequest;
  readonly format: "wav" | "pcm";
  readonly isStreamed: boolean;
}

/** Reads a body; gives back what it asks for, or the refusal. */
type ReadRequest = (body: JsonObject, voice: VoiceServer) => Asked | Response;

/** The voice that speaks: the session's own where the request names none, or the usual one. */
export function voiceFor(asked: string, usual: string, session: VoiceSession | null): string {
  return session !== null && asked === usual ? session.assignedVoice : asked;
}

/** The session of a request; a refusal for one that nobody has registered. */
export function sessionFor(
  voice: VoiceServer,
  id: string | null,
): VoiceSession | null | VoiceError {
  if (id === null || id === "") return null;
  return voice.registry.get(id) ?? new VoiceError(
    "unknown-session",
    `session '${id.slice(0, 128)}' is not registered; register it with POST /v1/sessions/register`,
  );
}

const synthesizeRequest: ReadRequest = (body, voice) => {
  const form = readForm(SYNTHESIZE_FORM, body);
  if ("refused" in form) return form.refused;
  const { text, voice: asked, speed, emotion, stream: isStreamed, session_id: sessionId } =
    form.value;
  const format = form.value.format as "wav" | "pcm";
  const session = sessionFor(voice, sessionId);
  if (session instanceof VoiceError) return domainError(404, session.message);
  const request = {
    ...{ type: "synthesize" as JobType, text, speed, emotion, format, session },
    voice: voiceFor(asked, DEFAULT_VOICE, session),
    ...{ isRouted: true, playsLocally: false, startsEarly: isStreamed },
  };
  return { request, format, isStreamed };
};

const openAiRequest: ReadRequest = (body, voice) => {
  const form = readForm(OPENAI_FORM, body);
  if ("refused" in form) return form.refused;
  const { input: text, voice: asked, speed, stream: isStreamed, session_id: sessionId } =
    form.value;
  const session = sessionFor(voice, sessionId);
  if (session instanceof VoiceError) return domainError(404, session.message);
  const named = voiceFor(asked, OPENAI_VOICE, session);
  const known = engineOf(voice.options.engines, named) === null ? OPENAI_VOICE : named;
  const request = {
    ...{ type: "audio_speech" as JobType, text, voice: known, speed, emotion: DEFAULT_EMOTION },
    ...{ format: "wav", session, isRouted: false, playsLocally: false, startsEarly: isStreamed },
  };
  return { request, format: "wav", isStreamed };
};

async function answer(
  c: Context<AppEnv>,
  voice: VoiceServer,
  read: ReadRequest,
): Promise<Response> {
  const body = await readObject(c);
  if ("refused" in body) return body.refused;
  const asked = read(body.value, voice);
  if (asked instanceof Response) return asked;
  try {
    if (asked.isStreamed) return streamed(voice, asked);
    return await whole(c, voice, asked);
  } catch (error) {
    // Too many jobs wait.
    if (error instanceof VoiceError) return refusal(error);
    throw error;
  }
}

/** Answers when all of the speech is there. */
async function whole(c: Context<AppEnv>, voice: VoiceServer, asked: Asked): Promise<Response> {
  const { request, format } = asked;
  const made = Promise.withResolvers<Uint8Array<ArrayBuffer> | null>();
  const job = voice.submit(request, {
    onMade: (job) => made.resolve(job.wav),
    onEnd: () => made.resolve(null),
  });
  // Who asked for nobody else and has gone needs no speech any more.
  const { signal } = c.req.raw;
  const leave = () => request.session === null && voice.stop({ jobId: job.id });
  signal.addEventListener("abort", leave, { once: true });
  const wav = await made.promise;
  signal.removeEventListener("abort", leave);
  if (wav === null) return failed(job);
  return new Response(format === "pcm" ? wav.subarray(WAV_HEAD_BYTES) : wav, {
    headers: { "content-type": `audio/${format}`, ...headersOf(voice, job) },
  });
}

/** Answers at once, and sends each sentence when it is there. */
function streamed(voice: VoiceServer, { request, format }: Asked): Response {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  let isOpen = true;
  const watcher: JobWatcher = {
    onPiece: ({ pcm }) => isOpen && controller?.enqueue(bytesOf(pcm)),
    onEnd: (job) => {
      if (!isOpen) return;
      isOpen = false;
      if (job.failure === null) controller?.close();
      else controller?.error(job.failure);
    },
  };
  const job = voice.submit(request, watcher);
  if (job.failure !== null) return failed(job);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(it) {
      controller = it;
      if (format === "wav") it.enqueue(wavHead(SPEECH_HZ, null));
    },
    cancel() {
      isOpen = false;
      if (request.session === null) voice.stop({ jobId: job.id });
    },
  });
  return new Response(stream, {
    headers: { "content-type": `audio/${format}`, ...startHeaders(job) },
  });
}

function startHeaders({ id, request, engine }: Job): Record<string, string> {
  return {
    "X-Mod3-Job-Id": id,
    "X-Mod3-Engine": engine?.name ?? "",
    "X-Mod3-Voice": request.voice,
    "X-Mod3-Sample-Rate": String(SPEECH_HZ),
    ...(request.session !== null && { "X-Mod3-Session-Id": request.session.id }),
  };
}

function headersOf(voice: VoiceServer, job: Job): Record<string, string> {
  const metrics = job.metrics!;
  const totalS = voice.options.clock.now() - job.askedS;
  const isSynthesize = job.request.type === "synthesize";
  return {
    ...startHeaders(job),
    "X-Mod3-Duration-Sec": metrics.durationS.toFixed(3),
    "X-Mod3-Gen-Time-Sec": (isSynthesize ? metrics.genS : totalS).toFixed(3),
    "X-Mod3-Total-Time-Sec": totalS.toFixed(3),
    ...(isSynthesize && {
      "X-Mod3-RTF": metrics.genS > 0 ? rtfOf(metrics.durationS, metrics.genS).toFixed(2) : "0",
      "X-Mod3-Chunks": String(metrics.chunks.length),
      "X-Mod3-WS-Subscribers": String(metrics.delivered),
    }),
  };
}

/** Takes a text to be spoken, and does not wait for it. */
function speakLater(voice: VoiceServer, form: Values<typeof SPEAK_FORM>): Response {
  const { text, voice: asked, speed, emotion, session_id: sessionId } = form;
  const session = sessionFor(voice, sessionId);
  if (session instanceof VoiceError) return domainError(404, session.message);
  const place = placeBehind(voice, speechAhead(voice).length);
  try {
    const job = voice.submit({
      ...{ type: "speak", text, speed, emotion, format: "wav", isRouted: true, playsLocally: true },
      session: session ?? voice.registry.defaultSession(),
      voice: voiceFor(asked, DEFAULT_VOICE, session),
    });
    if (job.failure !== null) return failed(job);
    const status = place === 0 ? "speaking" : "queued";
    return json({ job_id: job.id, status, queue_position: place });
  } catch (error) {
    if (error instanceof VoiceError) return refusal(error);
    throw error;
  }
}

function stop(voice: VoiceServer, jobId?: string, sessionId?: string): Response {
  if (jobId !== undefined) {
    const stopped = voice.stop({ jobId, ...(sessionId !== undefined && { sessionId }) });
    const message = stopped === null
      ? `Job ${jobId.slice(0, 64)} not found`
      : stopped.interrupted !== null
      ? `Interrupted ${jobId}`
      : `Cancelled ${jobId}`;
    const interrupted = interruptedBody(stopped?.interrupted ?? null, "http_barge_in");
    return json({ status: "ok", message, ...(interrupted !== null && { interrupted }) });
  }
  const stopped = voice.stop(sessionId === undefined ? {} : { sessionId })!;
  const interrupted = interruptedBody(stopped.interrupted, "http_barge_in");
  const what = interrupted === null ? "Nothing was playing" : "Interrupted current playback";
  return json({
    status: "ok",
    message: `${what}, cancelled ${stopped.cancelled} queued items`,
    interrupted,
  });
}
