import { assertEquals } from "@std/assert";
import { columnFrames, PEAK_COLUMNS, peaksOf } from "./peaks.ts";

Deno.test("peaksOf gives the extremes of each column, both channels together", () => {
  const frames = PEAK_COLUMNS * 10;
  const audio = new Float32Array(frames * 2);
  audio[7 * 20 + 3] = 0.5;
  audio[7 * 20 + 6] = -0.25;
  const { from, values } = peaksOf(audio, 2);
  assertEquals([from, values.length], [0, PEAK_COLUMNS * 2]);
  assertEquals([...values.subarray(12, 18)], [0, 0, -0.25, 0.5, 0, 0]);
  assertEquals(peaksOf(audio, 2, 7, 8), { from: 7, values: Float32Array.of(-0.25, 0.5) });
});

Deno.test("columns cover the whole buffer, also one that is shorter than they are many", () => {
  assertEquals(columnFrames(2_880_000), 2400);
  assertEquals(columnFrames(7), 1);
  const { values } = peaksOf(new Float32Array(7).fill(1), 1);
  assertEquals(values.filter((it) => it === 1).length, 7);
});
