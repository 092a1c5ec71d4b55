/**
 * Figures of a piece of audio, for tests and reports. Logarithms here come from the host: these
 * numbers are read by people and compared with limits; they never become audio.
 *
 * @module
 */
import { RealFft } from "./fft.ts";
import { hannWindow } from "./trig.ts";

/** The largest magnitude, 0 for no samples. */
export function peak(audio: Float32Array): number {
  let top = 0;
  for (let i = 0; i < audio.length; i++) {
    const value = audio[i]!;
    if (value > top) top = value;
    else if (-value > top) top = -value;
  }
  return top;
}

/** A gain in decibels; −Infinity for 0. */
export function gainToDb(gain: number): number {
  return 20 * Math.log10(gain);
}

/** The root mean square level in dB of full scale; −Infinity for silence. */
export function rmsDb(audio: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < audio.length; i++) sum += audio[i]! * audio[i]!;
  return gainToDb(Math.sqrt(sum / Math.max(1, audio.length)));
}

/** The level of `a − b` below that of `a`, in dB: −60 is a thousandth. */
export function errorDb(a: Float32Array, b: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < a.length; i++) {
    const d = a[i]! - b[i]!;
    signal += a[i]! * a[i]!;
    noise += d * d;
  }
  return 10 * Math.log10(noise / signal);
}

/** The size of the step at each frame: the largest change of any channel from the frame before. */
export function steps(audio: Float32Array, channels: number): Float32Array {
  const out = new Float32Array(Math.max(0, audio.length / channels - 1));
  for (let i = channels; i < audio.length; i++) {
    const frame = (i - i % channels) / channels - 1;
    const step = Math.abs(audio[i]! - audio[i - channels]!);
    if (step > out[frame]!) out[frame] = step;
  }
  return out;
}

/** The value below which `share` (0..1) of the values lie. */
export function quantile(values: Float32Array, share: number): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

const MEL_BANDS = 40;
const MEL_FFT = 1024;

/**
 * Log-mel levels: 40 bands of 40 Hz to 16 kHz on the mel scale, in dB, one row per 1024 samples of
 * the mean of the channels; levels are floored at −90 dB.
 */
export function logMel(audio: Float32Array, channels: number, sampleRate = 48000): Float32Array[] {
  const frames = Math.floor(audio.length / channels);
  const fft = new RealFft(MEL_FFT);
  const window = hannWindow(MEL_FFT);
  const block = new Float64Array(MEL_FFT);
  const re = new Float64Array(fft.bins);
  const im = new Float64Array(fft.bins);
  const edges = melEdges(sampleRate);
  const rows: Float32Array[] = [];
  for (let start = 0; start + MEL_FFT <= frames; start += MEL_FFT) {
    for (let i = 0; i < MEL_FFT; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += audio[(start + i) * channels + c]!;
      block[i] = sum / channels * window[i]!;
    }
    fft.forward(block, re, im);
    const row = new Float32Array(MEL_BANDS);
    for (let band = 0; band < MEL_BANDS; band++) {
      const first = edges[band]!;
      const end = Math.max(first + 1, edges[band + 1]!);
      let power = 0;
      for (let k = first; k < end; k++) power += re[k]! * re[k]! + im[k]! * im[k]!;
      row[band] = 10 * Math.log10(power / ((end - first) * MEL_FFT) + 1e-9);
    }
    rows.push(row);
  }
  return rows;
}

/**
 * How differently two pieces of equal length sound: the root mean square, over bands and time, of the
 * difference of their log-mel levels, in dB.
 */
export function logMelDistanceDb(a: Float32Array, b: Float32Array, channels: number): number {
  const left = logMel(a, channels);
  const right = logMel(b, channels);
  let sum = 0;
  let count = 0;
  for (const [index, row] of left.entries()) {
    for (let band = 0; band < row.length; band++) {
      const d = row[band]! - right[index]![band]!;
      sum += d * d;
      count++;
    }
  }
  return Math.sqrt(sum / Math.max(1, count));
}

function melEdges(sampleRate: number): number[] {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const low = mel(40);
  const high = mel(16000);
  return Array.from({ length: MEL_BANDS + 1 }, (_, i) => {
    const hz = 700 * (10 ** ((low + (high - low) * i / MEL_BANDS) / 2595) - 1);
    return Math.round(hz * MEL_FFT / sampleRate);
  });
}
