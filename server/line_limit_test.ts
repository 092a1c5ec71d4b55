import { assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { LINES_WITHIN_S, MAX_LINES, withLineLimit } from "./line_limit.ts";

Deno.test("withLineLimit leaves lines out that peers cause, and counts them later", () => {
  const clock = new VirtualClock();
  const whole = new MemoryLog();
  const log = withLineLimit(whole, clock);
  // Two loggers of one part share its limit.
  const [one, two] = [log.part("main"), log.part("main")];
  for (let i = 0; i < 500; i++) {
    one.warn("request refused", { status: 401 });
    two.warn("request not understood", { status: 400 });
  }
  assertEquals(whole.lines.length, MAX_LINES);
  clock.runUntil(LINES_WITHIN_S);
  one.warn("request refused", { status: 403 });
  assertEquals(
    whole.lines.slice(MAX_LINES).map(({ part, event, fields }) => [part, event, fields]),
    [
      ["main", "lines left out", { count: 1000 - MAX_LINES }],
      ["main", "request refused", { status: 403 }],
    ],
  );
});

Deno.test("withLineLimit keeps every other line, and those of other parts", () => {
  const whole = new MemoryLog();
  const log = withLineLimit(whole, new VirtualClock());
  const main = log.part("main");
  for (let i = 0; i < 2 * MAX_LINES; i++) main.warn("request refused");
  for (let i = 0; i < 2 * MAX_LINES; i++) main.info("session started", { session: "a" });
  log.part("control").warn("request refused");
  log.error("failed");
  assertEquals(whole.of("session started").length, 2 * MAX_LINES);
  assertEquals(whole.of("request refused").map(({ part }) => part).at(-1), "control");
  assertEquals(whole.of("failed").length, 1);
});
