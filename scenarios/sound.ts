/**
 * What a run sounded like, in figures.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";
import { SAMPLE_RATE, SEAM_FADE_FRAMES } from "../wire/mod.ts";
import { countClicks } from "./clicks.ts";
import type { HeardStretch } from "./result.ts";

/** Frames on either side of the seam that are listened to. */
const SEAM_FRAMES = 480;

/** Figures of what was heard, and of what is left in the buffer. */
export interface SoundFigures {
  /** Clicks in what was heard where the listener neither jumped nor wrapped; null without samples. */
  readonly clicks: number | null;
  /**
   * Clicks where the buffer's end meets its head as players loop it, past the seam fade: 0 or 1;
   * null without samples.
   */
  readonly seamClicks: number | null;
}

/** Listens to a recording and to the buffer at its end. */
export function soundFigures(
  played: AudioClip | null,
  heard: readonly HeardStretch[],
  buffer: AudioClip | null,
): SoundFigures {
  return {
    clicks: played === null ? null : clicksHeard(played, heard),
    seamClicks: buffer === null ? null : countClicks(seamOf(buffer)),
  };
}

/** Clicks of each piece that was played on end; what carries a tag is left out. */
function clicksHeard(played: AudioClip, heard: readonly HeardStretch[]): number {
  const pieces: { from: number; to: number; next: number }[] = [];
  for (const { startS, durationS, bufferStartS, tags } of heard) {
    if (startS === null || tags.length > 0) continue;
    const [from, frames, at] = [startS, durationS, bufferStartS].map(toFrames) as Triple;
    const last = pieces.at(-1);
    if (last !== undefined && last.to === from && last.next === at) {
      last.to += frames;
      last.next += frames;
    } else {
      pieces.push({ from, to: from + frames, next: at + frames });
    }
  }
  return pieces.reduce((sum, { from, to }) => sum + countClicks(piece(played, from, to)), 0);
}

type Triple = [number, number, number];

function toFrames(seconds: number): number {
  return Math.round(seconds * SAMPLE_RATE);
}

/** The end of a loop, and what follows it: the frames after those that were faded into the end. */
function seamOf(buffer: AudioClip): AudioClip {
  const { channels, frames } = buffer;
  const fade = Math.min(SEAM_FADE_FRAMES, Math.floor(frames / 4));
  const end = piece(buffer, Math.max(0, frames - SEAM_FRAMES), frames);
  const head = piece(buffer, fade, Math.min(frames, fade + SEAM_FRAMES));
  const joined = new Float32Array(end.audio.length + head.audio.length);
  joined.set(end.audio);
  joined.set(head.audio, end.audio.length);
  return { audio: joined, channels, frames: joined.length / channels };
}

function piece({ audio, channels }: AudioClip, from: number, to: number): AudioClip {
  return { audio: audio.subarray(from * channels, to * channels), channels, frames: to - from };
}
