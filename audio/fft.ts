import { cosTurns, sinTurns } from "./trig.ts";

/**
 * A complex FFT of a fixed power-of-two size, in place on split real and imaginary arrays. All tables
 * are made once; a call allocates nothing. Bit-equal on all machines: the twiddle factors come from
 * `trig.ts` and the order of operations is fixed.
 *
 * Two real signals travel in one transform: put one in `re`, the other in `im`.
 *
 * @example
 * ```ts
 * import { ComplexFft } from "./fft.ts";
 *
 * const fft = new ComplexFft(8);
 * const re = new Float64Array(8).fill(1);
 * const im = new Float64Array(8);
 * fft.forward(re, im);
 * console.log(re[0]); // 8
 * ```
 */
export class ComplexFft {
  /** Number of points. */
  readonly size: number;
  readonly #swaps: Uint32Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** A plan for `size` points: a power of two, at least 4. */
  constructor(size: number) {
    if (!isPowerOfTwo(size) || size < 4) {
      throw new RangeError(`FFT size must be a power of two of at least 4, got ${size}`);
    }
    this.size = size;
    this.#swaps = bitReversalSwaps(size);
    this.#cos = new Float64Array(size);
    this.#sin = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      this.#cos[k] = cosTurns(k / size);
      this.#sin[k] = -sinTurns(k / size);
    }
  }

  /** X[k] = Σ x[n]·e^(−2πikn/N), unscaled. */
  forward(re: Float64Array, im: Float64Array): void {
    const swaps = this.#swaps;
    for (let s = 0; s < swaps.length; s += 2) {
      const i = swaps[s]!;
      const j = swaps[s + 1]!;
      const r = re[i]!;
      re[i] = re[j]!;
      re[j] = r;
      const q = im[i]!;
      im[i] = im[j]!;
      im[j] = q;
    }
    this.#butterflies(re, im);
  }

  /** The inverse of {@link ComplexFft.forward}, unscaled: the caller divides by N where it suits. */
  inverse(re: Float64Array, im: Float64Array): void {
    // Swapping the parts conjugates the transform: i·conj(z) goes in, i·conj(Z) comes out.
    this.forward(im, re);
  }

  /** Pairs of radix-2 stages as one radix-4 pass; one radix-2 pass first when log2(N) is odd. */
  #butterflies(re: Float64Array, im: Float64Array): void {
    const n = this.size;
    const cos = this.#cos;
    const sin = this.#sin;
    let h = 1;
    if (Math.clz32(n) % 2 === 0) {
      for (let i = 0; i < n; i += 2) {
        const ar = re[i]!, ai = im[i]!, br = re[i + 1]!, bi = im[i + 1]!;
        re[i] = ar + br;
        im[i] = ai + bi;
        re[i + 1] = ar - br;
        im[i + 1] = ai - bi;
      }
      h = 2;
    }
    for (; h < n; h *= 4) {
      const step = n / (4 * h);
      for (let j = 0; j < h; j++) {
        const t = j * step;
        const c2 = cos[t]!, s2 = sin[t]!;
        const c1 = cos[2 * t]!, s1 = sin[2 * t]!;
        const c3 = cos[3 * t]!, s3 = sin[3 * t]!;
        for (let i0 = j; i0 < n; i0 += 4 * h) {
          const i1 = i0 + h, i2 = i1 + h, i3 = i2 + h;
          const xr1 = re[i1]!, xi1 = im[i1]!;
          const xr2 = re[i2]!, xi2 = im[i2]!;
          const xr3 = re[i3]!, xi3 = im[i3]!;
          const br = xr1 * c1 - xi1 * s1, bi = xr1 * s1 + xi1 * c1;
          const cr = xr2 * c2 - xi2 * s2, ci = xr2 * s2 + xi2 * c2;
          const dr = xr3 * c3 - xi3 * s3, di = xr3 * s3 + xi3 * c3;
          const ar = re[i0]!, ai = im[i0]!;
          const er = ar + br, ei = ai + bi;
          const fr = ar - br, fi = ai - bi;
          const gr = cr + dr, gi = ci + di;
          const hr = cr - dr, hi = ci - di;
          re[i0] = er + gr;
          im[i0] = ei + gi;
          re[i2] = er - gr;
          im[i2] = ei - gi;
          re[i1] = fr + hi;
          im[i1] = fi - hr;
          re[i3] = fr - hi;
          im[i3] = fi + hr;
        }
      }
    }
  }
}

/**
 * The FFT of one real signal: `size` samples to `size / 2 + 1` bins, by a complex FFT of half the
 * size. Allocates nothing per call.
 */
export class RealFft {
  /** Number of samples. */
  readonly size: number;
  /** Number of bins, `size / 2 + 1`. */
  readonly bins: number;
  readonly #half: ComplexFft;
  readonly #re: Float64Array;
  readonly #im: Float64Array;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** A plan for `size` samples: a power of two, at least 8. */
  constructor(size: number) {
    if (!isPowerOfTwo(size) || size < 8) {
      throw new RangeError(`real FFT size must be a power of two of at least 8, got ${size}`);
    }
    const half = size / 2;
    this.size = size;
    this.bins = half + 1;
    this.#half = new ComplexFft(half);
    this.#re = new Float64Array(half);
    this.#im = new Float64Array(half);
    this.#cos = new Float64Array(half + 1);
    this.#sin = new Float64Array(half + 1);
    for (let k = 0; k <= half; k++) {
      this.#cos[k] = cosTurns(k / size);
      this.#sin[k] = -sinTurns(k / size);
    }
  }

  /** Bins 0..N/2 of the unscaled transform of `input` into `re` and `im`. */
  forward(input: Float32Array | Float64Array, re: Float64Array, im: Float64Array): void {
    const half = this.size / 2;
    const zr = this.#re;
    const zi = this.#im;
    for (let i = 0; i < half; i++) {
      zr[i] = input[2 * i]!;
      zi[i] = input[2 * i + 1]!;
    }
    this.#half.forward(zr, zi);
    for (let k = 0; k <= half; k++) {
      const a = k === half ? 0 : k;
      const b = k === 0 ? 0 : half - k;
      const evenR = 0.5 * (zr[a]! + zr[b]!), evenI = 0.5 * (zi[a]! - zi[b]!);
      const oddR = 0.5 * (zi[a]! + zi[b]!), oddI = 0.5 * (zr[b]! - zr[a]!);
      const c = this.#cos[k]!, s = this.#sin[k]!;
      re[k] = evenR + oddR * c - oddI * s;
      im[k] = evenI + oddR * s + oddI * c;
    }
  }

  /** The signal whose {@link RealFft.forward} is `re`, `im`, scaled by 1/N so that it comes back. */
  inverse(re: Float64Array, im: Float64Array, output: Float32Array | Float64Array): void {
    const half = this.size / 2;
    const zr = this.#re;
    const zi = this.#im;
    for (let k = 0; k < half; k++) {
      const b = half - k;
      const evenR = 0.5 * (re[k]! + re[b]!), evenI = 0.5 * (im[k]! - im[b]!);
      const dr = 0.5 * (re[k]! - re[b]!), di = 0.5 * (im[k]! + im[b]!);
      const c = this.#cos[k]!, s = -this.#sin[k]!;
      const oddR = dr * c - di * s, oddI = dr * s + di * c;
      zr[k] = evenR - oddI;
      zi[k] = evenI + oddR;
    }
    this.#half.inverse(zr, zi);
    const scale = 1 / half;
    for (let i = 0; i < half; i++) {
      output[2 * i] = zr[i]! * scale;
      output[2 * i + 1] = zi[i]! * scale;
    }
  }
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(size) && size > 0 && (size & (size - 1)) === 0;
}

/** Index pairs (i, j) to exchange, i < j, flattened. */
function bitReversalSwaps(size: number): Uint32Array {
  const bits = 31 - Math.clz32(size);
  const pairs: number[] = [];
  for (let i = 0; i < size; i++) {
    let j = 0;
    for (let b = 0; b < bits; b++) j |= ((i >> b) & 1) << (bits - 1 - b);
    if (i < j) pairs.push(i, j);
  }
  return Uint32Array.from(pairs);
}
