/**
 * The windows that slices are made of in benchmarks: 0.36 s each, 60 ms further on each time, as
 * sessions go; every lap the sound changes, so that differences are those of a session whose knobs
 * move.
 *
 * @module
 */
import { synthSource } from "../fixtures/mod.ts";
import { roundTripHalf } from "../wire/half_buffer.ts";

/** Samples per channel of a window. */
export const WINDOW = 17_280;
/** Samples from one window to the next. */
export const HOP = 2_880;
/** Channels of all of it. */
export const CHANNELS = 2;
/** Slices a second at this pace. */
export const SLICES_PER_S = 48_000 / HOP;

const { audio: music, frames } = synthSource({ seconds: 4 });
const COUNT = Math.floor((frames - WINDOW) / HOP);

/** One window and where it goes. */
export interface MusicWindow {
  readonly audio: Float32Array;
  readonly startSample: number;
}

/** What receivers hold at first: the music as it arrives, rounded to halves. */
export function musicMirror(): Float32Array<ArrayBuffer> {
  return roundTripHalf(music);
}

/** Two laps of music, each mixed with itself a little later. */
export function changingWindows(): MusicWindow[] {
  return [...lap(delayed(12_000)), ...lap(delayed(31_000))];
}

/** A lap of what the receiver has already. */
export function unchangedWindows(): MusicWindow[] {
  return lap(musicMirror());
}

function delayed(delayFrames: number): Float32Array {
  return music.map((value, i) =>
    0.7 * value + 0.3 * music[(i + delayFrames * CHANNELS) % music.length]!
  );
}

function lap(audio: Float32Array): MusicWindow[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const startSample = i * HOP;
    const from = startSample * CHANNELS;
    return { audio: audio.slice(from, from + WINDOW * CHANNELS), startSample };
  });
}
