import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fadeEdges } from "./window_fade.ts";

/** A window of ones over a buffer of zeros. */
function faded(startSample: number, frames: number, bufferFrames: number, channels = 1) {
  const window = new Float32Array(frames * channels).fill(1);
  fadeEdges(
    window,
    new Float32Array(bufferFrames * channels),
    startSample,
    channels,
    bufferFrames,
  );
  return window;
}

Deno.test("a window inside the buffer is faded over 1200 samples at both edges", () => {
  const window = faded(1920, 17_280, 96_000);
  for (const i of [0, 1, 600, 1199]) {
    assertAlmostEquals(window[i]!, (i + 1) / 1201, 1e-6);
    assertAlmostEquals(window[17_279 - i]!, (i + 1) / 1201, 1e-6);
  }
  assertEquals([window[1200], window[17_280 - 1201]], [1, 1]);
});

Deno.test("the buffer's own start and end are not faded", () => {
  const first = faded(0, 17_280, 96_000);
  assertEquals(first[0], 1);
  assertAlmostEquals(first[17_279]!, 1 / 1201, 1e-6);
  const last = faded(96_000 - 17_280, 17_280, 96_000);
  assertAlmostEquals(last[0]!, 1 / 1201, 1e-6);
  assertEquals(last[17_279], 1);
  assertEquals(faded(0, 96_000, 96_000), new Float32Array(96_000).fill(1));
});

Deno.test("a short window is faded over a quarter of its length", () => {
  const window = faded(10, 40, 96_000);
  assertAlmostEquals(window[0]!, 1 / 11, 1e-6);
  assertAlmostEquals(window[9]!, 10 / 11, 1e-6);
  assertEquals([window[10], window[29]], [1, 1]);
  assertEquals(faded(10, 3, 96_000), Float32Array.of(1, 1, 1));
});

Deno.test("each channel fades into its own samples at the window's place", () => {
  const channels = 2;
  const buffer = new Float32Array(100 * channels);
  for (let i = 0; i < buffer.length; i++) buffer[i] = i;
  const window = new Float32Array(8 * channels);
  fadeEdges(window, buffer, 50, channels, 100);
  const [old, keep] = [2 / 3, 1 / 3];
  assertAlmostEquals(window[0]!, 100 * old, 1e-4);
  assertAlmostEquals(window[1]!, 101 * old, 1e-4);
  assertAlmostEquals(window[3]!, 103 * keep, 1e-4);
  assertAlmostEquals(window[15]!, 115 * old, 1e-4);
  assertEquals(window[4], 0);
});
