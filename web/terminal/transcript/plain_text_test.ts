import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { PlainText } from "./plain_text.ts";

function plain(text: string): string {
  const stream = new PlainText();
  return stream.push(text) + stream.end();
}

Deno.test("PlainText leaves colours, titles and moves out, and keeps every word", () => {
  assertEquals(
    plain("\x1b[1;31mred\x1b[0m and \x1b[38;2;1;2;3mtrue\x1b[m\r\nnext"),
    "red and true\nnext",
  );
  assertEquals(plain("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b"), "alinkb");
  assertEquals(plain("\x1b(B\x1b=x\x1bP1$r0m\x1b\\y\x07\x00z"), "xyz");
  assertEquals(plain("ä 漢字 👍\r\n"), "ä 漢字 👍\n");
});

Deno.test("PlainText shows a line that was written over as it looked in the end", () => {
  assertEquals(plain("10%\r50%\r100%\r\n"), "100%\n");
  assertEquals(plain("working…\r\x1b[Kdone\r\n"), "done\n");
  assertEquals(plain("abc\b\bX\r\n"), "aXc\n");
  assertEquals(plain("abcdef\x1b[3GX\x1b[2CY"), "abXdeY");
});

Deno.test("PlainText begins a new line where a program goes elsewhere on the screen", () => {
  assertEquals(plain("\x1b[2J\x1b[Htop\x1b[5;1Hfive\x1b[6;1H"), "top\nfive\n");
});

Deno.test("PlainText's text does not depend on how the output is cut", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\x1b[31m",
      "\x1b]0;t\x07",
      "\r",
      "\n",
      "\r\n",
      "\b",
      "\x1b[K",
      "\x1b[2C",
      "\x1b",
    ),
    fc.string({ maxLength: 6 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(60), (pieces, at) => {
    const text = pieces.join("");
    const characters = [...text];
    const stream = new PlainText();
    const cut = stream.push(characters.slice(0, at).join("")) +
      stream.push(characters.slice(at).join("")) + stream.end();
    assertEquals(cut, plain(text));
    // deno-lint-ignore no-control-regex -- they are what is looked for
    assert(!/[\x00-\x08\x0b-\x1f\x7f]/.test(cut), JSON.stringify(cut));
  }));
});
