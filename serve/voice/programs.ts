/**
 * The user's own engines, recognisers and responders: programs, and services over HTTP.
 *
 * @module
 */
import { readWav } from "../../audio/mod.ts";
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import { interruptionPrompt, type Responder } from "../../server/voice/chat/responder.ts";
import type { Recognizer } from "../../server/voice/recognizer.ts";
import {
  type EngineInfo,
  SPEECH_HZ,
  type SpeechEngine,
  toPcm16,
  type Utterance,
} from "../../server/voice/speech/engine.ts";
import type { ResampleOrder } from "./resample_worker.ts";
import { runProgram } from "./run_program.ts";
import { withKnownLength } from "./streamed_wav.ts";

/** Limits of what they give. */
const MAX_WAV_BYTES = 32 * 2 ** 20;
const MAX_TEXT_BYTES = 64 * 1024;
const SPEECH_S = 60;
const REPLY_S = 120;

/** Makes the WAV file of a sentence. */
type MakeWav = (utterance: Utterance, signal: AbortSignal) => Promise<Uint8Array>;

/** An engine that gets WAV files from elsewhere. */
function wavEngine(info: EngineInfo, make: MakeWav): SpeechEngine {
  const running = new Set<AbortController>();
  return {
    info,
    isLoaded: true,
    say(utterance, done) {
      const abort = new AbortController();
      running.add(abort);
      make(utterance, abort.signal).then(async (bytes) => {
        const wav = withKnownLength(bytes);
        const { audio, channels, frames, sampleRate } = readWav(wav, { sampleRate: "any" });
        const mono = channels === 1 ? audio : audio.filter((_, i) => i % channels === 0);
        const pcm = await resampled(toPcm16(mono.subarray(0, frames)), sampleRate);
        return { pcm, sampleRate: SPEECH_HZ };
      }).catch((error) => ({ error: errorMessage(error) })).then((result) => {
        running.delete(abort);
        if (!abort.signal.aborted) done(result);
      });
      return () => abort.abort();
    },
    close() {
      for (const abort of running) abort.abort();
      return Promise.resolve();
    },
  };
}

/** At our rate: at once if it has it, else made so by a worker that lives as long as that takes. */
function resampled(
  pcm: Int16Array<ArrayBuffer>,
  fromHz: number,
): Promise<Int16Array<ArrayBuffer>> {
  if (fromHz === SPEECH_HZ) return Promise.resolve(pcm);
  const worker = new Worker(new URL("./resample_worker.ts", import.meta.url), { type: "module" });
  return new Promise<Int16Array<ArrayBuffer>>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`its rate of ${fromHz} Hz could not be changed: ${event.message}`));
    };
    const order: ResampleOrder = { pcm, fromHz };
    worker.postMessage(order, [pcm.buffer]);
  }).finally(() => worker.terminate());
}

const encoder = new TextEncoder();

/** A program that reads a text and writes a WAV file; its only voice is `command`. */
export function commandEngine(command: readonly string[], clock: Clock): SpeechEngine {
  const info: EngineInfo = {
    ...{ name: "command", modelId: command[0] ?? "", voices: ["command"], supports: [] },
    ...{ defaultVoice: "command", isAsWritten: true },
  };
  const options = { clock, timeoutS: SPEECH_S, maxBytes: MAX_WAV_BYTES };
  return wavEngine(
    info,
    ({ text }, signal) => runProgram(command, encoder.encode(text), { ...options, signal }),
  );
}

const ESPEAK_VOICES = [
  "en-us",
  "en-gb",
  "en-gb-scotland",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pl",
  "pt",
  "sv",
];
/** The tempo of eSpeak's own, words a minute. */
const ESPEAK_WORDS = 175;

/** eSpeak NG as a process of its own, where the user has installed it. */
export function espeakEngine(program: string, clock: Clock): SpeechEngine {
  const info: EngineInfo = {
    ...{ name: "espeak-ng", modelId: program, voices: ESPEAK_VOICES, defaultVoice: "en-us" },
    ...{ supports: ["speed"], isAsWritten: true },
  };
  const options = { clock, timeoutS: SPEECH_S, maxBytes: MAX_WAV_BYTES };
  return wavEngine(info, ({ text, voice, speed }, signal) => {
    const words = String(Math.round(ESPEAK_WORDS * speed));
    const command = [program, "-v", voice, "-s", words, "--stdin", "--stdout"];
    return runProgram(command, encoder.encode(text), { ...options, signal });
  });
}

const OPENAI_VOICES = ["alloy", "echo", "fable", "onyx", "nova", "shimmer"];

/** A speech service in OpenAI's form. */
export function httpEngine(url: string, fetch: typeof globalThis.fetch): SpeechEngine {
  const info: EngineInfo = {
    ...{ name: "http", modelId: url, voices: OPENAI_VOICES, defaultVoice: "alloy" },
    ...{ supports: ["speed"], isAsWritten: true },
  };
  return wavEngine(info, async ({ text, voice, speed }, signal) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "tts-1", input: text, voice, speed, response_format: "wav" }),
      signal,
    });
    if (response.ok) return await limited(response, MAX_WAV_BYTES);
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  });
}

async function limited(response: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > most) throw new Error(`the answer is longer than ${most} bytes`);
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** A program that reads a WAV file and writes what was said. */
export function commandRecognizer(command: readonly string[], clock: Clock): Recognizer {
  return {
    name: command[0] ?? "",
    recognize: (wav, { signal }) =>
      textOf(runProgram(command, wav, {
        ...{ clock, signal, timeoutS: SPEECH_S, maxBytes: MAX_TEXT_BYTES },
      })),
  };
}

/** A recogniser in OpenAI's form. */
export function httpRecognizer(url: string, fetch: typeof globalThis.fetch): Recognizer {
  return {
    name: url,
    async recognize(wav, { signal }) {
      try {
        const form = new FormData();
        form.set("file", new File([wav], "speech.wav", { type: "audio/wav" }));
        form.set("model", "whisper-1");
        const response = await fetch(url, { method: "POST", body: form, signal });
        const text = new TextDecoder().decode(await limited(response, MAX_TEXT_BYTES));
        if (!response.ok) return { error: `${url} answered ${response.status}` };
        const { text: heard } = JSON.parse(text) as { text?: unknown };
        return typeof heard === "string" ? { text: heard } : { error: `${url} gave no text` };
      } catch (error) {
        return { error: errorMessage(error) };
      }
    },
  };
}

/**
 * A program that reads what was said and writes the reply. When its last one was cut off, that stands
 * in a line before it.
 */
export function commandResponder(command: readonly string[], clock: Clock): Responder {
  return {
    name: "command",
    respond: ({ text, interrupted }, { signal }) => {
      const prompt = interrupted === undefined
        ? text
        : `${interruptionPrompt(interrupted)}\n${text}`;
      return textOf(runProgram(command, encoder.encode(prompt), {
        ...{ clock, signal, timeoutS: REPLY_S, maxBytes: MAX_TEXT_BYTES },
      }));
    },
  };
}

async function textOf(output: Promise<Uint8Array>): Promise<{ text: string } | { error: string }> {
  try {
    const text = new TextDecoder().decode(await output).trim();
    return text === "" ? { error: "it said nothing" } : { text };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}
