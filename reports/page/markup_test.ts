import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { markup, raw } from "./markup.ts";

Deno.test("markup: text is escaped, markup stays, lists join, null is nothing", () => {
  const item = (text: string) => markup`<li title="${text}">${text}</li>`;
  assertEquals(
    String(markup`<ul>${[item("a<b"), item(`"&'`)]}${null}${3}</ul>`),
    '<ul><li title="a&lt;b">a&lt;b</li><li title="&quot;&amp;&#39;">&quot;&amp;&#39;</li>3</ul>',
  );
  assertEquals(String(markup`<style>${raw("a > b { }")}</style>`), "<style>a > b { }</style>");
});

Deno.test("markup: no text of anybody's becomes a tag or leaves its attribute", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const page = String(markup`<p title="${text}">${text}</p>`);
    assertEquals(page.match(/[<>]/g)!.join(""), "<><>");
    assertEquals(page.match(/"/g)!.length, 2);
  }));
});

Deno.test("markup: changes of writing direction cannot turn the page round", () => {
  assertEquals(String(markup`${"a\u202eb\u2066c"}`), "a\ufffdb\ufffdc");
});

Deno.test("markup: line breaks of the code are nothing next to a tag, else a space", () => {
  const page = markup`
    <p
      class="a">one
      two ${"x"}
      three</p>
    <hr>
  `;
  assertEquals(String(page), '<p class="a">one two x three</p><hr>');
});
