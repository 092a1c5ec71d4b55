import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import wavefile from "wavefile";
import { Rng } from "../runtime/rng.ts";
import { clipOf } from "./clip.ts";
import { wavPieces, writeWav } from "./wav.ts";
import { readWav, WavError } from "./wav_read.ts";

/** Noise on the 16-bit grid: what a 16-bit file can hold exactly. */
function gridNoise(count: number): Float32Array {
  const rng = new Rng("grid noise");
  return Float32Array.from({ length: count }, () => (rng.int(65536) - 32768) / 32768);
}

Deno.test("a 16-bit file read by wavefile has the samples that were written", () => {
  const audio = gridNoise(200);
  const file = new wavefile.WaveFile(writeWav(audio, 2));
  const fmt = file.fmt as Record<string, number>;
  assertEquals(
    [fmt["audioFormat"], fmt["numChannels"], fmt["sampleRate"], fmt["byteRate"], fmt["blockAlign"]],
    [1, 2, 48000, 192000, 4],
  );
  assertEquals((file.fact as Record<string, number>)["dwSampleLength"], 100);
  assertEquals([...file.getSamples(true)], [...audio].map((x) => x * 32768));
});

Deno.test("a float file read by wavefile keeps every bit", () => {
  const rng = new Rng("floats");
  const audio = Float32Array.from({ length: 99 }, () => rng.between(-2, 2));
  const file = new wavefile.WaveFile(writeWav(audio, 1, { format: "float32", sampleRate: 24000 }));
  assertEquals((file.fmt as Record<string, number>)["sampleRate"], 24000);
  assertEquals(Float32Array.from(file.getSamples(true)), audio);
});

/** What wavefile makes of the lists of a file; it reads the chunks of the first one only. */
function firstList(bytes: Uint8Array): { format: string; subChunks: Record<string, unknown>[] } {
  return new wavefile.WaveFile(bytes).LIST[0] as ReturnType<typeof firstList>;
}

const CUES = [{ startSample: 10, label: "seek" }, { startSample: 40, label: "swaps" }];
const INFO = { INAM: "a run", ICMT: "odd" };

Deno.test("cue points and their labels are found by wavefile", () => {
  const bytes = writeWav(new Float32Array(101), 1, { cues: CUES, info: INFO });
  const points = new wavefile.WaveFile(bytes).cue as { points: { dwSampleOffset: number }[] };
  assertEquals(points.points.map((point) => point.dwSampleOffset), [10, 40]);
  const labels = firstList(bytes).subChunks.filter(({ chunkId }) => chunkId === "labl");
  assertEquals(labels.map(({ dwName, value }) => [dwName, value]), [[1, "seek"], [2, "swaps"]]);
  assertEquals(readWav(bytes).frames, 101);
});

Deno.test("tags are found by wavefile", () => {
  const file = new wavefile.WaveFile(writeWav(new Float32Array(101), 1, { info: INFO }));
  assertEquals([file.getTag("INAM"), file.getTag("ICMT")], ["a run", "odd"]);
});

Deno.test("16-bit writing rounds to nearest and clips instead of wrapping", () => {
  const audio = Float32Array.of(1, -1, 1.5, -7, 0.4 / 32768, 0.6 / 32768, -0.6 / 32768);
  const file = new wavefile.WaveFile(writeWav(audio, 1));
  assertEquals([...file.getSamples(true)], [32767, -32768, 32767, -32768, 0, 1, -1]);
});

Deno.test("any audio comes back from a file, channels and length kept", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2 }),
    fc.float32Array({ minLength: 1, maxLength: 60, min: -1, max: 1, noNaN: true }),
    (channels, mono) => {
      const audio = Float32Array.from(
        { length: mono.length * channels },
        (_, i) => mono[Math.floor(i / channels)]!,
      );
      const clip = readWav(writeWav(audio, channels, { format: "float32" }));
      assertEquals([clip.channels, clip.frames], [channels, mono.length]);
      assertEquals(clip.audio, audio);
    },
  ));
});

for (const depth of ["16", "24", "32", "32f"]) {
  Deno.test(`files of ${depth} bits made by wavefile are read`, () => {
    const scale = { "16": 2 ** 15, "24": 2 ** 23, "32": 2 ** 31, "32f": 1 }[depth]!;
    const audio = Float32Array.of(0, 0.5, -0.5, 0.25, -1, 0.75);
    const file = new wavefile.WaveFile();
    file.fromScratch(2, 48000, depth, Array.from(audio, (x) => x * scale));
    const clip = readWav(file.toBuffer());
    assertEquals([clip.channels, clip.frames, clip.sampleRate], [2, 3, 48000]);
    assertEquals(clip.audio, audio);
  });
}

Deno.test("of more than two channels the first two are kept", () => {
  const file = new wavefile.WaveFile();
  file.fromScratch(3, 48000, "32f", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  assertEquals(readWav(file.toBuffer()).audio, Float32Array.of(0.1, 0.2, 0.4, 0.5));
});

Deno.test("what cannot be used is refused in one sentence that names the finding", () => {
  const good = writeWav(gridNoise(480), 2);
  const cases: readonly [Uint8Array, string, object?][] = [
    [new Uint8Array(0), "not a WAV file"],
    [new TextEncoder().encode("<!DOCTYPE html>".repeat(9)), "not a WAV file"],
    [writeWav(gridNoise(8), 2, { sampleRate: 44100 }), "44100 samples per second, expected 48000"],
    [writeWav(new Float32Array(0), 2), "no samples"],
    [good.subarray(0, good.length - 100), "cut off"],
    [good, "more than the 100 allowed", { maxBytes: 100 }],
    [good, "240 frames, more than the 10 allowed", { maxFrames: 10 }],
  ];
  for (const [bytes, words, limits] of cases) {
    assertThrows(() => readWav(bytes, limits), WavError, words);
  }
  const eightBit = new wavefile.WaveFile();
  eightBit.fromScratch(1, 48000, "8", [0, 128, 255]);
  assertThrows(() => readWav(eightBit.toBuffer()), WavError, "8-bit samples");
});

Deno.test("damaged files give a clip or a WavError, nothing else", () => {
  const good = writeWav(gridNoise(64), 2, { cues: [{ startSample: 3, label: "x" }] });
  const damage = fc.array(
    fc.tuple(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 255 })),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(damage, fc.integer({ min: 0, max: good.length }), (changes, length) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        assert(readWav(bytes.subarray(0, length)).frames > 0);
      } catch (error) {
        assert(error instanceof WavError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("samples that do not divide into the channels are refused", () => {
  assertThrows(() => writeWav(new Float32Array(3), 2), RangeError, "3 interleaved samples");
  assertThrows(() => clipOf(new Float32Array(3), 2), RangeError, "3 interleaved samples");
  assertThrows(() => writeWav(new Float32Array(2), 1, { info: { name: "x" } }), RangeError);
});

Deno.test("wavPieces() makes the file of writeWav(), whatever its length", () => {
  for (
    const [samples, channels] of [[0, 1], [2, 2], [65_535, 1], [65_536, 2], [200_000, 2]] as const
  ) {
    const audio = Float32Array.from({ length: samples }, (_, i) => (i % 2000) / 1000 - 1);
    const { byteLength, pieces } = wavPieces(audio, channels);
    const whole = new Uint8Array(byteLength);
    let at = 0;
    for (const piece of pieces) {
      assert(piece.length <= 131_072);
      whole.set(piece, at);
      at += piece.length;
    }
    assertEquals(at, byteLength);
    assertEquals(whole, writeWav(audio, channels));
  }
  assertThrows(() => wavPieces(new Float32Array(3), 2), RangeError);
});
