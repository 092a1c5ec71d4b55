import { assert, assertEquals, assertRejects } from "@std/assert";
import headless from "@xterm/headless";
import { TerminalGoneError } from "./errors.ts";
import { OutputRing } from "./output_ring.ts";
import { LaggingScreen } from "./lagging_screen.ts";
import { Screen } from "./screen.ts";

const encode = (text: string) => new TextEncoder().encode(text);

interface Cells {
  readonly lines: string[];
  readonly colours: number[];
  readonly cursor: [x: number, y: number];
  readonly buffer: string;
}

/** What a terminal of that size shows after it was given these pieces. */
async function cellsOf(
  cols: number,
  rows: number,
  pieces: (string | Uint8Array)[],
): Promise<Cells> {
  const terminal = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  for (const piece of pieces) await new Promise<void>((done) => terminal.write(piece, done));
  const { active } = terminal.buffer;
  const shown = Array.from({ length: rows }, (_, y) => active.getLine(active.viewportY + y)!);
  const cells: Cells = {
    lines: shown.map((line) => line.translateToString(true)),
    colours: shown.flatMap((line) =>
      Array.from({ length: cols }, (_, x) => line.getCell(x)!.getFgColor())
    ),
    cursor: [active.cursorX, active.cursorY],
    buffer: active.type,
  };
  terminal.dispose();
  return cells;
}

const FULL_SCREEN = [
  "before\r\n",
  "\x1b[?1049h\x1b[2J\x1b[H",
  "\x1b[38;2;10;200;30mgreen\x1b[0m \x1b[7minverse\x1b[0m",
  "\x1b[5;20H┌────┐\x1b[6;20H│ 漢字 │",
  "\x1b[3;8r\x1b[8;1Hscroll\r\nregion\r\n\x1b[r",
  "\x1b[?2004h\x1b[?25l\x1b[10;3Hhere",
];

Deno.test("the painting of a full-screen program has the cells of the screen", async () => {
  const screen = new Screen(60, 12, () => {});
  for (const piece of FULL_SCREEN) screen.write(encode(piece));
  const { cols, rows, paint } = await screen.paint();
  screen.dispose();
  assertEquals(await cellsOf(cols, rows, [paint]), await cellsOf(60, 12, FULL_SCREEN));
  assertEquals(paint.endsWith("\x1b[?25l"), true);
});

Deno.test("the screen alone has the cells of the whole painting, and is there where lines are above it", async () => {
  const screen = new Screen(60, 12, () => {});
  screen.write(encode("\x1b[32mone\r\ntwo"));
  assertEquals((await screen.paint()).viewport, null);
  screen.write(
    encode(Array.from({ length: 500 }, (_, i) => `\r\n\x1b[3${i % 8}mline ${i}`).join("")),
  );
  screen.write(encode("\x1b[4;3H\x1b[?25l"));
  const { paint, viewport } = await screen.paint();
  screen.dispose();
  assertEquals(await cellsOf(60, 12, [viewport!]), await cellsOf(60, 12, [paint]));
  assert(viewport!.length * 10 < paint.length && viewport!.endsWith("\x1b[?25l"));
});

Deno.test("a painting has the same cells wherever the output was cut", async () => {
  const whole = encode(FULL_SCREEN.join(""));
  const screen = new Screen(60, 12, () => {});
  for (const byte of whole) screen.write(Uint8Array.of(byte));
  const { paint } = await screen.paint();
  screen.dispose();
  assertEquals(await cellsOf(60, 12, [paint]), await cellsOf(60, 12, FULL_SCREEN));
});

Deno.test("a change of size comes between the output before and after it", async () => {
  const ring = new OutputRing(1000);
  const screen = new LaggingScreen(ring, { cols: 10, rows: 3 }, () => {});
  ring.push(encode("0123456789abc\r\n"));
  screen.resize(20, 4);
  ring.push(encode("0123456789abc"));
  const { cols, rows, paint, seq } = await screen.snapshot();
  assertEquals([cols, rows, seq], [20, 4, 28]);
  const { lines } = await cellsOf(20, 4, [paint]);
  assertEquals(lines.filter((line) => line !== ""), ["0123456789abc", "0123456789abc"]);
  screen.dispose();
});

Deno.test("a screen that nobody looked at for long is right, though the ring has gone on", async () => {
  const ring = new OutputRing(2000);
  const screen = new LaggingScreen(ring, { cols: 60, rows: 12 }, () => {});
  const pieces = [...FULL_SCREEN, ...Array.from({ length: 3000 }, (_, i) => `\x1b[11;1H${i}`)];
  for (const piece of pieces) {
    const bytes = encode(piece);
    screen.makeRoom(bytes.length);
    ring.push(bytes);
  }
  const { paint } = await screen.snapshot();
  assertEquals(await cellsOf(60, 12, [paint]), await cellsOf(60, 12, [pieces.join("")]));
  screen.dispose();
});

Deno.test("a snapshot of one that goes meanwhile is refused", async () => {
  const [screen, other] = [new Screen(10, 3, () => {}), new Screen(10, 3, () => {})];
  const painting = assertRejects(() => screen.paint(), TerminalGoneError);
  screen.dispose();
  await painting;
  // Timers run in order: that of the first one's write has run when the second is painted.
  await other.paint();
  other.dispose();
});

Deno.test("a title, a palette and a clipboard are nothing to a screen", async () => {
  const answers: string[] = [];
  const screen = new Screen(20, 3, (text) => answers.push(text));
  screen.write(
    encode("\x1b]0;title\x07\x1b]4;1;?\x07\x1b]10;?\x07\x1b]52;c;?\x07\x1b[21t\x1b[?2026$p"),
  );
  screen.write(encode("\x1bP$qm\x1b\\text"));
  const { paint } = await screen.paint();
  screen.dispose();
  assertEquals([paint, answers], ["text", []]);
});
