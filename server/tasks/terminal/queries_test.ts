import { assertEquals } from "@std/assert";
import { isAllowedAnswer, QueryScanner } from "./queries.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const asks = (...pieces: string[]) => {
  const scanner = new QueryScanner();
  return pieces.map((piece) => scanner.scan(encode(piece)));
};

Deno.test("questions about device, status and cursor are found", () => {
  for (
    const query of ["\x1b[c", "\x1b[0c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n"]
  ) {
    assertEquals(asks(`text ${query} more`), [true], JSON.stringify(query));
  }
});

Deno.test("a question in pieces is found once, with its end", () => {
  assertEquals(asks("a\x1b", "[", "6", "n", "n"), [false, false, false, true, false]);
  assertEquals(asks("\x1b[31", "mred", "\x1b[1;1H"), [false, false, false]);
});

Deno.test("other sequences are none", () => {
  for (const text of ["\x1b[31m", "\x1b]11;?\x07", "\x1bP$q m\x1b\\", "\x1b[18t", "c n [c", ""]) {
    assertEquals(asks(text), [false], JSON.stringify(text));
  }
});

Deno.test("only answers about device, status and cursor are given", () => {
  for (const text of ["\x1b[?1;2c", "\x1b[>0;276;0c", "\x1b[0n", "\x1b[12;40R", "\x1b[?12;40R"]) {
    assertEquals(isAllowedAnswer(text), true, JSON.stringify(text));
  }
  const refused = [
    "\x1b[?2026;2$y",
    "\x1bP1$r0m\x1b\\",
    "\x1b]11;rgb:0000/0000/0000\x1b\\",
    "\x1b[8;24;80t",
    "\x1b]l title\x1b\\",
    "ls\r",
    "\x1b[0n\r",
  ];
  for (const text of refused) assertEquals(isAllowedAnswer(text), false, JSON.stringify(text));
});
