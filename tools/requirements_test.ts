/** What `docs/requirements/` and `docs/conformance.md` cite exists, and the latter leaves nothing out. */
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

const CONFORMANCE = Deno.readTextFileSync(new URL("docs/conformance.md", ROOT));

/** The lines that the page has, by the part before their number, and how many there are. */
const LINES: Readonly<Record<string, number>> = {
  "SS-10.9-A": 4,
  "SS-10.9-B": 5,
  "SS-10.9-C": 4,
  "SS-10.9-D": 7,
  "SS-14.1-": 13,
  "SS-14.2-": 11,
  "SS-14.3-": 8,
  "SS-14.4-": 11,
  "SS-14.5-": 19,
  "SS-14.6-": 10,
  "SS-14.7-": 7,
  "SS-14.8-": 4,
  "SS-14.9-": 10,
  "SS-B-C": 9,
  "SS-B-S": 10,
};

Deno.test("every test that a requirement or a line of conformance names exists", () => {
  const missing: string[] = [];
  let count = 0;
  for (const text of [...pages.map((page) => page.text), CONFORMANCE]) {
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
    const ids = [...text.matchAll(/\*\*((?:SS|SH|VS|MB|AT)-[\w.-]+)\*\*/g)].map(([, id]) => id!);
    assert(ids.length > 0, `${name} lists no requirements`);
    assertEquals(ids.length, new Set(ids).size, `${name} uses an id twice`);
  }
});

Deno.test("conformance has every line, in order, each ticked, with words and a test of its own", () => {
  const rows = CONFORMANCE.split("\n").filter((line) => line.startsWith("| SS-"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const wanted = Object.entries(LINES)
    .flatMap(([part, count]) => Array.from({ length: count }, (_, i) => `${part}${i + 1}`));
  assertEquals(rows.map(([id]) => id), wanted);
  for (const [id, what, test, tick] of rows) {
    assertEquals(tick, "✓", id);
    assert(what !== "", `${id} says nothing`);
    assert(/^`[\w/]+_test\.ts` “[^”]+”/.test(test!), `${id} names no test`);
  }
  assertEquals(new Set(rows.map(([, what]) => what)).size, rows.length, "two lines say the same");
});
