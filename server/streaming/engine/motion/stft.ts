/**
 * Short-time spectra of a circular buffer on a fixed grid, and the way back. Frame k is centred on
 * sample `k * HOP`; what a frame sounds like depends on its place alone, never on who asks for it, so
 * that any two renderings of the same samples are equal bit for bit.
 *
 * @module
 */
import { ComplexFft } from "../../../../audio/fft.ts";
import { hannWindow } from "../../../../audio/trig.ts";

/** Samples of a frame. */
export const FRAME = 2048;
/** Samples between frames, 13.3 ms: a length quantum of 9600 is a whole number of hops. */
export const HOP = 640;
/** Bins of a frame from 0 Hz to half the sample rate. */
export const BINS: number = FRAME / 2 + 1;
/** Width of a bin, Hz. */
export const BIN_HZ: number = 48000 / FRAME;

/** A circular buffer that frames are cut from. */
export interface CircularAudio {
  /** Length of the circle in samples per channel. */
  readonly frames: number;
  /**
   * Copies `FRAME` samples from `start` (any whole number; it wraps), each times `window`: the left
   * channel into `left`, the right one into `right` (zeros for mono).
   */
  readFrame(start: number, window: Float64Array, left: Float64Array, right: Float64Array): void;
}

/** Turns the power of a frame into the gain of each of its bins. */
export interface FrameMask {
  /**
   * Fills the gains of one frame.
   *
   * @param power Power of each bin, both channels together.
   * @param index Number of the frame on the grid, 0..gridSize − 1.
   * @param gains Receives a factor for each bin.
   */
  apply(power: Float64Array, index: number, gains: Float64Array): void;
}

/** How many frames the grid of a circle has. */
export function gridSize(frames: number): number {
  return Math.ceil(frames / HOP);
}

/** What every transform needs: one plan, one window, scratch of its own. */
export class FrameTransform {
  /** The Hann window, used on the way in and on the way out. */
  readonly window: Float64Array;
  /** Scratch: left channel on the way in and out, real part in between. */
  readonly re: Float64Array;
  /** Scratch: right channel on the way in and out, imaginary part in between. */
  readonly im: Float64Array;
  readonly #fft: ComplexFft;

  /** Allocates tables and scratch. */
  constructor() {
    this.#fft = new ComplexFft(FRAME);
    this.window = hannWindow(FRAME);
    this.re = new Float64Array(FRAME);
    this.im = new Float64Array(FRAME);
  }

  /** The spectrum of the frame centred on `centre` into `re`, `im`; both channels in one transform. */
  analyse(audio: CircularAudio, centre: number): void {
    audio.readFrame(centre - FRAME / 2, this.window, this.re, this.im);
    this.#fft.forward(this.re, this.im);
  }

  /**
   * The power of each bin: with left + i·right transformed together, |Z[k]|² + |Z[N−k]|² is twice the
   * sum of both channels' powers.
   */
  power(power: Float64Array): void {
    const { re, im } = this;
    power[0] = 2 * (re[0]! * re[0]! + im[0]! * im[0]!);
    for (let k = 1; k < BINS; k++) {
      const m = FRAME - k;
      power[k] = re[k]! * re[k]! + im[k]! * im[k]! + re[m]! * re[m]! + im[m]! * im[m]!;
    }
  }

  /** Multiplies both channels' bins by `gains` and goes back to samples (unscaled, unwindowed). */
  synthesise(gains: Float64Array): void {
    const { re, im } = this;
    re[0] = re[0]! * gains[0]!;
    im[0] = im[0]! * gains[0]!;
    const middle = FRAME / 2;
    for (let k = 1; k < middle; k++) {
      const gain = gains[k]!;
      const m = FRAME - k;
      re[k] = re[k]! * gain;
      im[k] = im[k]! * gain;
      re[m] = re[m]! * gain;
      im[m] = im[m]! * gain;
    }
    re[middle] = re[middle]! * gains[middle]!;
    im[middle] = im[middle]! * gains[middle]!;
    this.#fft.inverse(re, im);
  }
}

/** Renders stretches of masked audio by overlap-add. One is enough for any number of masks. */
export class MaskRenderer {
  readonly #transform = new FrameTransform();
  readonly #power = new Float64Array(BINS);
  readonly #gains = new Float64Array(BINS);
  #left = new Float64Array(0);
  #right = new Float64Array(0);
  #weight = new Float64Array(0);

  /**
   * Renders `frames` samples from `start` of `audio` under `mask` into `out`, interleaved.
   *
   * @returns The largest magnitude in it.
   */
  render(
    audio: CircularAudio,
    mask: FrameMask,
    stretch: { readonly start: number; readonly frames: number; readonly channels: number },
    out: Float32Array,
  ): number {
    const { start, frames, channels } = stretch;
    this.#reserve(frames);
    const grid = gridSize(audio.frames);
    for (let j = firstFrame(start, audio.frames);; j++) {
      const lap = Math.floor(j / grid);
      const index = j - lap * grid;
      const centre = lap * audio.frames + index * HOP;
      if (centre - FRAME / 2 >= start + frames) break;
      this.#transform.analyse(audio, centre);
      this.#transform.power(this.#power);
      mask.apply(this.#power, index, this.#gains);
      this.#transform.synthesise(this.#gains);
      this.#overlapAdd(centre - FRAME / 2 - start, frames);
    }
    return this.#finish(frames, channels, out);
  }

  #overlapAdd(offset: number, frames: number): void {
    const { window, re, im } = this.#transform;
    const left = this.#left;
    const right = this.#right;
    const weight = this.#weight;
    const end = Math.min(FRAME, frames - offset);
    for (let i = Math.max(0, -offset); i < end; i++) {
      const w = window[i]!;
      const at = offset + i;
      left[at] = left[at]! + re[i]! * w;
      right[at] = right[at]! + im[i]! * w;
      weight[at] = weight[at]! + w * w;
    }
  }

  /** Divides by the windows that met at each sample, which also undoes the transform's scale. */
  #finish(frames: number, channels: number, out: Float32Array): number {
    let peak = 0;
    for (let i = 0; i < frames; i++) {
      const scale = 1 / (this.#weight[i]! * FRAME);
      const l = this.#left[i]! * scale;
      const r = this.#right[i]! * scale;
      if (channels === 1) {
        out[i] = l;
      } else {
        out[2 * i] = l;
        out[2 * i + 1] = r;
      }
      const top = Math.max(Math.abs(l), Math.abs(r));
      if (top > peak) peak = top;
    }
    return peak;
  }

  #reserve(frames: number): void {
    if (this.#left.length < frames) {
      this.#left = new Float64Array(frames);
      this.#right = new Float64Array(frames);
      this.#weight = new Float64Array(frames);
    } else {
      this.#left.fill(0, 0, frames);
      this.#right.fill(0, 0, frames);
      this.#weight.fill(0, 0, frames);
    }
  }
}

/** The first frame (unwrapped: laps count on) that reaches beyond `start`. */
function firstFrame(start: number, length: number): number {
  const grid = gridSize(length);
  const earliest = start - FRAME / 2;
  let lap = Math.floor(earliest / length);
  let index = Math.floor((earliest - lap * length) / HOP);
  while (lap * length + index * HOP + FRAME / 2 <= start) {
    if (++index === grid) {
      index = 0;
      lap++;
    }
  }
  return lap * grid + index;
}
