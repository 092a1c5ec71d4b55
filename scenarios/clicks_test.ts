import { assertEquals } from "@std/assert";
import { synthSource } from "../fixtures/mod.ts";
import { countClicks } from "./clicks.ts";

/** A hum at a 480th of the sample rate and small, with a jump of `step` from frame 500 on. */
function hum(step: number, channels = 1) {
  const audio = new Float32Array(1000 * channels);
  for (let i = 0; i < audio.length; i++) {
    const frame = Math.floor(i / channels);
    const triangle = Math.abs(frame % 480 / 240 - 1);
    audio[i] = 0.2 * triangle + (frame >= 500 ? step : 0);
  }
  return { audio, channels, frames: 1000 };
}

Deno.test("a step that stands out is a click, once in however many channels", () => {
  assertEquals(countClicks(hum(0)), 0);
  assertEquals(countClicks(hum(0.1)), 1);
  assertEquals(countClicks(hum(-0.1, 2)), 1);
  assertEquals(countClicks(hum(0.005)), 0, "too small to be heard");
});

Deno.test("a click in one channel is found", () => {
  const clip = hum(0, 2);
  for (let frame = 500; frame < 1000; frame++) clip.audio[2 * frame + 1]! += 0.1;
  assertEquals(countClicks(clip), 1);
});

Deno.test("a change over several frames is no click", () => {
  const clip = hum(0);
  for (let frame = 500; frame < 1000; frame++) {
    clip.audio[frame]! += 0.1 * Math.min(1, (frame - 499) / 4);
  }
  assertEquals(countClicks(clip), 0);
});

Deno.test("steps among steps of their size are no clicks", () => {
  const clip = hum(0);
  for (let frame = 0; frame < 1000; frame += 2) clip.audio[frame]! += 0.2;
  assertEquals(countClicks(clip), 0);
});

Deno.test("music with drums has no clicks, and one where it is cut", () => {
  const { audio, channels, frames } = synthSource({ seconds: 4 });
  assertEquals(countClicks({ audio, channels, frames }), 0);
  // 40 000 frames in, 10 000 frames are missing.
  const cut = new Float32Array(audio.length - 10_000 * channels);
  cut.set(audio.subarray(0, 40_000 * channels));
  cut.set(audio.subarray(50_000 * channels), 40_000 * channels);
  assertEquals(countClicks({ audio: cut, channels, frames: frames - 10_000 }), 1);
});
