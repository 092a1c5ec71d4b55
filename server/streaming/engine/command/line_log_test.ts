import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../../../runtime/mod.ts";
import { LineLog } from "./line_log.ts";

const utf8 = new TextEncoder();

function start() {
  const clock = new VirtualClock();
  const lines: string[] = [];
  return { clock, lines, log: new LineLog(clock, (line) => lines.push(line)) };
}

Deno.test("LineLog makes lines of a stream, wherever it is cut", () => {
  const whole = utf8.encode("one\r\n\n  two\u0007 beeps\nthréé");
  fc.assert(fc.property(fc.integer({ min: 1, max: whole.length }), (size) => {
    const { log, lines } = start();
    for (let at = 0; at < whole.length; at += size) log.push(whole.subarray(at, at + size));
    log.end();
    assertEquals(lines, ["one", "two  beeps", "thréé"]);
  }));
});

Deno.test("LineLog cuts long lines, and holds no more of a line without an end than it needs", () => {
  const { log, lines } = start();
  for (let i = 0; i < 1000; i++) log.push(utf8.encode("x".repeat(1000)));
  log.push(utf8.encode("\nshort\n"));
  assertEquals(lines, [`${"x".repeat(500)}…`, "short"]);
});

Deno.test("LineLog writes 20 lines a second and counts the others", () => {
  const { clock, log, lines } = start();
  log.text(Array.from({ length: 50 }, (_, i) => `line ${i}`).join("\n"));
  assertEquals([lines.length, lines.at(-1)], [20, "line 19"]);
  clock.runUntil(1);
  log.push(utf8.encode("later\n"));
  assertEquals(lines.slice(20), ["(30 lines left out)", "later"]);
  log.text("a\n".repeat(30));
  log.end();
  assert(lines.at(-1) === "(11 lines left out)", lines.at(-1));
});
