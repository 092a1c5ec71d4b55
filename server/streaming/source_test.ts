import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { hasNonFinite, prepareSource, SourceError } from "./source.ts";

const clip = (frames: number, channels = 1, at: (frame: number) => number = (i) => i / 1e6) => {
  const audio = new Float32Array(frames * channels);
  for (let i = 0; i < audio.length; i++) audio[i] = at(Math.floor(i / channels));
  return { audio, channels, frames };
};

Deno.test("a source is cut down to whole length quanta", () => {
  const upload = clip(30_000, 2);
  const source = prepareSource(upload);
  assertEquals([source.frames, source.audio.length, source.channels], [28_800, 57_600, 2]);
  assertEquals(source.audio, upload.audio.slice(0, 57_600));
});

Deno.test("what was uploaded is never changed, not even by a seam fade", () => {
  const upload = clip(30_000, 2);
  const before = upload.audio.slice();
  const source = prepareSource(upload, { seamFade: true });
  assert(source.audio.at(-1) !== before[57_599]);
  assertEquals(upload.audio, before);
});

Deno.test("a source is cut to the longest duration", () => {
  const noSamples = { audio: new Float32Array(0), channels: 2, frames: 300 * 48_000 };
  assertEquals(prepareSource(noSamples).frames, 240 * 48_000);
});

Deno.test("a source shorter than one quantum is refused with both lengths", () => {
  const error = assertThrows(() => prepareSource(clip(9599)), SourceError, "9599 frames");
  assertEquals(error.fields, { frames: 9599, quantum: 9600 });
});

Deno.test("a crop keeps the first seconds, truncated, also where no whole quantum is left", () => {
  assertEquals(prepareSource(clip(48_000), { cropS: 0.500019 }).frames, 24_000);
  assertEquals(prepareSource(clip(48_000), { cropS: 1e-9 }).frames, 1);
  assertEquals(prepareSource(clip(48_000), { cropS: 1e300 }).frames, 48_000);
});

Deno.test("the seam fades the last 50 ms into the first, ends included", () => {
  const source = prepareSource(clip(48_000, 1, (i) => i < 24_000 ? 1 : -1), { seamFade: true });
  const fade = source.audio.subarray(48_000 - 2400);
  assertEquals([source.audio[48_000 - 2401], fade[0], fade[2399]], [-1, -1, 1]);
  for (const i of [1, 800, 2000]) assertAlmostEquals(fade[i]!, -1 + 2 * i / 2399, 1e-6);
});

Deno.test("the seam of a short source is a quarter of it", () => {
  const source = prepareSource(clip(9600, 1, (i) => i < 5 ? 1 : 0), {
    cropS: 0.000417,
    seamFade: true,
  });
  assertEquals(source.frames, 20);
  assertEquals([...source.audio.subarray(15)], [0, 0.25, 0.5, 0.75, 1]);
});

Deno.test("sessions of one track share its faded copy, unless they crop it otherwise", () => {
  const upload = clip(48_000);
  const whole = prepareSource(upload, { seamFade: true });
  assert(prepareSource(upload, { seamFade: true }) === whole);
  assertEquals(prepareSource(upload, { seamFade: true, cropS: 0.5 }).frames, 24_000);
  assertEquals(prepareSource(upload, { seamFade: true }), whole);
});

Deno.test("a clip without samples is measured only", () => {
  const noSamples = { audio: new Float32Array(0), channels: 2, frames: 30_000 };
  assertEquals(prepareSource(noSamples, { seamFade: true, cropS: 0.5 }), {
    audio: new Float32Array(0),
    channels: 2,
    frames: 24_000,
  });
});

Deno.test("without a seam fade no sample changes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 9600, max: 40_000 }), (frames) => {
      const upload = clip(frames);
      const source = prepareSource(upload);
      assertEquals(source.frames % 9600, 0);
      assert(frames - source.frames < 9600);
      assertEquals(source.audio, upload.audio.subarray(0, source.frames));
    }),
    { numRuns: 20 },
  );
});

Deno.test("samples that are no finite numbers are found wherever they are", () => {
  assertEquals(hasNonFinite(Float32Array.of(0, 1, -1)), false);
  for (const bad of [NaN, Infinity, -Infinity]) {
    assertEquals(hasNonFinite(Float32Array.of(0, 1, bad)), true);
  }
});
