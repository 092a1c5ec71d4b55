import { assertEquals } from "@std/assert";
import { entryOf, packageOf } from "./packages.ts";

const IMPORTS = {
  "hono": "npm:hono@4.13.19",
  "@noble/hashes/sha2.js": "npm:@noble/hashes@2.4.0/sha2.js",
  "@std/assert": "./std/assert.ts",
};

Deno.test("packageOf reads the import map, with paths below a package", () => {
  assertEquals(packageOf("hono", IMPORTS), { name: "hono", version: "4.13.19", path: "." });
  assertEquals(packageOf("hono/html", IMPORTS)?.path, "./html");
  assertEquals(packageOf("@noble/hashes/sha2.js", IMPORTS), {
    name: "@noble/hashes",
    version: "2.4.0",
    path: "./sha2.js",
  });
  for (const other of ["@std/assert", "honours", "node:fs"]) {
    assertEquals(packageOf(other, IMPORTS), null, other);
  }
});

Deno.test("entryOf follows a package's own word on what a browser gets", () => {
  const exports = {
    ".": { types: "./a.d.ts", import: { browser: "./b.js", default: "./c.js" } },
    "./html": "./html.js",
    "./types": { types: "./d.d.ts" },
  };
  assertEquals(entryOf({ exports }, "."), "./b.js");
  assertEquals(entryOf({ exports }, "./html"), "./html.js");
  assertEquals([entryOf({ exports }, "./none"), entryOf({ exports }, "./types")], [null, null]);
  assertEquals(entryOf({ exports: "./one.js" }, "."), "./one.js");
  assertEquals(entryOf({ exports: { import: "./two.js" } }, "."), "./two.js");
  assertEquals(entryOf({ module: "./m.js", main: "./n.js" }, "."), "./m.js");
  assertEquals(entryOf({ main: "./n.js" }, "."), "./n.js");
});
