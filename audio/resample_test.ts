import {
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { clipOf } from "./clip.ts";
import { resample } from "./resample.ts";
import { cosTurns, sinTurns } from "./trig.ts";

/** A tone of `hz` at `rateHz`, 0.2 s long. */
function tone(hz: number, rateHz: number) {
  return clipOf(
    Float32Array.from({ length: rateHz / 5 }, (_, i) => sinTurns(hz * i / rateHz)),
    1,
  );
}

/** Level at `atHz` of what a tone of `hz` becomes, dB: its middle, where no end is heard. */
function levelDb(hz: number, fromHz: number, toHz: number, atHz = hz): number {
  const middle = resample(tone(hz, fromHz), fromHz, toHz).audio
    .subarray(toHz / 20, toHz * 3 / 20);
  let re = 0;
  let im = 0;
  for (const [i, value] of middle.entries()) {
    const turns = atHz * (i + toHz / 20) / toHz;
    re += value * cosTurns(turns);
    im += value * sinTurns(turns);
  }
  return 20 * Math.log10(2 * Math.sqrt(re * re + im * im) / middle.length);
}

Deno.test("resample() passes everything to 19.5 kHz from 44.1 to 48 kHz within 0.1 dB", () => {
  for (const hz of [20, 440, 5000, 12000, 18000, 19500]) {
    assertLess(Math.abs(levelDb(hz, 44100, 48000)), 0.1, `${hz} Hz`);
  }
});

Deno.test("resample() makes no image of a tone louder than −70 dB", () => {
  for (const hz of [1000, 8000, 15000, 20000]) {
    assertLess(levelDb(hz, 44100, 48000, 44100 - hz), -70, `${hz} Hz`);
  }
});

Deno.test("resample() folds nothing down that the lower rate cannot hold", () => {
  for (const hz of [25000, 30000, 40000]) {
    assertLess(levelDb(hz, 96000, 48000, Math.abs(48000 - hz)), -70, `${hz} Hz`);
  }
});

Deno.test("resample() keeps sounds where they are, channel by channel", () => {
  const audio = new Float32Array(2 * 4410);
  audio[2 * 2205] = 1;
  audio[2 * 441 + 1] = 1;
  const { audio: out, channels, frames } = resample(clipOf(audio, 2), 44100, 48000);
  assertEquals([channels, frames], [2, 4800]);
  const channel = (c: number) => out.filter((_, i) => i % 2 === c);
  const peakAt = (samples: Float32Array) => samples.indexOf(Math.max(...samples));
  assertEquals([peakAt(channel(0)), peakAt(channel(1))], [2400, 480]);
});

Deno.test("resample() keeps constants as they are, and equal rates untouched", () => {
  const clip = clipOf(new Float32Array(2000).fill(0.5), 1);
  assertAlmostEquals(resample(clip, 22050, 48000).audio[2000]!, 0.5, 1e-6);
  assertStrictEquals(resample(clip, 48000, 48000), clip);
});

Deno.test("resample() refuses rates that are none", () => {
  for (const hz of [0, -44100, 44100.5, NaN, 1e9]) {
    assertThrows(() => resample(clipOf(new Float32Array(4), 1), hz, 48000), UsageError, "1000 to");
  }
});
