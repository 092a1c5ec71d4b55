import { assertEquals } from "@std/assert";
import { anchorsOf, lintPage, type World } from "./docs_lint.ts";

const other = { path: "docs/other.md", text: "# Other\n\n## How it's done\n" };

const world: World = {
  exists: (path) => ["docs/page.md", "docs/other.md", "README.md"].includes(path),
  pages: new Map([[other.path, other]]),
  tasks: new Set(["scenario", "headway", "test"]),
  flags: new Map([["scenario", new Set(["seed", "out", "no-backend"])]]),
};

function lint(body: string): string[] {
  return lintPage({ path: "docs/page.md", text: `# Page\n${body}` }, world)
    .map((it) => it.replace("docs/page.md:", ""));
}

Deno.test("a page begins with its one heading", () => {
  assertEquals(lintPage({ path: "a.md", text: "words" }, world), [
    "a.md:1: a page begins with its heading: `# …`",
  ]);
  assertEquals(lint("# Again"), ["2: a page has one heading of the first level"]);
  assertEquals(lint("```sh\n# a comment\n```"), []);
});

Deno.test("links lead to files, folders and headings", () => {
  assertEquals(lint("[a](other.md), [b](../README.md), [c](https://example.org/x)"), []);
  assertEquals(lint("[a](other.md#how-its-done)"), []);
  assertEquals(lint("[a](gone.md)"), ["2: link to gone.md: there is no docs/gone.md"]);
  assertEquals(lint("[a](other.md#gone)"), [
    "2: link to other.md#gone: docs/other.md has no such heading",
  ]);
  assertEquals(anchorsOf("# A `b` c\n\n```sh\n# no\n```\n## Ä_d-e"), new Set(["a-b-c", "ä_d-e"]));
});

Deno.test("code fences are closed and name their language", () => {
  assertEquals(lint("```\ncode\n```"), ["2: a code fence names its language"]);
  assertEquals(lint("```ts\ncode"), ["3: a code fence is not closed"]);
});

Deno.test("commands and flags that a page names exist", () => {
  assertEquals(lint("`deno task scenario healthy-stream --seed 3 --help`"), []);
  assertEquals(lint("`--no-backend`, `--no-seed`, `deno task scenario --no-backend`"), []);
  assertEquals(lint("`npx -y deno@2.9.6 task test`"), []);
  assertEquals(lint("```sh\ndeno task play\n```"), ["3: there is no task play"]);
  assertEquals(lint("`deno task scenario --sed 3`"), ["2: scenario has no flag --sed"]);
  assertEquals(lint("`deno task headway scenario --sed 3`"), ["2: scenario has no flag --sed"]);
  assertEquals(lint("`headway scenari`"), ["2: there is no command scenari"]);
  assertEquals(lint("see `--out DIR`, `--allow-net` and `--gone`"), [
    "2: no command has a flag --gone",
  ]);
});
