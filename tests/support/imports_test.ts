import { assertEquals } from "@std/assert";
import { findCycle, importsOf, resolveImport } from "./imports.ts";

Deno.test("every form of import is found, and those in comments are not", () => {
  const source = `/**
 * import { no } from "./comment.ts";
 */
import { a } from "./a.ts";
import type { B } from "./b.ts";
import {
  c,
  type D,
} from "./c.ts";
import "./effect.ts";
export * from "./d.ts";
export type { E } from "./e.ts";
import config from "../deno.json" with { type: "json" };
// import { f } from "./f.ts";
const g = await import("./g.ts");
export const text = "from nowhere";
`;
  assertEquals(
    importsOf(source).map(({ specifier, isTypeOnly }) => specifier + (isTypeOnly ? " (type)" : "")),
    [
      "./a.ts",
      "./b.ts (type)",
      "./c.ts",
      "./effect.ts",
      "./d.ts",
      "./e.ts (type)",
      "../deno.json",
      "./g.ts",
    ],
  );
});

Deno.test("a relative import means a path below the root", () => {
  assertEquals(resolveImport("sim/client/ticks.ts", "../playhead.ts"), "sim/playhead.ts");
});

Deno.test("a cycle is told as the path that closes it", () => {
  assertEquals(
    findCycle(new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]])),
    ["b", "d", "b"],
  );
  assertEquals(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});
