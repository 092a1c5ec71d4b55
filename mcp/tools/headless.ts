/**
 * Tools that play a session without ears: start one, measure it, record it, stop it.
 *
 * @module
 */
import { z } from "zod";
import { peak, wavPieces } from "../../audio/mod.ts";
import { roundDecimal, type SessionInfo } from "../../sim/mod.ts";
import { SAMPLE_RATE } from "../../wire/mod.ts";
import { ToolError } from "../errors.ts";
import { configWarnings, fileSource, fixtureSource, openingConfig } from "../headless/opening.ts";
import {
  lagReportData,
  lagReportSchema,
  lagText,
  statusData,
  statusSchema,
} from "../headless/results.ts";
import { mcpSessionId } from "../headless/session_id.ts";
import type { ServerApi } from "../server_api.ts";
import { defineTool, type Tool } from "../tool.ts";
import { headlessId, nameField } from "./fields.ts";

const group = "headless";

const start = defineTool({
  name: "headless_start",
  title: "Start a headless session",
  description:
    'Starts a streaming session without a player and measures it: lead, staleness, what would be heard. Give a fixture or an audio file. It is then the newest session, so all other tools work on it. To cause lag on purpose on a Headway server, pass config_overrides {"engine_profile": {"type": "overload", "renderMs": 900}}; other types are constant, jittered, stall, gc and warmup.',
  group,
  effect: "adds",
  reachesOutside: true,
  input: z.strictObject({
    fixture: nameField.optional().describe("fixture as list_fixtures gives it"),
    audio_file: z.string().min(1).optional().describe("path of a WAV file, instead of a fixture"),
    prompt: z.string().max(4096).default("instrumental music"),
    sde: z.boolean().default(false),
    lora: z.boolean().default(false).describe("allow LoRA tools on this session"),
    depth: z.int().min(1).default(4).describe("pipeline depth"),
    steps: z.int().min(1).max(64).default(8).describe("diffusion steps"),
    params_hz: z.number().min(1).max(250).default(30).describe("ticks per second"),
    playback_rate: z.number().min(0.1).max(8).default(1)
      .describe("1.01 plays like a sound card that is 1 % too fast"),
    record_playback_s: z.number().min(0).max(600).default(120)
      .describe(
        "seconds of what is heard that are kept for headless_dump_audio; 600 for all sessions together",
      ),
    config_overrides: z.record(z.string(), z.unknown()).optional()
      .describe("more keys of the config, merged last; describe_protocol lists them"),
    timeout_s: z.number().min(1).max(600).default(240).describe("how long the start may take"),
    session_id: z.string().transform(mcpSessionId).optional()
      .describe("a headless session that this one replaces; it is stopped when this one plays"),
  }),
  output: z.object({
    session_id: z.string(),
    duration_s: z.number(),
    sample_rate: z.number(),
    channels: z.number(),
    bpm: z.number().nullable(),
    key: z.string().nullable(),
    time_signature: z.string().nullable(),
    checkpoint: z.string(),
    geometry: z.looseObject({}).nullable(),
    note: z.string(),
  }),
  async run(args, services, { signal, report }) {
    const { fixture, audio_file } = args;
    if ((fixture === undefined) === (audio_file === undefined)) {
      throw new ToolError(
        "headless_start takes exactly one of fixture and audio_file; list_fixtures names fixtures",
      );
    }
    const config = openingConfig(args);
    const ignored = configWarnings(config);
    const api = await services.api();
    if (api.target.sessionsStartProcesses === true) await services.permit();
    const facts = await api.facts();
    const { source, label } = fixture !== undefined
      ? await fixtureSource(fixture, { api, facts, audio: services.audio }, signal)
      : { source: await fileSource(audio_file!, services, signal), label: undefined };
    const before = await liveIds(api);
    report({ progress: 0, message: "waiting for the first buffer" });
    const info = await services.headless.start({
      dial: services.dial(api.target),
      url: api.target.url,
      config: label === undefined ? config : { fixture_name: label, ...config },
      source,
      paramsHz: args.params_hz,
      playbackRate: args.playback_rate,
      recordPlaybackS: args.record_playback_s,
      timeoutS: args.timeout_s,
      serverHolds: facts.maxSessions,
      ...(args.session_id !== undefined && { inPlaceOf: args.session_id }),
    }, signal);
    const started = startNote(info.sessionId, args.session_id, before, await liveIds(api));
    const note = [...ignored.map((warning) => `Ignored: ${warning}.`), started].join(" ");
    return { text: `Session ${info.sessionId} plays. ${note}`, data: startData(info, note) };
  },
});

/** Ids of the live sessions; null where that cannot be seen. */
async function liveIds(api: ServerApi): Promise<string[] | null> {
  if (api.target.commandsUrl === null) return null;
  return (await api.sessions()).map(({ id }) => id);
}

function startNote(
  id: string,
  replaced: string | undefined,
  before: string[] | null,
  after: string[] | null,
): string {
  const next = (replaced === undefined ? "" : `It replaces session ${replaced}. `) +
    "Let it play a few seconds, then call headless_lag_report or headless_observe; " +
    "end it with headless_stop.";
  if (before === null || after === null) {
    return `A server that holds one session ended whatever ran before. ${next}`;
  }
  const ended = before.filter((other) =>
    other !== id && other !== replaced && !after.includes(other)
  );
  if (ended.length === 0) return next;
  return `The server holds few sessions at a time: this start ended ${ended.join(", ")}. ${next}`;
}

function startData(info: SessionInfo, note: string) {
  const { ready } = info;
  return {
    session_id: info.sessionId,
    duration_s: info.durationS,
    sample_rate: info.sampleRate,
    channels: info.channels,
    bpm: ready.bpm ?? null,
    key: ready.key ?? null,
    time_signature: ready.time_signature ?? null,
    checkpoint: ready.checkpoint,
    geometry: ready.geometry === undefined ? null : { ...ready.geometry },
    note,
  };
}

const stop = defineTool({
  name: "headless_stop",
  title: "Stop a headless session",
  description: "Stops a headless session and gives back its connection and its recording. " +
    "stopped is false when it has ended already, or none runs.",
  group,
  effect: "replaces",
  input: z.strictObject({ session_id: headlessId }),
  output: z.object({ stopped: z.boolean() }),
  async run({ session_id }, { headless }) {
    const stopped = await headless.stop(session_id);
    const none = session_id === undefined
      ? "No headless session runs."
      : `Session ${session_id} has ended already.`;
    return { text: stopped ? "Stopped." : none, data: { stopped } };
  },
});

const status = defineTool({
  name: "headless_status",
  title: "Show a headless session",
  description:
    "Shows where a headless session stands: playhead, lag of the last 10 s, newest events, and why it ended if it did.",
  group,
  effect: "reads",
  input: z.strictObject({ session_id: headlessId }),
  output: statusSchema,
  run({ session_id }, { headless }) {
    const status = headless.status(session_id);
    if (status === null) {
      const note = session_id === undefined
        ? "no headless session was started; headless_start begins one"
        : `no headless session is called ${session_id}`;
      return Promise.resolve({ text: `Not running: ${note}.`, data: { running: false, note } });
    }
    const data = statusData(status);
    const text = data.running
      ? `Session ${data.session_id} runs, playhead at ${data.playhead_s} s.`
      : `Session ${data.session_id} has ended: ${data.closed_reason}.`;
    return Promise.resolve({ text, data });
  },
});

const lagReport = defineTool({
  name: "headless_lag_report",
  title: "Report lag",
  description:
    "Reports how far ahead of the playhead audio lands (lead; negative is too late) and how old the audio is that is heard (staleness), over the last seconds. unexplained leaves out what a pause, a seek, idling or the loop seam explains.",
  group,
  effect: "reads",
  input: z.strictObject({
    window_s: z.number().min(0).default(30).describe("how far back it looks, seconds"),
    stale_threshold_s: z.number().min(0).default(3).describe("a tick is stale above this"),
    include_timeline: z.boolean().default(false).describe("add a row for each second"),
    session_id: headlessId,
  }),
  output: lagReportSchema,
  async run({ window_s, stale_threshold_s, include_timeline, session_id }, { headless }) {
    const report = await headless.use(session_id, (client) =>
      client.lagReport({
        windowS: window_s,
        staleThresholdS: stale_threshold_s,
        includeTimeline: include_timeline,
      }));
    const data = lagReportData(report);
    return { text: lagText(data), data };
  },
});

/** How often a waiting tool says that it still waits, seconds. */
const REPORT_EVERY_S = 1;

const observe = defineTool({
  name: "headless_observe",
  title: "Watch a headless session",
  description:
    "Waits, then reports the lag of exactly that time, second by second. Other tools can be called meanwhile. Use it to see what a change does.",
  group,
  effect: "reads",
  input: z.strictObject({
    duration_s: z.number().default(15).describe("1..110 seconds; values outside are clamped"),
    session_id: headlessId,
  }),
  output: lagReportSchema,
  async run({ duration_s, session_id }, services, { signal, report }) {
    const durationS = Math.min(110, Math.max(1, duration_s));
    const { clock, headless } = services;
    return await headless.use(session_id, async (client) => {
      const endS = clock.now() + durationS;
      for (let leftS = durationS; leftS > 0; leftS = endS - clock.now()) {
        const progress = roundDecimal(durationS - leftS, 3);
        report({ progress, total: durationS, message: "observing" });
        await clock.sleep(Math.min(REPORT_EVERY_S, leftS), { signal });
        if (client.state !== "streaming") {
          throw new ToolError(
            `the session ended while it was observed (${client.status().closedReason}); ` +
              "headless_status shows its last state",
          );
        }
      }
      const data = lagReportData(client.lagReport({ windowS: durationS, includeTimeline: true }));
      return { text: lagText(data), data };
    });
  },
});

const seek = defineTool({
  name: "headless_seek",
  title: "Seek",
  description:
    "Moves the playhead; negative values count from the end. For about a second afterwards late audio is expected, and not counted as unexplained.",
  group,
  effect: "sets",
  input: z.strictObject({ seconds: z.number(), session_id: headlessId }),
  output: z.object({ playhead_s: z.number() }),
  run: ({ seconds, session_id }, { headless }) =>
    headless.use(session_id, (client) => {
      client.seek(seconds);
      const data = { playhead_s: roundDecimal(client.playheadS, 3) };
      return { text: `The playhead is at ${data.playhead_s} s.`, data };
    }),
});

const setPlayback = defineTool({
  name: "headless_set_playback",
  title: "Change playback",
  description: "Changes the playback rate, pauses, or resumes. What is not given stays as it is.",
  group,
  effect: "sets",
  input: z.strictObject({
    rate: z.number().min(0.1).max(8).optional().describe("1 is nominal"),
    paused: z.boolean().optional(),
    session_id: headlessId,
  }),
  output: z.object({ rate: z.number(), paused: z.boolean(), playhead_s: z.number() }),
  run: ({ rate, paused, session_id }, { headless }) =>
    headless.use(session_id, (client) => {
      if (rate !== undefined) client.setRate(rate);
      if (paused !== undefined) client.setPaused(paused);
      const playback = client.status().playback!;
      const data = {
        rate: playback.rate,
        paused: playback.paused,
        playhead_s: playback.playheadS,
      };
      const how = data.paused ? "paused" : `plays at ${data.rate}`;
      return { text: `It ${how}, at ${data.playhead_s} s.`, data };
    }),
});

const dumpAudio = defineTool({
  name: "headless_dump_audio",
  title: "Write audio to a file",
  description:
    "Writes a 16-bit WAV file of what a listener heard (played), stale audio included, or of the whole present buffer (buffer). Over stdio an existing file is replaced; over HTTP it is refused.",
  group,
  effect: "replaces",
  reachesOutside: true,
  input: z.strictObject({
    path: z.string().min(1).describe("where to write it; ends in .wav"),
    source: z.enum(["played", "buffer"]).default("played"),
    last_s: z.number().positive().default(30).describe("only the last seconds"),
    session_id: headlessId,
  }),
  output: z.object({
    path: z.string(),
    seconds: z.number(),
    channels: z.number(),
    source: z.enum(["played", "buffer"]),
    peak: z.number().describe("largest sample, 0..1; 0 is silence"),
  }),
  run: ({ path, source, last_s, session_id }, services) =>
    services.headless.use(session_id, async (client) => {
      const { audio, channels, frames } = client.dumpAudio(source, last_s);
      const file = await services.files.writeWav(path, wavPieces(audio, channels).pieces);
      const seconds = roundDecimal(frames / SAMPLE_RATE, 3);
      const data = {
        path: file,
        seconds,
        channels,
        source,
        peak: roundDecimal(peak(audio), 4),
      };
      return { text: `${seconds} s written to ${file}, peak ${data.peak}.`, data };
    }),
});

/** Tools that play a session without ears. */
export const headlessTools: readonly Tool[] = [
  start,
  stop,
  status,
  lagReport,
  observe,
  seek,
  setPlayback,
  dumpAudio,
];
