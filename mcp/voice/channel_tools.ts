/**
 * The tools of the channel forwarder: what its routes do, and speech.
 *
 * @module
 */
import { z } from "zod";
import { bodyValue, type VoiceBackend } from "../../server/voice/channel/backend.ts";
import type { ChannelForwarder, Forwarded } from "../../server/voice/channel/forwarder.ts";
import { forwarded, pathOf } from "../../server/voice/channel/forwarder.ts";
import { jsonResult, type PlainResult, type PlainTool, plainTool } from "./plain_tools.ts";

/**
 * Plays a WAV file on this machine, on the output of a session if one is named; resolves when it has
 * ended, rejects with why it could not.
 */
export type PlayWav = (wav: Uint8Array<ArrayBuffer>, sessionId: string) => Promise<void>;

/** What the tools work on. */
export interface ChannelToolsOptions {
  readonly forwarder: ChannelForwarder;
  /** Null where playing is switched off. */
  readonly play: PlayWav | null;
  /** Whether the caller may have something played, which may start a program; default yes. */
  readonly mayPlay?: () => Promise<boolean>;
}

/** Seconds that speech may take, and that the question for listeners may. */
const SPEAK_S = 30;
const ASK_S = 1.5;
/** Longest speech, bytes. */
const MAX_WAV_BYTES = 64 * 2 ** 20;
/** Longest piece of a refusal that is repeated, characters. */
const MAX_QUOTE_CHARS = 400;
const NOT_OWN_USER =
  "playing starts a program: other users of this machine need the server's token";
/** Headers that hold a number; a job's id may look like one, and is none. */
const NUMERIC: ReadonlySet<string> = new Set([
  ...["duration-sec", "sample-rate", "gen-time-sec", "total-time-sec", "rtf", "chunks"],
  "ws-subscribers",
]);

const text = (what: string) => z.string().describe(what).optional();

/** Makes them. */
export function channelTools(options: ChannelToolsOptions): readonly PlainTool[] {
  const { forwarder } = options;
  const { backend } = forwarder;
  return [
    plainTool({
      name: "mod3_speak",
      description: "Speaks a text: to who listens to the session, else on this machine.",
      input: z.strictObject({
        text: z.string().describe("what to say"),
        session_id: text("whose session; its listeners hear it"),
        voice: text("a voice; default the session's"),
        speed: z.number().describe("tempo, 1 is the voice's own").optional(),
        emotion: z.number().describe("expression, 0 to 1").optional(),
        blocking: z.boolean().describe("whether to wait until it was played").optional(),
        skip_playback: z.boolean().describe("whether to return the audio instead").optional(),
      }),
      hints: { openWorldHint: true },
      run: (args) => speak(args, options),
    }),
    plainTool({
      name: "mod3_stop",
      description: "Stops a job, a session, or all speech.",
      input: z.strictObject({
        session_id: text("only this session"),
        job_id: text("only this job"),
      }),
      hints: { idempotentHint: true },
      run: async ({ session_id = "", job_id = "" }) => {
        const query = new URLSearchParams();
        if (session_id !== "") query.set("session_id", session_id);
        if (job_id !== "") query.set("job_id", job_id);
        const path = query.size === 0 ? "/v1/stop" : `/v1/stop?${query}`;
        return passedOn(forwarded(await backend({ method: "POST", path })));
      },
    }),
    plainTool({
      name: "mod3_voices",
      description: "Lists engines and their voices.",
      input: z.strictObject({ session_id: text("whose session asks") }),
      hints: { readOnlyHint: true },
      run: async ({ session_id = "" }) => {
        const query = session_id === "" ? "" : `?${new URLSearchParams({ session_id })}`;
        return passedOn(forwarded(await backend({ method: "GET", path: `/v1/voices${query}` })));
      },
    }),
    plainTool({
      name: "mod3_status",
      description: "Tells whether the voice server is well.",
      input: z.strictObject({}),
      hints: { readOnlyHint: true },
      run: async () => passedOn(forwarded(await backend({ method: "GET", path: "/health" }))),
    }),
    plainTool({
      name: "mod3_register_session",
      description: "Registers a participant, and gives it a session and a voice.",
      input: z.strictObject({
        participant_id: z.string().describe("who speaks"),
        session_id: text("an id; default a new one"),
        participant_type: text("agent, user, …"),
        preferred_voice: text("a voice"),
        preferred_output_device: text("a device, or part of its name"),
        priority: z.int().describe("higher is more urgent").optional(),
        kinds: z.array(z.string()).describe("what it wants to hear of").optional(),
        metadata: z.record(z.string(), z.unknown()).describe("anything else").optional(),
      }),
      hints: { idempotentHint: true },
      run: async (args) => passedOn(await forwarder.register(args)),
    }),
    plainTool({
      name: "mod3_deregister_session",
      description: "Ends a session; its waiting speech is dropped.",
      input: z.strictObject({ session_id: z.string().describe("which one") }),
      hints: { destructiveHint: true },
      run: async ({ session_id }) => passedOn(await forwarder.deregister(session_id)),
    }),
    plainTool({
      name: "mod3_list_sessions",
      description: "Lists who is registered, and what the voice server says of them.",
      input: z.strictObject({}),
      hints: { readOnlyHint: true },
      run: async () => passedOn(await forwarder.list()),
    }),
  ];
}

function passedOn(result: Forwarded): PlainResult {
  switch (result.kind) {
    case "ok":
      return jsonResult(result.body);
    case "invalid":
      return { text: result.message };
    case "unreachable":
      return { text: result.message, isError: true };
    case "refused":
      return {
        text: `mod3 returned ${result.status}: ${JSON.stringify(result.body)}`,
        isError: true,
      };
  }
}

interface SpeakArgs {
  readonly text: string;
  readonly session_id?: string | undefined;
  readonly voice?: string | undefined;
  readonly speed?: number | undefined;
  readonly emotion?: number | undefined;
  readonly blocking?: boolean | undefined;
  readonly skip_playback?: boolean | undefined;
}

async function speak(args: SpeakArgs, options: ChannelToolsOptions): Promise<PlainResult> {
  const { session_id: sessionId = "", voice = "", speed = 0, emotion = 0 } = args;
  const { forwarder: { backend }, play, mayPlay = () => Promise.resolve(true) } = options;
  if (args.text.trim() === "") return { text: "text is required" };
  const answer = await backend({
    method: "POST",
    path: "/v1/synthesize",
    body: {
      text: args.text,
      ...(voice !== "" && { voice }),
      ...(speed > 0 && { speed }),
      ...(emotion > 0 && { emotion }),
      ...(sessionId !== "" && { session_id: sessionId }),
    },
    accept: "audio/wav, application/json",
    ...{ timeoutS: SPEAK_S, maxBytes: MAX_WAV_BYTES },
  });
  if (answer.kind === "unreachable") {
    return { text: `mod3 unreachable: ${answer.cause}`, isError: true };
  }
  const { status, bytes, headers } = answer;
  if (status < 200 || status > 299) {
    const said = new TextDecoder().decode(bytes);
    const quote = said.length > MAX_QUOTE_CHARS ? `${said.slice(0, MAX_QUOTE_CHARS)}...` : said;
    return { text: `mod3 returned ${status}: ${quote}`, isError: true };
  }
  const result = {
    ok: true,
    bytes: bytes.length,
    metrics: metricsOf(headers),
    session_id: sessionId,
  };
  if (args.skip_playback === true) {
    const audio_base64 = bytes.toBase64();
    return jsonResult({ ...result, audio_base64, playback_status: "skipped" });
  }
  if (play === null) return jsonResult({ ...result, playback_status: "disabled" });
  const asked = sessionId === "" ? NOBODY : await listenersOf(sessionId, headers, backend);
  if (asked.isHeard) return jsonResult({ ...result, playback_status: "routed_ws" });
  const told = { ...result, ...(asked.error !== null && { subscriber_check_error: asked.error }) };
  if (!await mayPlay()) {
    return jsonResult({ ...told, playback_status: "error", playback_error: NOT_OWN_USER });
  }
  const playing = play(bytes, sessionId);
  if (args.blocking !== true) {
    playing.catch(() => {});
    return jsonResult({ ...told, playback_status: "spawned" });
  }
  try {
    await playing;
    return jsonResult({ ...told, playback_status: "played" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return jsonResult({ ...told, playback_status: "error", playback_error: reason });
  }
}

interface Listeners {
  readonly isHeard: boolean;
  readonly error: string | null;
}

const NOBODY: Listeners = { isHeard: false, error: null };

/** Who got it: the answer says so. Only a server that does not say is asked, which may be too late. */
async function listenersOf(
  id: string,
  headers: Headers,
  backend: VoiceBackend,
): Promise<Listeners> {
  const delivered = headers.get("x-mod3-ws-subscribers");
  if (delivered !== null && /^\d+$/.test(delivered)) {
    return { isHeard: Number(delivered) > 0, error: null };
  }
  const answer = await backend({
    method: "GET",
    path: `${pathOf(id)}/subscribers`,
    timeoutS: ASK_S,
  });
  if (answer.kind === "unreachable") return { isHeard: false, error: answer.cause };
  if (answer.status < 200 || answer.status > 299) {
    return { isHeard: false, error: `mod3 returned ${answer.status}` };
  }
  const { subscribed } = Object(bodyValue(answer.bytes)) as { subscribed?: unknown };
  return typeof subscribed === "boolean"
    ? { isHeard: subscribed, error: null }
    : { isHeard: false, error: "mod3 did not say whether anybody listens" };
}

/** The figures in the headers of an answer: numbers where they are numbers, else texts. */
export function metricsOf(headers: Headers): Readonly<Record<string, string | number>> {
  const metrics: Record<string, string | number> = {};
  for (const [name, value] of headers) {
    if (!name.startsWith("x-mod3-")) continue;
    const key = name.slice("x-mod3-".length);
    const isNumber = NUMERIC.has(key) && /^-?\d+(\.\d+)?$/.test(value);
    metrics[key] = isNumber ? Number(value) : value;
  }
  return metrics;
}
