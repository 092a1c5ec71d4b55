/**
 * Where somebody speaks in a recording: frames that are louder than their surroundings and that have a
 * pitch, as voices do and noise does not.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";

/** Samples per second that it listens at: pitch is all that it looks for. */
export const VAD_HZ = 8_000;
/** Samples of a frame: 32 ms. */
const FRAME = 256;
/** Pitches that voices have, as lags in samples: 400 Hz to 65 Hz. */
const MIN_LAG = 20;
const MAX_LAG = 123;
/** Below this level there is nothing to hear; full scale is 1. */
const SILENCE = 0.004;
/** Speech goes on over so much without pitch: consonants, breaths. */
const HANG_S = 0.1;
/** Shorter speech is a click or a cough. */
const MIN_SPEECH_S = 0.25;
/** Frames between two looks at what else there is to do. */
const FRAMES_AT_A_TIME = 100;

/** What it found. Seconds and shares. */
export interface VadResult {
  readonly hasSpeech: boolean;
  readonly confidence: number;
  readonly speechRatio: number;
  readonly segments: readonly { readonly startS: number; readonly endS: number }[];
  readonly speechS: number;
  readonly audioS: number;
}

/** How sure it is of one frame that somebody speaks, 0 to 1. `audio` begins with the frame. */
export function speechOf(audio: Float32Array): number {
  const end = Math.min(FRAME, audio.length - MAX_LAG);
  if (end < FRAME / 2) return 0;
  let energy = 0;
  let crossings = 0;
  for (let i = 0; i < end; i++) {
    energy += audio[i]! ** 2;
    if (i > 0 && audio[i]! * audio[i - 1]! < 0) crossings++;
  }
  if (Math.sqrt(energy / end) < SILENCE) return 0;
  let best = 0;
  for (let lag = MIN_LAG; lag <= MAX_LAG; lag++) {
    let shared = 0;
    let shifted = 0;
    for (let i = 0; i < end; i++) {
      shared += audio[i]! * audio[i + lag]!;
      shifted += audio[i + lag]! ** 2;
    }
    best = Math.max(best, shared / Math.sqrt(energy * shifted || 1));
  }
  // Half of all samples change sign in white noise, a tenth or so in vowels.
  const tonal = Math.max(0, Math.min(1, (0.45 - crossings / end) / 0.1));
  return Math.max(0, Math.min(1, (best - 0.1) / 0.8)) * tonal;
}

/** Looks through a recording, in steps that hold nobody else up. */
export async function findSpeech(
  audio: Float32Array,
  clock: Clock,
  threshold = 0.5,
): Promise<VadResult> {
  const isSpoken: boolean[] = [];
  for (let at = 0; at + FRAME <= audio.length; at += FRAME) {
    isSpoken.push(speechOf(audio.subarray(at, at + FRAME + MAX_LAG)) >= threshold);
    if (isSpoken.length % FRAMES_AT_A_TIME === 0) await clock.sleep(0);
  }
  const audioS = audio.length / VAD_HZ;
  const segments = segmentsOf(isSpoken);
  const speechS = segments.reduce((sum, { startS, endS }) => sum + endS - startS, 0);
  const speechRatio = audioS > 0 ? Math.min(1, speechS / audioS) : 0;
  const hasSpeech = segments.length > 0;
  return {
    ...{ hasSpeech, speechRatio, segments, speechS, audioS },
    confidence: hasSpeech ? Math.min(1, 2 * speechRatio) : 0,
  };
}

function segmentsOf(isSpoken: readonly boolean[]) {
  const frameS = FRAME / VAD_HZ;
  const hang = Math.ceil(HANG_S / frameS);
  const segments: { readonly startS: number; readonly endS: number }[] = [];
  let start = -1;
  let last = -1;
  for (let i = 0; i <= isSpoken.length + hang; i++) {
    if (isSpoken[i] === true) {
      if (start < 0) start = i;
      last = i;
    } else if (start >= 0 && i - last > hang) {
      const [startS, endS] = [start * frameS, (last + 1) * frameS];
      if (endS - startS >= MIN_SPEECH_S) segments.push({ startS, endS });
      start = -1;
    }
  }
  return segments;
}

/** A recording at the rate that {@link findSpeech} listens at: mono, averaged where it is faster. */
export function toVadRate(audio: Float32Array, channels: number, sampleRate: number): Float32Array {
  const frames = Math.floor(audio.length / channels);
  const step = sampleRate / VAD_HZ;
  const slow = new Float32Array(Math.floor(frames / step));
  for (let i = 0; i < slow.length; i++) {
    const from = Math.floor(i * step);
    const to = Math.min(frames, Math.max(from + 1, Math.floor((i + 1) * step)));
    let sum = 0;
    for (let k = from * channels; k < to * channels; k++) sum += audio[k]!;
    slow[i] = sum / ((to - from) * channels);
  }
  return slow;
}

/** Samples of 16 bits as they come from a microphone. */
export function fromPcm16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const audio = new Float32Array(bytes.byteLength >> 1);
  for (let i = 0; i < audio.length; i++) audio[i] = view.getInt16(2 * i, true) / 32768;
  return audio;
}

/** Phrases that recognisers hear in silence. */
const PHANTOMS: ReadonlySet<string> = new Set([
  ...["", "...", "thank you", "thanks", "thank you for watching", "thanks for watching"],
  ...["thank you for listening", "thanks for listening", "please subscribe", "subscribe"],
  ...["like and subscribe", "see you next time", "bye", "goodbye", "you", "the end"],
  ...["i'll see you in the next one", "i'll see you in the next video", "music", "applause"],
  "laughter",
]);

/** Whether a transcript is one of the phrases that recognisers hear in silence. */
export function isPhantom(text: string): boolean {
  return PHANTOMS.has(text.trim().toLowerCase().replace(/[.!?,]+$/, ""));
}
