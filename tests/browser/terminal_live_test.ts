/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
// @ts-types="@xterm/headless"
import headless from "@xterm/headless";
import { TestBrowser } from "../support/browser.ts";
import { ptyId, taskId, taskView } from "../support/memory_tasks.ts";
import {
  arrives,
  openTerminal,
  pageServer,
  showsLine,
  takeKeyboard,
} from "../support/terminal_tab.ts";

Deno.test("a deep link shows the terminal as it is, follows it, and gets a clean address", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1, { title: "Mend the gateway" });
  program.write("\x1b[1;32m$\x1b[0m deno task test\r\n");
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await showsLine(tab, "$ deno task test");
  assertEquals(new URL(tab.page.url()).pathname, `/tasks/${taskId(1)}`);
  assertEquals(await tab.text("#title"), "Mend the gateway");
  await tab.until(() => headwayTerminal.link === "socket");
  await tab.says("#state-text", "Live");
  program.write("ok | 42 passed\r\n");
  await showsLine(tab, "ok | 42 passed");
  // Nobody has taken the keyboard: whatever is pressed goes nowhere.
  await tab.page.click("#terminal");
  await tab.page.keyboard.type("rm -rf /\n");
  await tab.page.keyboard.press("Tab");
  assertEquals(program.typed, "");
  // The clean address leads to the same, also after a reload.
  await tab.page.reload();
  await showsLine(tab, "ok | 42 passed");
  // The picture is drawn a frame after the lines are there.
  await tab.until(() => headwayTerminal.paintMs !== null);
  tab.check(server);
});

Deno.test("who comes late to a full-screen program sees its screen, cell by cell", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1);
  const drawn = [
    ...["\x1b[?1049h\x1b[2J\x1b[H\x1b[7m top - 12:00 \x1b[0m", "\x1b[5;10H┌────┐\x1b[6;10H│漢字│"],
    ...["\x1b[7;10H└────┘", "\x1b[10;3Habc\x1b[1D\x1b[K", "\x1b[24;70Hcorner\x1b[?25l"],
  ];
  for (const part of drawn) program.write(part);
  const reference = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => reference.write(drawn.join(""), resolve));
  const lines = Array.from(
    { length: 24 },
    (_, row) => reference.buffer.active.getLine(row)!.translateToString(true),
  );
  reference.dispose();
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await showsLine(tab, "corner");
  assertEquals(await tab.page.evaluate(() => headwayTerminal.lines), lines);
  program.write("\x1b[6;10Hlive");
  await showsLine(tab, "live");
  tab.check(server);
});

Deno.test("grace counts down and shows the result; at its end the recording takes the screen's place", async () => {
  await using server = await pageServer();
  const { world } = server;
  const program = await world.task(1);
  program.write("all done\r\n");
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await showsLine(tab, "all done");
  assert(await tab.page.isHidden("#grace"));
  world.tasks.put(taskView(1, { status: "completed", endedAt: 1010, summary: "Mended it." }));
  world.terminals.beginGrace(ptyId(1), 300);
  await tab.until(() => /closes in [45]:\d\d/.test(document.querySelector("#grace")!.textContent!));
  await tab.says("#state-text", "Done; open for a while");
  await tab.says("#summary", "Mended it.");
  // It is still a terminal, and may be taken over.
  await takeKeyboard(tab);
  await tab.page.keyboard.type("ls");
  await tab.until(() => headwayTerminal.link === "socket");
  const left = await tab.text("#grace");
  await tab.until((left) => document.querySelector("#grace")!.textContent !== left, left);
  await world.terminals.close(ptyId(1));
  await tab.until(() => headwayTerminal.mode === "replay");
  await showsLine(tab, "all done");
  assert(await tab.page.isHidden("#live-bar"));
  assert(await tab.page.isVisible("#replay-bar"));
  assertEquals(await arrives(tab, program, "ls"), "ls");
  tab.check(server);
});

Deno.test("two viewers: one holds the keyboard, both see who, the other takes it over", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1);
  await using browser = await TestBrowser.start();
  const address = `${server.httpUrl}/?session=${ptyId(1)}`;
  const first = await openTerminal(await browser.tab(), address, "live");
  const second = await openTerminal(
    await browser.tab({ viewport: { width: 900, height: 700 } }),
    address,
    "live",
  );
  await first.says("#holder", "Nobody holds the keyboard. 2 look.");
  await takeKeyboard(first);
  await second.says("#holder", "Viewer 1 holds the keyboard. 2 look.");
  await first.page.keyboard.type("echo one\r");
  await second.page.click("#terminal");
  await second.page.keyboard.type("echo two\r");
  // The size is the holder's, and both show it.
  const { cols } = await first.page.evaluate(() => headwayTerminal);
  await second.until((cols) => headwayTerminal.cols === cols && cols !== 80, cols);
  await second.page.click("#take");
  await second.until(() => headwayTerminal.keyboard?.is_yours === true);
  await first.says("#holder", "Viewer 2 holds the keyboard. 2 look.");
  await first.says("#notice", "Viewer 2 has taken the keyboard over.");
  await first.page.keyboard.type("echo three\r");
  await second.until((cols) => headwayTerminal.cols < cols, cols);
  await first.until((cols) => headwayTerminal.cols < cols, cols);
  await second.page.keyboard.type("echo four\r");
  program.write("\r\nthe end\r\n");
  await showsLine(first, "the end");
  await second.page.click("#leave");
  await second.page.waitForURL("**/tasks");
  await first.says("#holder", "Nobody holds the keyboard.");
  const typed = "echo one\recho four\r";
  assertEquals(await arrives(first, program, typed), typed);
  first.check(server);
  second.check(server);
});

Deno.test("with the keyboard, Tab is the program's, F6 leads out, and phones have keys", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1);
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await takeKeyboard(tab);
  await tab.page.keyboard.press("Tab");
  await tab.page.keyboard.press("Escape");
  await tab.page.click('[data-key="interrupt"]');
  await tab.page.keyboard.press("ArrowUp");
  await tab.page.keyboard.press("F6");
  assertEquals(await tab.page.evaluate(() => document.activeElement!.id), "take");
  await tab.page.keyboard.press("Enter");
  await tab.says("#holder", "Nobody holds the keyboard.");
  // Long texts are pasted in parts, in order.
  await takeKeyboard(tab);
  const pasted = "0123456789".repeat(6000);
  await tab.page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const target = document.querySelector("#terminal textarea")!;
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }, pasted);
  program.write("pasted?");
  await showsLine(tab, "pasted?");
  await tab.page.click("#take");
  await tab.says("#holder", "Nobody holds the keyboard.");
  const typed = `\t\x1b\x03\x1b[A${pasted}`;
  assertEquals(await arrives(tab, program, typed), typed);
  tab.check(server);
});

Deno.test("where no WebSocket comes through, the page polls: it sees, types, and sees the end", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1);
  program.write("before\r\n");
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  await tab.page.addInitScript(() => {
    globalThis.WebSocket = class extends EventTarget {
      static readonly OPEN = 1;
      readonly readyState = 3;
      onclose: (() => void) | null = null;
      constructor() {
        super();
        queueMicrotask(() => this.onclose?.());
      }
      close() {}
      send() {}
    } as unknown as typeof WebSocket;
  });
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(1)}`, "live");
  await tab.says("#state-text", "Live, by polling");
  await showsLine(tab, "before");
  program.write("by polling ä€😀\r\n");
  await showsLine(tab, "by polling ä€😀");
  await takeKeyboard(tab);
  await tab.page.keyboard.type("hello\r");
  await tab.until(() => headwayTerminal.cols !== 80);
  program.write("bye\r\n");
  await showsLine(tab, "bye");
  assertEquals(await arrives(tab, program, "hello\r"), "hello\r");
  // More than a question's answer holds, and more than the server remembers.
  for (let i = 0; i < 40; i++) program.write(`${"x".repeat(60_000)}\r\n`);
  program.write("\x1b[2J\x1b[Hafter the flood");
  await showsLine(tab, "after the flood");
  program.exit(0);
  await tab.until(() => headwayTerminal.mode === "replay");
  await showsLine(tab, "after the flood");
  // A question that was on its way when the terminal went is answered with 404, which browsers note.
  const noted = tab.problems.filter((it) => !it.endsWith("a status of 404 (Not Found)"));
  tab.problems.splice(0, tab.problems.length, ...noted);
  tab.check(server);
});
