import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cosTurns, dbToGain, exp2, hannWindow, sinTurns } from "./trig.ts";

Deno.test("sine and cosine are right to 1e-12 at every angle", () => {
  fc.assert(fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (turns) => {
    // The reduction to one turn is exact here; the host's own would not be after times 2π.
    const reduced = turns - Math.floor(turns);
    assertAlmostEquals(sinTurns(turns), Math.sin(reduced * 2 * Math.PI), 1e-12);
    assertAlmostEquals(cosTurns(turns), Math.cos(reduced * 2 * Math.PI), 1e-12);
  }));
});

Deno.test("whole turns change nothing, to the bit", () => {
  for (const turns of [0, 0.125, 0.25, 0.6875]) assertEquals(sinTurns(turns + 64), sinTurns(turns));
});

Deno.test("known angles give the bits that every machine must give", () => {
  const bits = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0];
  assertEquals(
    [0.1, 0.2, 1 / 3].map((turns) => bits(sinTurns(turns))),
    [bits(0.5877852522924731), bits(0.9510565162951535), bits(0.8660254037844388)],
  );
});

Deno.test("powers of two are right to 1e-11 of their size", () => {
  fc.assert(fc.property(fc.double({ min: -300, max: 300, noNaN: true }), (x) => {
    assert(Math.abs(exp2(x) / 2 ** x - 1) < 1e-11, `2^${x}`);
  }));
  assertEquals([exp2(-3), exp2(0), exp2(10)], [0.125, 1, 1024]);
});

Deno.test("decibels are twenty to a factor of ten", () => {
  assertAlmostEquals(dbToGain(20), 10, 1e-9);
  assertAlmostEquals(dbToGain(-60), 0.001, 1e-12);
});

Deno.test("Hann windows at half overlap add up to 1", () => {
  const window = hannWindow(64);
  for (let i = 0; i < 32; i++) assertAlmostEquals(window[i]! + window[i + 32]!, 1, 1e-12);
});
