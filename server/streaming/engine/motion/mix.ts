/**
 * Weighted sums of layers, written for speed: a window of two layers takes some tens of microseconds.
 *
 * @module
 */
import type { Layer } from "./layer.ts";

/** One summand of a window. */
export interface Term {
  /** What is heard. */
  readonly layer: Layer;
  /** Linear gain; below 0 takes away. */
  readonly weight: number;
  /** How many samples ago on the circle the layer is heard. */
  readonly delayFrames: number;
}

/** Up to here the limiter changes nothing. */
export const LIMIT_FROM = 0.9;
/** What the limiter never reaches: −0.3 dBFS is 0.96605. */
export const LIMIT_TO = 0.966;

/** Renders what a window of these terms needs and is not there yet. */
export function prepareTerms(terms: readonly Term[], start: number, frames: number): void {
  for (const term of terms) {
    forBlocks(term.layer, start - term.delayFrames, frames, (block) => {
      term.layer.block(block);
    });
  }
}

/**
 * Renders a few of the blocks that follow `end`: as many as a third of the terms. A session moves on by
 * less than a third of a block with each window, so the work for the next block is spread over the
 * windows before it, and none of them is late.
 */
export function prepareAhead(terms: readonly Term[], end: number): void {
  let budget = Math.ceil(terms.length / 3);
  for (const { layer, delayFrames } of terms) {
    const n = layer.frames;
    const at = (((end - delayFrames) % n) + n) % n;
    const next = (Math.floor(at / layer.blockFrames) + 1) % layer.blockCount;
    if (layer.has(next)) continue;
    layer.block(next);
    if (--budget === 0) return;
  }
}

/**
 * Writes the sum of the terms over `frames` samples from `start` to `out`, interleaved.
 *
 * @returns A bound on the largest magnitude: no sample exceeds it.
 */
export function mixTerms(
  terms: readonly Term[],
  start: number,
  frames: number,
  out: Float32Array,
): number {
  let bound = 0;
  for (let t = 0; t < terms.length;) {
    const first = terms[t]!;
    const second = terms[t + 1];
    if (second !== undefined && second.delayFrames === first.delayFrames) {
      bound += mixPair(first, second, start, frames, out, t > 0);
      t += 2;
    } else {
      bound += mixOne(first, start, frames, out, t > 0);
      t++;
    }
  }
  if (terms.length === 0) out.fill(0);
  return bound;
}

/**
 * Bends what exceeds {@link LIMIT_FROM} so that it stays below {@link LIMIT_TO}: T + r·u/(1 + u) with
 * u the excess over the room r, whose slope at T is 1. Sample by sample, without memory, so that it
 * does not matter where a window begins.
 */
export function limit(audio: Float32Array): void {
  const room = LIMIT_TO - LIMIT_FROM;
  for (let i = 0; i < audio.length; i++) {
    const x = audio[i]!;
    if (x > LIMIT_FROM) {
      const u = (x - LIMIT_FROM) / room;
      audio[i] = LIMIT_FROM + room * (u / (1 + u));
    } else if (x < -LIMIT_FROM) {
      const u = (-x - LIMIT_FROM) / room;
      audio[i] = -LIMIT_FROM - room * (u / (1 + u));
    }
  }
}

function mixOne(
  term: Term,
  start: number,
  frames: number,
  out: Float32Array,
  adds: boolean,
): number {
  const { layer, weight } = term;
  const { channels } = layer;
  let peak = 0;
  let at = 0;
  forBlocks(layer, start - term.delayFrames, frames, (index, offset, count) => {
    const block = layer.block(index);
    if (block.peak > peak) peak = block.peak;
    const from = offset * channels;
    const length = count * channels;
    if (adds) addScaled(out, at, block.samples, from, length, weight);
    else if (weight === 1) out.set(block.samples.subarray(from, from + length), at);
    else writeScaled(out, at, block.samples, from, length, weight);
    at += length;
  });
  return peak * Math.abs(weight);
}

function mixPair(
  a: Term,
  b: Term,
  start: number,
  frames: number,
  out: Float32Array,
  adds: boolean,
): number {
  const { channels } = a.layer;
  let peakA = 0;
  let peakB = 0;
  let at = 0;
  forBlocks(a.layer, start - a.delayFrames, frames, (index, offset, count) => {
    const blockA = a.layer.block(index);
    const blockB = b.layer.block(index);
    if (blockA.peak > peakA) peakA = blockA.peak;
    if (blockB.peak > peakB) peakB = blockB.peak;
    const from = offset * channels;
    const length = count * channels;
    const mixInto = adds ? addPair : writePair;
    mixInto(out, at, blockA.samples, blockB.samples, from, length, a.weight, b.weight);
    at += length;
  });
  return peakA * Math.abs(a.weight) + peakB * Math.abs(b.weight);
}

/** Calls `visit` for each piece of a stretch of the circle that lies in one block. */
function forBlocks(
  layer: Layer,
  start: number,
  frames: number,
  visit: (block: number, offset: number, count: number) => void,
): void {
  const n = layer.frames;
  let at = ((start % n) + n) % n;
  for (let left = frames; left > 0;) {
    const block = Math.floor(at / layer.blockFrames);
    const offset = at - block * layer.blockFrames;
    const end = Math.min(n, (block + 1) * layer.blockFrames);
    const count = Math.min(left, end - at);
    visit(block, offset, count);
    left -= count;
    at = at + count === n ? 0 : at + count;
  }
}

// The loops below run over views that begin at 0: the bounds checks then leave the loop, which makes
// it twice as fast as indexing with offsets; four samples a turn save another fifth.

function writeScaled(
  out: Float32Array,
  at: number,
  a: Float32Array,
  from: number,
  length: number,
  weight: number,
): void {
  const o = out.subarray(at, at + length);
  const x = a.subarray(from, from + length);
  for (let i = 0; i < o.length; i++) o[i] = x[i]! * weight;
}

function addScaled(
  out: Float32Array,
  at: number,
  a: Float32Array,
  from: number,
  length: number,
  weight: number,
): void {
  const o = out.subarray(at, at + length);
  const x = a.subarray(from, from + length);
  for (let i = 0; i < o.length; i++) o[i] = o[i]! + x[i]! * weight;
}

function writePair(
  out: Float32Array,
  at: number,
  a: Float32Array,
  b: Float32Array,
  from: number,
  length: number,
  weightA: number,
  weightB: number,
): void {
  const o = out.subarray(at, at + length);
  const x = a.subarray(from, from + length);
  const y = b.subarray(from, from + length);
  const whole = length - length % 4;
  for (let i = 0; i < whole; i += 4) {
    o[i] = x[i]! * weightA + y[i]! * weightB;
    o[i + 1] = x[i + 1]! * weightA + y[i + 1]! * weightB;
    o[i + 2] = x[i + 2]! * weightA + y[i + 2]! * weightB;
    o[i + 3] = x[i + 3]! * weightA + y[i + 3]! * weightB;
  }
  for (let i = whole; i < length; i++) o[i] = x[i]! * weightA + y[i]! * weightB;
}

function addPair(
  out: Float32Array,
  at: number,
  a: Float32Array,
  b: Float32Array,
  from: number,
  length: number,
  weightA: number,
  weightB: number,
): void {
  const o = out.subarray(at, at + length);
  const x = a.subarray(from, from + length);
  const y = b.subarray(from, from + length);
  for (let i = 0; i < o.length; i++) o[i] = o[i]! + x[i]! * weightA + y[i]! * weightB;
}
