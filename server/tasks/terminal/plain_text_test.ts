import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { OutputRing } from "./output_ring.ts";
import { skippable } from "./plain_text.ts";
import { LaggingScreen } from "./lagging_screen.ts";
import { Screen } from "./screen.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const lines = (count: number, text = "line") =>
  Array.from({ length: count }, (_, i) => `${text} ${i}\r\n`).join("");

Deno.test("the middle of plain text is skipped, up to the lines that are left", () => {
  const bytes = encode(lines(10_000));
  const { from, to } = skippable(bytes, 100)!;
  const rest = new TextDecoder().decode(bytes.subarray(to));
  assertEquals([from, rest.split("\n").length], [4096, 101]);
  assert(rest.startsWith("\r\nline 9901"), rest.slice(0, 20));
});

Deno.test("nothing is skipped of what is not plain, is short, or has too few lines", () => {
  const plain = lines(10_000);
  for (
    const text of [
      "\x1b[2J",
      "\x1b[?25l",
      "\x1b[31",
      "\x1b[>4m",
      "\x1b]0;m",
      "\x0e",
      "\x07",
      "\b",
      "\u009b3J",
      "\x7f",
    ]
  ) {
    const at = plain.length >> 1;
    assertEquals(skippable(encode(plain.slice(0, at) + text + plain.slice(at)), 100), null, text);
  }
  assertEquals(skippable(encode(lines(100)), 10), null);
  assertEquals(skippable(encode(plain), 9_990), null);
  assertEquals(skippable(encode(plain.replaceAll("\r", "")), 100), null);
});

Deno.test("of colours that are skipped those stay that are still chosen at the end", () => {
  const middle = "\x1b[1mbold \x1b[0;31mred \x1b[0mplain \x1b[38;2;1;2;3mof its own \x1b[4:3mcurly";
  const text = `${lines(5000)}${middle}${lines(5000)}\x1b[7m`;
  const { instead, from, to } = skippable(encode(text), 100)!;
  assertEquals(new TextDecoder().decode(instead), "\x1b[0m\x1b[38;2;1;2;3m\x1b[4:3m");
  assert(from >= 4096 && to > from);
  // A sequence at the place from which on may be skipped is left whole.
  const across = skippable(encode(`${"x".repeat(4094)}\x1b[31m${lines(5000)}`), 100)!;
  assertEquals([across.from, across.instead.length], [4099, 0]);
});

/** A painting after these pieces, given to a screen that may skip, and to one that may not. */
async function both(before: string, flood: string, after: string): Promise<[string, string]> {
  const ring = new OutputRing(2 ** 21);
  const lagging = new LaggingScreen(ring, { cols: 40, rows: 10 }, () => {});
  ring.push(encode(before));
  await lagging.snapshot();
  ring.push(encode(flood));
  await lagging.snapshot();
  ring.push(encode(after));
  const { paint } = await lagging.snapshot();
  lagging.dispose();
  const screen = new Screen(40, 10, () => {});
  for (const piece of [before, flood, after]) screen.write(encode(piece));
  const whole = await screen.paint();
  screen.dispose();
  return [paint, whole.paint];
}

Deno.test("a screen that skips shows what one that sees everything shows", async () => {
  const before = fc.array(
    fc.constantFrom(
      ...[
        "hello ",
        "\r\n",
        "\x1b[31m",
        "\x1b[5;5H",
        "\x1b[3;7r",
        "\x1b[r",
        "\x1b[?1049h",
        "\x1b[4h",
      ],
      ...["\x1b[?7l", "\x1b[?6h", "\x1b[3", "\x1b]0;ti", "\x1b(0", "漢"],
    ),
    { maxLength: 6 },
  );
  const words = fc.array(
    fc.string({
      unit: fc.constantFrom(
        "a",
        "é",
        "漢",
        " ",
        "\t",
        "\x1b[m",
        "\x1b[41m",
        "\x1b[1;32m",
        "\x1b[0m",
      ),
      maxLength: 90,
    }),
    { minLength: 1, maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(
      before,
      words,
      fc.constantFrom("", "end", "\x1b[2A"),
      async (pre, some, post) => {
        const flood = Array.from({ length: 3000 }, (_, i) => `${i} ${some[i % some.length]}\r\n`);
        const [skipped, whole] = await both(pre.join(""), flood.join(""), post);
        assertEquals(skipped, whole);
      },
    ),
    { numRuns: 40 },
  );
});
