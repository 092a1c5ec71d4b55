import { cosTurns } from "./trig.ts";

/** Odd taps on either side of the middle one; the filter is 4 · this − 1 taps long. */
const PAIRS = 16;

/**
 * The odd taps of a half-band low-pass at 1, 3, 5 … samples from the middle: a sinc under a Blackman
 * window, scaled so that a constant passes unchanged. Even taps are zero, the middle one is 1/2.
 */
const TAPS = oddTaps();

/**
 * Halves the sample rate of mono audio: a linear-phase half-band filter, then every other sample.
 * From 48 kHz the band to 9.6 kHz passes within 0.01 dB, and what lies above 14.4 kHz is at least
 * 70 dB down. Output sample `i` stands where input sample `2 i` stood. The same on every machine.
 *
 * @param audio Mono samples; silence is taken for what lies before and after them.
 * @returns Half as many samples, rounded up.
 *
 * @example
 * ```ts
 * import { halveRate } from "./resample_half.ts";
 *
 * const second = halveRate(new Float32Array(48000));
 * console.log(second.length); // 24000
 * ```
 */
export function halveRate(audio: Float32Array): Float32Array<ArrayBuffer> {
  const reach = 2 * PAIRS - 1;
  const padded = new Float32Array(audio.length + 2 * reach + 1);
  padded.set(audio, reach);
  const halved = new Float32Array(Math.ceil(audio.length / 2));
  for (let i = 0; i < halved.length; i++) {
    const middle = 2 * i + reach;
    let sum = 0.5 * padded[middle]!;
    for (let k = 0; k < PAIRS; k++) {
      const away = 2 * k + 1;
      sum += TAPS[k]! * (padded[middle - away]! + padded[middle + away]!);
    }
    halved[i] = sum;
  }
  return halved;
}

function oddTaps(): Float64Array {
  const taps = new Float64Array(PAIRS);
  let sum = 0;
  for (let k = 0; k < PAIRS; k++) {
    const away = 2 * k + 1;
    // The window ends at the next tap that is zero anyway, so none of the taps is wasted on it.
    const turns = away / (4 * PAIRS);
    const window = 0.42 + 0.5 * cosTurns(turns) + 0.08 * cosTurns(2 * turns);
    // sin(π n / 2) / n of an odd n is 1/n with alternating sign; the scaling below does the rest.
    taps[k] = (k % 2 === 0 ? 1 : -1) / away * window;
    sum += taps[k]!;
  }
  return taps.map((tap) => tap * 0.25 / sum);
}
