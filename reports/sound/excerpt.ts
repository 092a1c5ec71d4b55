/**
 * The part of a recording that is worth hearing first, small enough for a page.
 *
 * @module
 */
import { halveRate } from "../../audio/resample_half.ts";
import type { AudioClip } from "../../audio/clip.ts";
import { writeWav } from "../../audio/wav.ts";
import type { Report } from "../model.ts";
import { voiceMoment } from "../voice/measures.ts";
import { chooseMoment } from "./choice.ts";
import { momentsOf, RECORDING_RATE } from "./moments.ts";
import { type Peaks, peaksOf } from "./peaks.ts";

/** What a marker in the sound stands for. */
export type MarkerKind = "seek" | "swap" | "reconnect" | "pause" | "stale";

/** A place in an excerpt, or a stretch of it. */
export interface SoundMarker {
  /** Where, seconds from the excerpt's beginning. */
  readonly atS: number;
  /** Where it ends, for what has a length (old audio); at most the excerpt's end. */
  readonly endS?: number;
  /** What it stands for. */
  readonly kind: MarkerKind;
  /** In plain words, ASCII only, one line. */
  readonly text: string;
}

/** A part of a recording. */
export interface SoundExcerpt {
  /** A WAV file: mono, 24 kHz, 16 bit. */
  readonly wav: Uint8Array<ArrayBuffer>;
  /** Where it begins in `played.wav`, seconds. */
  readonly fromS: number;
  /** How long it is, seconds; 30 at most. */
  readonly durationS: number;
  /** Where in the excerpt the moment begins for which it was chosen, seconds. */
  readonly focusS: number;
  /** Columns of a waveform, evenly spread over the excerpt, values in ±1. */
  readonly peaks: Peaks;
  /** What happened in it, by place. */
  readonly markers: readonly SoundMarker[];
  /** Why this moment, in plain words, with session times. */
  readonly reason: string;
}

/** The longest excerpt, seconds. */
const LONGEST_S = 30;
/** How much is heard before the trouble begins, seconds. */
const LEAD_IN_S = 4;
/** Trouble at the very end is heard with more of what came before, up to this length, seconds. */
const SHORTEST_S = 12;
/** Columns of the waveform. */
const COLUMNS = 1000;
/** Fade at an end that is cut out of the middle of the sound, seconds: a click would be taken for a fault. */
const FADE_S = 0.005;

/**
 * The excerpt round the worst moment of a run, as {@link chooseMoment} finds it; the whole recording
 * if that is short enough.
 *
 * @param played The recording, at 48 kHz.
 * @param longestS How long it may be, seconds: more than the 4 s before the moment.
 * @returns Null when nothing was recorded.
 */
export function excerptOf(
  played: AudioClip,
  report: Report,
  longestS: number = LONGEST_S,
): SoundExcerpt | null {
  if (played.frames === 0) return null;
  const { placeS, reason } = report.voice === undefined
    ? chooseMoment(report, longestS - LEAD_IN_S)
    // A recording of voices runs with the session.
    : { placeS: voiceMoment(report) ?? 0, reason: "What to look at first is in it." };
  const [from, to] = rangeOf(placeS, played.frames, longestS);
  const mono = monoOf(played, from, to);
  fade(mono, { isIn: from > 0, isOut: to < played.frames });
  const small = halveRate(mono);
  const sampleRate = RECORDING_RATE / 2;
  return {
    wav: writeWav(small, 1, { sampleRate, info: { INAM: report.scenario, ISFT: "Headway" } }),
    fromS: from / RECORDING_RATE,
    durationS: small.length / sampleRate,
    focusS: Math.max(0, placeS - from / RECORDING_RATE),
    peaks: peaksOf(small, COLUMNS),
    markers: markersWithin(report, from, to),
    reason,
  };
}

/** The samples of an excerpt about a place, with a lead-in; all of a recording that is short enough. */
function rangeOf(placeS: number, frames: number, longestS: number): [from: number, to: number] {
  const whole = (seconds: number) => Math.round(seconds * RECORDING_RATE);
  if (frames <= whole(longestS)) return [0, frames];
  const early = Math.max(0, whole(placeS - LEAD_IN_S));
  const to = Math.min(frames, early + whole(longestS));
  const shortest = whole(Math.min(SHORTEST_S, longestS));
  return [Math.max(0, Math.min(early, to - shortest)), to];
}

/** The mean of the channels. */
function monoOf({ audio, channels }: AudioClip, from: number, to: number): Float32Array {
  const mono = new Float32Array(to - from);
  for (let i = 0, at = from * channels; i < mono.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += audio[at++]!;
    mono[i] = sum / channels;
  }
  return mono;
}

function fade(mono: Float32Array, ends: { isIn: boolean; isOut: boolean }): void {
  const length = Math.min(mono.length, FADE_S * RECORDING_RATE);
  for (let i = 0; i < length; i++) {
    if (ends.isIn) mono[i]! *= i / length;
    if (ends.isOut) mono[mono.length - 1 - i]! *= i / length;
  }
}

function markersWithin(report: Report, from: number, to: number): SoundMarker[] {
  const placeOf = (sample: number) =>
    (Math.min(to, Math.max(from, sample)) - from) / RECORDING_RATE;
  return momentsOf(report)
    .filter(({ startSample, endSample }) =>
      startSample < to && (endSample ?? startSample + 1) > from
    )
    .map(({ kind, startSample, endSample, text }) => ({
      atS: placeOf(startSample),
      ...(endSample === undefined ? {} : { endS: placeOf(endSample) }),
      kind,
      text,
    }));
}
