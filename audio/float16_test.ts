import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fromHalves, HALF_LIMIT, HALF_VALUES, toHalves } from "./float16.ts";

/** The value of a half from its definition: sign, exponent, fraction. */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

Deno.test("every one of the 65536 halves widens to the value that its bits define", () => {
  for (let bits = 0; bits < 65536; bits++) {
    assert(Object.is(HALF_VALUES[bits], valueOf(bits)), `half 0x${bits.toString(16)}`);
  }
});

Deno.test("every half that is a number survives widening and rounding", () => {
  const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const back = toHalves(fromHalves(all));
  for (let bits = 0; bits < 65536; bits++) {
    if (!Number.isNaN(HALF_VALUES[bits])) assertEquals(back[bits], bits);
  }
});

Deno.test("rounding is to nearest, ties to even, with subnormals and the sign of zero", () => {
  const cases: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // half-way to the smallest subnormal: even is zero
    [-(2 ** -26), 0x8000], // a tiny negative keeps its sign
    [3 * 2 ** -25, 0x0002], // half-way between 1 and 2 units: even is 2
    [1, 0x3c00],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [-0.5, 0xb800],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [HALF_LIMIT, 0x7c00],
    [-HALF_LIMIT, 0xfc00],
  ];
  const halves = toHalves(Float32Array.from(cases, ([value]) => value));
  assertEquals([...halves], cases.map(([, bits]) => bits));
});

Deno.test("a rounded sample is the nearest half, and never farther than half a step", () => {
  fc.assert(fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
    const bits = toHalves(Float32Array.of(value))[0]!;
    const rounded = HALF_VALUES[bits]!;
    for (const neighbour of [bits - 1, bits + 1]) {
      const other = HALF_VALUES[neighbour & 0xffff]!;
      if (Number.isFinite(other)) assert(Math.abs(value - rounded) <= Math.abs(value - other));
    }
  }));
});

Deno.test("a target array is filled in place, at its own offset", () => {
  const room = new Uint16Array(4);
  const target = room.subarray(1, 3);
  assertEquals(toHalves(Float32Array.of(1, -1), target), target);
  assertEquals([...room], [0, 0x3c00, 0xbc00, 0]);
  const samples = new Float32Array(2);
  assertEquals(fromHalves(target, samples), samples);
  assertEquals([...samples], [1, -1]);
});
