import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { halveRate } from "./resample_half.ts";
import { cosTurns, sinTurns } from "./trig.ts";

/** A tone of `hz` at 48 kHz. */
function tone(hz: number, frames = 9600): Float32Array {
  return Float32Array.from({ length: frames }, (_, i) => sinTurns(hz * i / 48000));
}

/** Level of what a tone of `hz` becomes, dB; `atHz` is where it is looked for at 24 kHz. */
function levelDb(hz: number, atHz = hz): number {
  // The middle alone: the ends of a tone are noise to a filter. Whole periods for steps of 20 Hz.
  const middle = halveRate(tone(hz)).subarray(1200, 3600);
  let re = 0;
  let im = 0;
  for (const [i, value] of middle.entries()) {
    re += value * cosTurns(atHz * (i + 1200) / 24000);
    im += value * sinTurns(atHz * (i + 1200) / 24000);
  }
  return 20 * Math.log10(2 * Math.sqrt(re * re + im * im) / middle.length);
}

Deno.test("halveRate() passes everything to 9.6 kHz within 0.01 dB", () => {
  for (let hz = 20; hz <= 9600; hz += 180) assertLess(Math.abs(levelDb(hz)), 0.01, `${hz} Hz`);
});

Deno.test("halveRate() lets nothing above 14.4 kHz fold down louder than −70 dB", () => {
  for (let hz = 14400; hz < 24000; hz += 180) assertLess(levelDb(hz, 24000 - hz), -70, `${hz} Hz`);
});

Deno.test("halveRate() keeps sounds where they are and constants as they are", () => {
  const click = new Float32Array(1000);
  click[400] = 1;
  const halved = halveRate(click);
  assertEquals(halved.indexOf(Math.max(...halved)), 200);
  assertEquals(halved[200 - 7], halved[200 + 7]);
  assertAlmostEquals(halveRate(new Float32Array(1000).fill(0.5))[250]!, 0.5, 1e-7);
});

Deno.test("halveRate() takes any length, none too", () => {
  for (const frames of [0, 1, 2, 3, 7]) {
    assertEquals(halveRate(new Float32Array(frames)).length, Math.ceil(frames / 2));
  }
  assert(Number.isFinite(halveRate(Float32Array.of(1))[0]));
});
