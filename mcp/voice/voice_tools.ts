/**
 * The voice server's own tools.
 *
 * @module
 */
import { z } from "zod";
import { estimatedS } from "../../server/voice/delivered_text.ts";
import { diagnosticsBody } from "../../server/voice/http/status_routes.ts";
import { vadOf } from "../../server/voice/http/listening_routes.ts";
import {
  interruptedBody,
  serializerSnapshot,
  sessionRecord,
} from "../../server/voice/http/records.ts";
import type { VoiceApp } from "../../server/voice/http/routes.ts";
import {
  DEFAULT_EMOTION,
  DEFAULT_SPEED,
  DEFAULT_VOICE,
  sessionFor,
  voiceFor,
} from "../../server/voice/http/speech_routes.ts";
import type { Job } from "../../server/voice/job.ts";
import { round, rtfOf } from "../../server/voice/ledger.ts";
import { VoiceError } from "../../server/voice/limits.ts";
import { placeBehind, speechAhead } from "../../server/voice/speech_queue.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";
import { jsonResult, type PlainResult, type PlainTool, plainTool } from "./plain_tools.ts";

/** What the tools work on. */
export interface VoiceToolsOptions {
  readonly app: VoiceApp;
  /** Reads a file that a caller names; rejects for callers who may not. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Whether the caller may have speech played here, which may start a program. */
  readonly mayPlay: () => Promise<boolean>;
}

const NOT_OWN_USER =
  "playing starts a program: other users of this machine need the server's token";
const PREVIEW_CHARS = 50;
const RECENT_JOBS = 20;

/** Makes them. */
export function voiceTools(options: VoiceToolsOptions): readonly PlainTool[] {
  const { app, readFile, mayPlay } = options;
  const { voice } = app;
  return [
    plainTool({
      name: "speak",
      description: "Speaks a text; does not wait for it. speech_status tells how it goes.",
      input: z.object({
        text: z.string().describe("what to say"),
        voice: z.string().default(DEFAULT_VOICE).describe("a voice; list_voices names them"),
        stream: z.boolean().default(true).describe("accepted for old clients; means nothing"),
        speed: z.number().min(0.25).max(4).default(DEFAULT_SPEED).describe("tempo"),
        emotion: z.number().min(0).max(1).default(DEFAULT_EMOTION).describe("expression"),
        session_id: z.string().default("").describe("whose session speaks"),
      }),
      hints: { idempotentHint: true },
      run: async (args) => await mayPlay() ? speak(args, voice) : failed(NOT_OWN_USER),
    }),
    plainTool({
      name: "speech_status",
      description: "Tells how a job goes; without an id, the newest.",
      input: z.object({
        job_id: z.string().default("").describe("which job"),
        verbose: z.boolean().default(false).describe("whether to list every sentence"),
      }),
      hints: { readOnlyHint: true },
      run: ({ job_id, verbose }) => Promise.resolve(speechStatus(voice, job_id, verbose)),
    }),
    plainTool({
      name: "stop",
      description: "Stops a job; without an id, all speech.",
      input: z.object({ job_id: z.string().default("").describe("which job") }),
      hints: { idempotentHint: true },
      run: ({ job_id }) => Promise.resolve(stop(voice, job_id)),
    }),
    plainTool({
      name: "list_voices",
      description: "Lists every voice.",
      input: z.object({}),
      hints: { readOnlyHint: true },
      run: () => {
        const lines = voice.options.engines.map(({ info: { name, supports, voices } }) =>
          `  ${name} (${supports.join(", ")}): ${voices.join(", ")}`
        );
        return Promise.resolve({ text: ["Available voices:", ...lines].join("\n") });
      },
    }),
    plainTool({
      name: "diagnostics",
      description: "Tells what is loaded, and what runs.",
      input: z.object({}),
      hints: { readOnlyHint: true },
      run: () => Promise.resolve(jsonResult(diagnosticsBody(app))),
    }),
    plainTool({
      name: "set_output_device",
      description: "Chooses where speech is played on this machine; without a device, lists them.",
      input: z.object({
        device: z.string().default("").describe("index, part of a name, or default"),
      }),
      hints: { idempotentHint: true },
      run: async ({ device }) => {
        await voice.lookAtDevices();
        return setDevice(voice, device);
      },
    }),
    plainTool({
      name: "vad_check",
      description: "Tells whether somebody speaks in a WAV file of the server's machine.",
      input: z.object({
        file_path: z.string().describe("path of the file"),
        threshold: z.number().min(0).max(1).default(0.5).describe("how sure it has to be"),
      }),
      hints: { readOnlyHint: true },
      run: async ({ file_path, threshold }) => {
        try {
          return jsonResult(await vadOf(await readFile(file_path), app, threshold));
        } catch (error) {
          return failed(error instanceof Error ? error.message : String(error));
        }
      },
    }),
    plainTool({
      name: "await_voice_input",
      description: "Waits until somebody says something into a chat of this server.",
      input: z.object({
        timeout_sec: z.number().min(0).max(600).default(180).describe("how long to wait"),
      }),
      hints: { readOnlyHint: true, openWorldHint: true },
      run: ({ timeout_sec }, signal) => awaitVoice(app, timeout_sec, signal),
    }),
    plainTool({
      name: "register_session",
      description: "Registers a participant, and gives it a voice.",
      input: z.object({
        session_id: z.string().describe("an id of your own"),
        participant_id: z.string().describe("who speaks"),
        participant_type: z.string().default("agent").describe("agent, user, …"),
        preferred_voice: z.string().default("").describe("a voice"),
        preferred_output_device: z.string().default("system-default").describe("a device"),
      }),
      hints: { idempotentHint: true },
      run: async (args) => {
        await voice.lookAtDevices();
        try {
          const { session, isCreated } = voice.registry.register({
            sessionId: args.session_id,
            participantId: args.participant_id,
            participantType: args.participant_type,
            preferredVoice: args.preferred_voice,
            preferredOutputDevice: args.preferred_output_device,
          });
          const record = sessionRecord(voice, session);
          return jsonResult({ status: "ok", ...record, created: isCreated });
        } catch (error) {
          if (error instanceof VoiceError) return failed(error.message);
          throw error;
        }
      },
    }),
    plainTool({
      name: "deregister_session",
      description: "Ends a session; its waiting speech is dropped.",
      input: z.object({ session_id: z.string().describe("which one") }),
      hints: { destructiveHint: true },
      run: ({ session_id }) => {
        const gone = voice.deregister(session_id);
        return Promise.resolve(jsonResult(
          gone === null ? { status: "not_found", session_id } : {
            ...{ status: "ok", session_id, released_voice: gone.session.assignedVoice },
            dropped_jobs: gone.dropped,
          },
        ));
      },
    }),
    plainTool({
      name: "list_sessions",
      description: "Lists who is registered, and who waits.",
      input: z.object({}),
      hints: { readOnlyHint: true },
      run: async () => {
        await voice.lookAtDevices();
        return jsonResult({
          status: "ok",
          sessions: voice.registry.list().map((session) => sessionRecord(voice, session)),
          serializer: serializerSnapshot(voice),
        });
      },
    }),
  ];
}

/** The next thing that is said; a timeout when nobody says anything. */
function awaitVoice(app: VoiceApp, timeoutS: number, signal: AbortSignal): Promise<PlainResult> {
  const { bus, recognizer, voice: { options: { clock } } } = app;
  if (recognizer === null) {
    return Promise.resolve(
      failed("no recogniser is attached, so nothing that is said is understood"),
    );
  }
  return new Promise((resolve) => {
    const end = (result: object) => {
      timer.cancel();
      unlisten();
      signal.removeEventListener("abort", leave);
      resolve(jsonResult(result));
    };
    const error = `nobody said anything in ${timeoutS} s`;
    const timer = clock.after(timeoutS, () => end({ status: "timeout", error }));
    const unlisten = bus.listen(({ channel, text, durationS }) =>
      end({
        ...{ status: "ok", transcript: text, raw_transcript: text },
        ...{ duration_sec: round(durationS, 2), folder: null, source: channel },
      })
    );
    const leave = () => end({ status: "error", error: "called off" });
    signal.addEventListener("abort", leave, { once: true });
  });
}

function failed(error: string): PlainResult {
  return jsonResult({ status: "error", error });
}

function speak(
  args: {
    readonly text: string;
    readonly voice: string;
    readonly speed: number;
    readonly emotion: number;
    readonly session_id: string;
  },
  voice: VoiceServer,
): PlainResult {
  const { text, speed, emotion } = args;
  if (text.trim() === "") return failed("Nothing to say");
  const named = sessionFor(voice, args.session_id);
  if (named instanceof VoiceError) return failed(named.message);
  if (voice.isRecording) {
    return jsonResult({
      ...{ status: "held", reason: "the user is speaking", user_state: "recording" },
      estimated_duration_sec: round(estimatedS(text, speed), 1),
    });
  }
  const ahead = speechAhead(voice);
  const place = placeBehind(voice, ahead.length);
  const current = playingBlock(voice);
  const session = named ?? voice.registry.defaultSession();
  let job: Job;
  try {
    job = voice.submit({
      ...{ type: "speak", text, speed, emotion, format: "wav", session },
      voice: voiceFor(args.voice, DEFAULT_VOICE, named),
      ...{ isRouted: true, playsLocally: true },
    });
  } catch (error) {
    if (error instanceof VoiceError) return failed(error.message);
    throw error;
  }
  // Of a voice that nobody has, only the job's status tells.
  if (job.failure !== null && job.failure.code !== "unknown-voice") {
    return failed(job.failure.message);
  }
  if (place === 0) return jsonResult({ status: "speaking", job_id: job.id });
  const queue_ahead = ahead.map((it) => ({
    ...{ job_id: it.id, text_preview: preview(it) },
    estimated_sec: round(estimatedS(it.request.text, it.request.speed), 1),
  }));
  const waitS = queue_ahead.reduce(
    (sum, it) => sum + it.estimated_sec,
    current?.remaining_sec ?? 0,
  );
  return jsonResult({
    ...{ status: "queued", job_id: job.id, queue_position: place },
    ...{ currently_playing: current, queue_ahead, estimated_wait_sec: round(waitS, 1) },
    actions: `stop(job_id="${job.id}") cancels it; stop() ends all speech`,
  });
}

function preview({ request }: Job): string {
  return request.text.slice(0, PREVIEW_CHARS);
}

function playingBlock(voice: VoiceServer) {
  const job = voice.playing;
  if (job === null) return null;
  const elapsedS = voice.options.clock.now() - job.playingS!;
  return {
    ...{ job_id: job.id, text_preview: preview(job), elapsed_sec: round(elapsedS, 1) },
    remaining_sec: round(Math.max(0, job.metrics!.durationS - elapsedS), 1),
  };
}

/** A job's state in the words of the protocol; what is made while another one plays is behind it. */
function statusOf({ state }: Job, voice: VoiceServer): string {
  if (state.kind === "ended") return state.outcome;
  const isNext = state.kind === "generating" && voice.playing === null;
  return isNext || state.kind === "speaking" ? "speaking" : "queued";
}

function speechStatus(voice: VoiceServer, id: string, isVerbose: boolean): PlainResult {
  const jobs = voice.ledger.jobs().filter(({ request }) => request.type === "speak").slice(
    -RECENT_JOBS,
  );
  const ahead = speechAhead(voice);
  if (id === "" && jobs.length === 0) {
    return jsonResult({
      status: "idle",
      message: "Nothing was spoken yet",
      queue_depth: ahead.length,
    });
  }
  const job = id === "" ? jobs.at(-1)! : jobs.find((it) => it.id === id) ?? voice.job(id);
  if (job === null || job.request.type !== "speak") return failed(`Unknown job ${id.slice(0, 64)}`);
  const status = statusOf(job, voice);
  const position = Math.max(1, placeBehind(voice, ahead.indexOf(job)));
  const endS = job.endedS ?? voice.options.clock.now();
  return jsonResult({
    ...{ job_id: job.id, status },
    elapsed_sec: round(endS - job.askedS, 1),
    ...(status === "queued" && { queue_position: position }),
    ...(job.metrics !== null && { metrics: metricsOf(job, status, isVerbose) }),
    ...(job.failure !== null && { error: job.failure.message }),
    ...(job.route !== null && { route: job.route }),
    queue: { depth: ahead.length, currently_playing: playingBlock(voice) },
  });
}

function metricsOf(job: Job, status: string, isVerbose: boolean) {
  const metrics = job.metrics!;
  const chunks = metrics.chunks.map(({ sentence, samples, genS }) => ({
    ...{ sentence: sentence.slice(0, 200), samples, gen_time_sec: round(genS, 4) },
    rtf: rtfOf(samples / metrics.sampleRate, genS),
  }));
  const rtfs = chunks.map(({ rtf }) => rtf);
  return {
    ...{ status, mode: "batch" },
    audio: { duration_sec: round(metrics.durationS, 3), total_samples: metrics.samples },
    timing: {
      ttfa_sec: round((job.firstAudioS ?? job.askedS) - job.askedS, 3),
      total_wall_sec: round(metrics.totalS, 3),
      overall_rtf: rtfOf(metrics.durationS, metrics.genS),
    },
    chunks: isVerbose ? { count: chunks.length, per_chunk: chunks } : {
      count: chunks.length,
      avg_rtf: round(rtfs.reduce((sum, rtf) => sum + rtf, 0) / Math.max(1, rtfs.length), 2),
      min_rtf: rtfs.length === 0 ? 0 : Math.min(...rtfs),
    },
    buffer: { startup_delay_sec: 0, peak_samples: metrics.samples, min_samples: 0, underruns: 0 },
    ...{ memory_peak_gb: 0, engine: job.engine?.name ?? "", voice: job.request.voice },
  };
}

function stop(voice: VoiceServer, id: string): PlainResult {
  if (id === "") {
    const { interrupted, cancelled } = voice.stop()!;
    const what = [
      ...(interrupted === null ? [] : ["interrupted current playback"]),
      ...(cancelled === 0 ? [] : [`cancelled ${cancelled} queued item(s)`]),
    ];
    const message = what.length === 0 ? "Nothing playing" : what.join(", ");
    const block = interruptedBody(interrupted, "stop");
    return jsonResult({ status: "ok", message, ...(block !== null && { interrupted: block }) });
  }
  const job = voice.job(id);
  if (job === null) return failed(`Unknown job ${id.slice(0, 64)}`);
  const stopped = voice.stop({ jobId: id });
  if (stopped === null) {
    return jsonResult({ status: "ok", message: `Job ${id} is ${statusOf(job, voice)} already` });
  }
  const block = interruptedBody(stopped.interrupted, "stop");
  return jsonResult({
    status: "ok",
    message: block === null ? `Cancelled queued job ${id}` : `Interrupted job ${id}`,
    ...(block !== null && { interrupted: block }),
    queue_depth: speechAhead(voice).length,
  });
}

function setDevice(voice: VoiceServer, device: string): PlainResult {
  if (device === "") {
    try {
      const active = voice.deviceOf(voice.device).index;
      const lines = voice.options.devices.list().map(({ name, outputChannels }, index) =>
        outputChannels > 0 ? `${index === active ? "*" : " "} ${index}: ${name}` : ""
      );
      return { text: ["Output devices:", ...lines.filter((line) => line !== "")].join("\n") };
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }
  voice.device = device.trim().toLowerCase() === "default" ? null : device;
  return jsonResult({ status: "ok", output_device: voice.deviceOf(voice.device) });
}
