import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { exactExp } from "./exact_math.ts";

Deno.test("exactExp agrees with the host's exponential to thirteen digits", () => {
  fc.assert(fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
    assertAlmostEquals(exactExp(x) / Math.exp(x), 1, 2e-13);
  }));
});

Deno.test("exactExp is exact at 0 and defined at and beyond its ends", () => {
  assertEquals([exactExp(0), exactExp(-0)], [1, 1]);
  assertEquals([exactExp(-701), exactExp(-Infinity)], [0, 0]);
  assertEquals([exactExp(701), exactExp(Infinity)], [Infinity, Infinity]);
  assert(Number.isNaN(exactExp(NaN)));
});

Deno.test("exactExp of a sum is the product, so that decay does not depend on how often it is applied", () => {
  fc.assert(fc.property(fc.double({ min: -5, max: 0, noNaN: true }), (x) => {
    assertAlmostEquals(exactExp(x / 3) * exactExp(x * 2 / 3), exactExp(x), 1e-14);
  }));
});
