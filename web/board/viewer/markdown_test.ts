import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { terminalRuns } from "./ansi.ts";
import { type Mark, markdown, webAddress } from "./markdown.ts";

/** A tree as short text: `p(em(a)b)`. */
const short = (marks: readonly Mark[]): string =>
  marks.map((mark) =>
    typeof mark === "string"
      ? mark
      : `${mark.tag}${mark.href === undefined ? "" : `[${mark.href}]`}(${short(mark.children)})`
  ).join("");

const all = (marks: readonly Mark[]): Exclude<Mark, string>[] =>
  marks.flatMap((mark) => typeof mark === "string" ? [] : [mark, ...all(mark.children)]);

Deno.test("Markdown becomes a tree: lists, tables, code, emphasis, links", () => {
  assertEquals(short(markdown("# A *b*\n\nc `d`\ne")), "h3(A em(b))p(c code(d)br()e)");
  assertEquals(short(markdown("3. x\n4. y\n   - z")), "ol(li(x)li(yul(li(z))))");
  assertEquals(markdown("3. x").map((it) => typeof it === "string" ? null : it.start), [3]);
  assertEquals(short(markdown("```ts\na < b\n```")), "pre(a < b)");
  assertEquals(
    short(markdown("|a|b|\n|-|-|\n|1|2|")),
    "table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))",
  );
  assertEquals(short(markdown("> q\n\n---\n~~s~~ &amp; \\*")), "blockquote(p(q))hr()p(s(s) & *)");
  assertEquals(
    short(markdown("[t](https://a.example/x) https://b.example mailto")),
    "p(a[https://a.example/x](t) a[https://b.example/](https://b.example) mailto)",
  );
});

Deno.test("T65.7: no markup, picture or address of a text's own comes out of it", () => {
  const hostile = [
    '<img src=x onerror="alert(1)"><script>alert(2)</script>',
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x)",
    "[e](&#106;avascript:alert(1)) [f](file:///etc/passwd) <javascript:alert(1)> [g](//a.example)",
    "![p](https://a.example/p.png) ![q](data:image/svg+xml,x)",
    "[r]: javascript:alert(1)\n[r]",
    "\u202etxet\u0007",
  ].join("\n\n");
  const links = all(markdown(hostile)).filter(({ tag }) => tag === "a");
  assertEquals(links.map(({ href }) => href), ["https://a.example/p.png"]);
  const text = short(markdown(hostile));
  assert(text.includes("<script>alert(2)</script>"));
  assertEquals([text.includes("\u202e"), text.includes("\u0007")], [false, false]);
  for (
    const address of ["javascript:x", " https://a", "https:a", "//a", "x", "http://[", "data:,"]
  ) {
    assertEquals(webAddress(address), null, address);
  }
  assertEquals(webAddress("HTTPS://a.example/ü"), "https://a.example/%C3%BC");
});

Deno.test("any text is shown, none makes an address that may not be followed, and long ones are plain", () => {
  const piece = fc.constantFrom(
    ..."[]()<>!*_`#-|\\\n \tab:/&;\"'~".split(""),
    "javascript:",
    "http://",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      for (const { tag, href } of all(markdown(pieces.join("")))) {
        if (tag === "a") assert(/^(?:https?:|mailto:)/.test(href!), href);
      }
    }),
    { numRuns: 300 },
  );
  assertEquals(short(markdown("*".repeat(70_000))), `pre(${"*".repeat(70_000)})`);
  markdown("[".repeat(60_000));
  markdown(`${"> ".repeat(5000)}x`);
});

Deno.test("what programs print has its colours, and nothing else of what they tell a terminal", () => {
  const runs = (text: string) => terminalRuns(text).map(({ text, look }) => [text, look]);
  assertEquals(runs("a\u001b[1;31mb\u001b[0mc"), [["a", ""], ["b", "bold red"], ["c", ""]]);
  assertEquals(runs("\u001b[38;5;196mx\u001b[92my\u001b[39mz"), [["x", ""], ["y", "green"], [
    "z",
    "",
  ]]);
  assertEquals(runs("\u001b]0;title\u0007a\u001b[2J\u001b[Hb\u001b(Bc"), [["a", ""], ["b", ""], [
    "c",
    "",
  ]]);
  assertEquals(runs("a\u202eb\u001b[8\u0000"), [["ab", ""], ["8", ""]]);
});
