/** What `docs/requirements/` cites exists. */
import { assert, assertEquals } from "@std/assert";
import { SHIPPED } from "../scenarios/shipped/mod.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDER = new URL("docs/requirements/", ROOT);

/** Every page as one line, so that it does not matter where the formatter broke it. */
const pages = [...Deno.readDirSync(FOLDER)].map(({ name }) => ({
  name,
  text: Deno.readTextFileSync(new URL(name, FOLDER)).replace(/\s+/g, " "),
}));

/** Whether a test file holds a test of this name; `…` stands for what a table fills in. */
function hasTest(source: string, name: string): boolean {
  const pattern = name.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`["\`]${pattern.join('[^"`]*')}["\`]`).test(source);
}

Deno.test("every test that a requirement names exists", () => {
  const missing: string[] = [];
  let count = 0;
  for (const { text } of pages) {
    for (const [, file, name] of text.matchAll(/`([\w/]+_test\.ts)`(?: “([^”]+)”)?/g)) {
      count++;
      const source = Deno.readTextFileSync(new URL(file!, ROOT));
      if (name !== undefined && !hasTest(source, name)) missing.push(`${file}: ${name}`);
    }
  }
  assertEquals(missing, []);
  assert(count > 100, `${count} tests are named`);
});

Deno.test("every scenario that a requirement names ships", () => {
  const names = new Set(SHIPPED.map(({ name }) => name));
  const missing = pages.flatMap(({ text }) =>
    [...text.matchAll(/scenario `([\w-]+)`/g)].flatMap(([, name]) => names.has(name!) ? [] : [name])
  );
  assertEquals(missing, []);
});

Deno.test("every requirement has an id of its own", () => {
  for (const { name, text } of pages) {
    const ids = [...text.matchAll(/\*\*(SS-[\w.-]+)\*\*/g)].map(([, id]) => id!);
    assert(ids.length > 0, `${name} lists no requirements`);
    assertEquals(ids.length, new Set(ids).size, `${name} uses an id twice`);
  }
});
