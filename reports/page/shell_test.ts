import { createHash } from "node:crypto";
import { assertEquals, assertMatch } from "@std/assert";
import { markup } from "./markup.ts";
import { pagePolicy, standalonePage } from "./shell.ts";

const STYLE = "p > a { color: red }";
const body = markup`<main><h1>${"1 < 2"}</h1></main>`;

/** The policy that a page declares. */
function policyOf(page: string): string {
  return /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)![1]!;
}

Deno.test("a page without a script allows its own style, and nothing else", () => {
  const page = standalonePage({ title: "<b>", style: STYLE, body });
  const hash = createHash("sha256").update(STYLE).digest("base64");
  assertEquals(
    policyOf(page),
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
  );
  assertMatch(page, /<title>&lt;b&gt;<\/title><style>p > a \{ color: red \}<\/style>/);
  assertMatch(page, /<main><h1>1 &lt; 2<\/h1><\/main>/);
});

Deno.test("a page's policy names the very script that it has, behind its data", () => {
  const script = { source: "if (1 < 2) go();", json: '{"a":1}' };
  const page = standalonePage({ title: "t", style: STYLE, body, script });
  const [, json, source] =
    /<script type="application\/json" id="data">(.*?)<\/script><script>(.*?)<\/script><\/body>/
      .exec(page)!;
  assertEquals([json, source], [script.json, script.source]);
  const hash = createHash("sha256").update(source!).digest("base64");
  assertMatch(policyOf(page), new RegExp(`script-src 'sha256-${RegExp.escape(hash)}'`));
  assertEquals(policyOf(page), pagePolicy(STYLE, script.source));
});
