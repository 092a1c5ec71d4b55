import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  errorDb,
  gainToDb,
  logMel,
  logMelDistanceDb,
  peak,
  quantile,
  rmsDb,
  steps,
} from "./measure.ts";
import { Rng } from "../runtime/rng.ts";
import { sinTurns } from "./trig.ts";

function sine(hz: number, gain: number): Float32Array {
  return Float32Array.from({ length: 9600 }, (_, i) => gain * sinTurns(i * hz / 48000));
}

Deno.test("a sine's peak and level are 3 dB apart", () => {
  const tone = sine(1000, 0.5);
  assertAlmostEquals(peak(tone), 0.5, 1e-6);
  assertAlmostEquals(gainToDb(peak(tone)) - rmsDb(tone), 3.01, 0.01);
  assertEquals([peak(new Float32Array(0)), rmsDb(new Float32Array(4))], [0, -Infinity]);
});

Deno.test("steps are the largest change of any channel", () => {
  assertEquals([...steps(Float32Array.of(0, 0, 0.5, -0.75, 0.25, 0), 2)], [0.75, 0.75]);
  assertEquals(quantile(Float32Array.of(4, 1, 3, 2), 0.5), 3);
});

Deno.test("an error of a thousandth is −60 dB", () => {
  const tone = sine(440, 0.5);
  assertAlmostEquals(errorDb(tone, tone.map((x) => x * 1.001)), -60, 0.1);
});

Deno.test("a tone shows in the mel band where it lies", () => {
  const low = logMel(sine(100, 0.5), 1)[0]!;
  const high = logMel(sine(8000, 0.5), 1)[0]!;
  assert(low.indexOf(Math.max(...low)) < 4);
  assert(high.indexOf(Math.max(...high)) > 28);
});

Deno.test("log-mel distance is 0 for equals and the gain for a gain", () => {
  const rng = new Rng("noise");
  const noise = Float32Array.from({ length: 9600 }, () => rng.between(-0.5, 0.5));
  assertEquals(logMelDistanceDb(noise, noise, 1), 0);
  assertAlmostEquals(logMelDistanceDb(noise, noise.map((x) => x / 2), 1), 6.02, 0.05);
});
