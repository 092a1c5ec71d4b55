import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertInstanceOf,
  AssertionError,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli";
import { closestString, levenshteinDistance } from "@std/text";

Deno.test("@std/assert narrows what it asserts", () => {
  const value: string | null = JSON.parse('"text"');
  assert(value !== null);
  assertEquals(value.length, 4);

  const maybe: { name: string } | undefined = [{ name: "a" }][0];
  assertExists(maybe);
  assertEquals(maybe.name, "a");

  const thrown: unknown = new RangeError("out of range");
  assertInstanceOf(thrown, RangeError);
  assertEquals(thrown.message, "out of range");

  const kind: unknown = "slice";
  assertStrictEquals(kind, "slice" as const);
  const exact: "slice" = kind;
  assertEquals(exact, "slice");
});

Deno.test("@std/assert returns the error that it waited for, as its class", async () => {
  const thrown = assertThrows(
    () => {
      throw new RangeError("7 is over 6");
    },
    RangeError,
    "over",
  );
  assertEquals(thrown.message, "7 is over 6");
  const rejected = await assertRejects(() => Promise.reject(new TypeError("no")), TypeError);
  assertEquals(rejected.name, "TypeError");
});

Deno.test("@std/assert fails with an AssertionError", () => {
  assertThrows(() => assertAlmostEquals(1, 1.1, 0.01), AssertionError);
});

Deno.test("@std/cli tells flags from positionals", () => {
  const args = parseArgs(["a", "--seed", "7", "--json"], { string: ["seed"], boolean: ["json"] });
  assertEquals(args["seed"], "7");
  assertEquals(args["json"], true);
  assertEquals(args._, ["a"]);
});

Deno.test("@std/text finds the nearest word", () => {
  assertEquals(closestString("--sed", ["--seed", "--json"]), "--seed");
  assertEquals(levenshteinDistance("abc", "abd"), 1);
});
