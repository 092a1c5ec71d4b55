import { assertEquals } from "@std/assert";
import { nestsWithin, roundHalfEven, toNumber } from "./fields.ts";

Deno.test("roundHalfEven() rounds ties to the even neighbour", () => {
  const cases = [[0.5, 0], [1.5, 2], [2.5, 2], [-0.5, 0], [-1.5, -2], [-2.5, -2], [2.4, 2], [
    2.6,
    3,
  ]];
  for (const [value, expected] of cases) assertEquals(roundHalfEven(value!) + 0, expected);
});

Deno.test("toNumber() takes finite numbers and their decimal text, nothing else", () => {
  const texts: [unknown, number][] = [["3.5", 3.5], [" -7 ", -7], [".5", 0.5], ["5.", 5], [
    "1e3",
    1000,
  ]];
  for (const [value, expected] of texts) assertEquals(toNumber(value), expected);
  const others = [
    "",
    ".",
    "0x1",
    "1e",
    "Infinity",
    "nan",
    "1 2",
    "9".repeat(65),
    true,
    null,
    [],
    {},
  ];
  for (const value of [...others, NaN, Infinity, undefined]) assertEquals(toNumber(value), null);
});

Deno.test("nestsWithin() counts arrays and objects", () => {
  assertEquals(nestsWithin(1, 0), true);
  assertEquals(nestsWithin([], 0), false);
  assertEquals(nestsWithin({ a: [1] }, 2), true);
  assertEquals(nestsWithin({ a: [[1]] }, 2), false);
});
