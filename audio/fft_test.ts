import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../runtime/rng.ts";
import { ComplexFft, RealFft } from "./fft.ts";

/** The definition: X[k] = Σ x[n]·e^(−2πikn/N). */
function naiveDft(re: Float64Array, im: Float64Array) {
  const size = re.length;
  const outRe = new Float64Array(size);
  const outIm = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    for (let n = 0; n < size; n++) {
      const angle = -2 * Math.PI * ((k * n) % size) / size;
      outRe[k]! += re[n]! * Math.cos(angle) - im[n]! * Math.sin(angle);
      outIm[k]! += re[n]! * Math.sin(angle) + im[n]! * Math.cos(angle);
    }
  }
  return { re: outRe, im: outIm };
}

function randomSignal(size: number, label: string): Float64Array {
  const rng = new Rng(label);
  return Float64Array.from({ length: size }, () => rng.between(-1, 1));
}

function assertClose(actual: Float64Array, expected: Float64Array, tolerance: number) {
  for (let i = 0; i < actual.length; i++) {
    assert(
      Math.abs(actual[i]! - expected[i]!) < tolerance,
      `[${i}] is ${actual[i]}, ${expected[i]}`,
    );
  }
}

for (const size of [4, 8, 16, 64, 128, 512]) {
  Deno.test(`a complex FFT of ${size} points is the discrete Fourier transform, and comes back`, () => {
    const re = randomSignal(size, "re");
    const im = randomSignal(size, "im");
    const expected = naiveDft(re, im);
    const fft = new ComplexFft(size);
    const spectrum = { re: re.slice(), im: im.slice() };
    fft.forward(spectrum.re, spectrum.im);
    assertClose(spectrum.re, expected.re, 1e-10);
    assertClose(spectrum.im, expected.im, 1e-10);
    fft.inverse(spectrum.re, spectrum.im);
    assertClose(spectrum.re.map((x) => x / size), re, 1e-13);
    assertClose(spectrum.im.map((x) => x / size), im, 1e-13);
  });
}

for (const size of [8, 16, 256]) {
  Deno.test(`a real FFT of ${size} samples agrees with the complex one, and comes back`, () => {
    const signal = randomSignal(size, "signal");
    const expected = naiveDft(signal, new Float64Array(size));
    const fft = new RealFft(size);
    const re = new Float64Array(fft.bins);
    const im = new Float64Array(fft.bins);
    fft.forward(signal, re, im);
    assertClose(re, expected.re, 1e-10);
    assertClose(im, expected.im, 1e-10);
    const back = new Float64Array(size);
    fft.inverse(re, im, back);
    assertClose(back, signal, 1e-13);
  });
}

Deno.test("sizes that are no power of two are refused", () => {
  for (const size of [0, 2, 12, 100.5]) {
    assertThrows(() => new ComplexFft(size), RangeError, "power of two");
    assertThrows(() => new RealFft(size), RangeError, "power of two");
  }
  assertEquals(new RealFft(1024).bins, 513);
});
