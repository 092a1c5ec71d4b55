import { assertEquals } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { Progress } from "./progress.ts";

Deno.test("progress is one line, rewritten in place and cut to the terminal's width", () => {
  const context = testContext({ terminal: true, columns: 11 });
  const progress = new Progress(context);
  progress.update("1 of 3");
  context.clock.runUntil(1);
  progress.update("2 of 3: a long name");
  progress.clear();
  progress.clear();
  assertEquals(context.stderr.text, "\r\x1b[K1 of 3\r\x1b[K2 of 3: a \r\x1b[K");
});

Deno.test("progress draws at most twenty times a second", () => {
  const context = testContext({ terminal: true });
  const progress = new Progress(context);
  for (let i = 0; i < 1000; i++) {
    context.clock.runUntil(i / 1000);
    progress.update(".");
  }
  assertEquals(context.stderr.text.split(".").length - 1, 20);
});

Deno.test("progress is silent where nobody watches, and in CI", () => {
  for (const context of [testContext(), testContext({ terminal: true, env: { CI: "true" } })]) {
    const progress = new Progress(context);
    progress.update("1 of 3");
    progress.clear();
    assertEquals([progress.isShown, context.stderr.text], [false, ""]);
  }
});
