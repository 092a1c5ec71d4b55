/**
 * What makes speech, as the voice server sees it. An engine says one sentence at a time, so that the
 * first can be heard while the next is made, and a job can be stopped in between.
 *
 * @module
 */
import { resample } from "../../../audio/mod.ts";

/** Samples per second of everything that the voice server gives out. */
export const SPEECH_HZ = 24_000;

/** What a voice can be told. */
export type VoiceControl = "speed" | "emotion" | "pitch";

/** What an engine is and has. */
export interface EngineInfo {
  /** Its name in lists and headers. */
  readonly name: string;
  /** What is behind it. */
  readonly modelId: string;
  readonly voices: readonly string[];
  readonly defaultVoice: string;
  /** In the order speed, emotion, pitch. */
  readonly supports: readonly VoiceControl[];
  /** Whether it is given texts as they are written; else English words in plain Latin letters. */
  readonly isAsWritten?: boolean;
}

/** One sentence to say. */
export interface Utterance {
  /** Text without control characters. */
  readonly text: string;
  readonly voice: string;
  /** 1 is the voice's own tempo. */
  readonly speed: number;
  readonly emotion: number;
}

/** Samples, or why there are none. */
export type SpeechResult =
  | { readonly pcm: Int16Array<ArrayBuffer>; readonly sampleRate: number }
  | { readonly error: string };

/** Makes speech. */
export interface SpeechEngine {
  readonly info: EngineInfo;
  /** Whether it is ready to speak at once. */
  readonly isLoaded: boolean;
  /** Says a sentence; `done` is called once, unless the returned function is called before. */
  say(utterance: Utterance, done: (result: SpeechResult) => void): () => void;
  /** Gets ready: somebody came who is likely to speak soon. */
  warm?(): void;
  /** Lets go of processes, workers and connections. */
  close(): Promise<void>;
}

/** The engine that has a voice; null for a name that none has. */
export function engineOf(engines: readonly SpeechEngine[], voice: string): SpeechEngine | null {
  return engines.find(({ info }) => info.voices.includes(voice)) ?? null;
}

/** 16-bit samples at another rate. */
export function pcmAtRate(
  pcm: Int16Array<ArrayBuffer>,
  fromHz: number,
  toHz: number,
): Int16Array<ArrayBuffer> {
  if (fromHz === toHz) return pcm;
  const audio = new Float32Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) audio[i] = pcm[i]! / 32768;
  const clip = resample({ audio, channels: 1, frames: pcm.length }, fromHz, toHz);
  return toPcm16(clip.audio);
}

/** Samples in ±1 as 16-bit ones: rounded, and clipped to the range. */
export function toPcm16(audio: Float32Array): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(audio.length);
  for (let i = 0; i < pcm.length; i++) {
    pcm[i] = Math.max(-32768, Math.min(32767, Math.floor(audio[i]! * 32768 + 0.5)));
  }
  return pcm;
}
