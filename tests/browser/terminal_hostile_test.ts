/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { type PlayerTab, TestBrowser } from "../support/browser.ts";
import { ptyId, taskView } from "../support/memory_tasks.ts";
import {
  arrives,
  castOf,
  openTerminal,
  pageServer,
  showsLine,
  takeKeyboard,
} from "../support/terminal_tab.ts";

const EVIL = `<img src=x onerror="globalThis.broken=1"><script>globalThis.broken=1</script>"'>`;

/** Fails if anything of a stranger's became more than text. */
async function isUnbroken(tab: PlayerTab): Promise<void> {
  const found = await tab.page.evaluate(() => ({
    broken: "broken" in globalThis,
    images: document.querySelectorAll("img, iframe, object, embed").length,
    scripts: [...document.scripts].map(({ src }) => new URL(src).pathname),
  }));
  assertEquals(found, { broken: false, images: 0, scripts: [found.scripts[0]!] });
}

Deno.test("a hostile id is shown as text, cut, and never sent to the server", async () => {
  await using server = await pageServer();
  await using browser = await TestBrowser.start();
  const ids = [EVIL, "../../etc/passwd", "x".repeat(500), "", `${ptyId(1)}\u202e`, "task-zzzzzzzz"];
  for (const id of ids) {
    for (
      const address of [`/?session=${encodeURIComponent(id)}`, `/tasks/${encodeURIComponent(id)}`]
    ) {
      if (address === "/tasks/") continue;
      const tab = await openTerminal(await browser.tab(), server.httpUrl + address, "gone");
      await isUnbroken(tab);
      const shown = await tab.text("#gone-id");
      assert(shown.length <= 64, shown);
      assertEquals(tab.requests.filter((url) => url.includes("/api/")), [], id);
      assertEquals(tab.problems, []);
      await tab.page.close();
    }
  }
});

Deno.test("titles, names, steps and results of strangers stay text, on both pages", async () => {
  await using server = await pageServer();
  const { world } = server;
  const evil = { title: EVIL, agent: EVIL, progress: { step: EVIL, message: EVIL } };
  await world.task(1, evil);
  const done = taskView(2, {
    ...{ ...evil, status: "failed", endedAt: 1010, summary: EVIL, errors: [EVIL, "second"] },
  });
  world.files.put(done.files.recording, castOf([[1, "o", EVIL], [1, "m", EVIL], [1, "o", "end"]]));
  world.files.put(done.files.transcript, EVIL);
  world.tasks.put(done);
  await using browser = await TestBrowser.start();
  const inbox = await browser.tab();
  await inbox.page.goto(`${server.httpUrl}/tasks`);
  await inbox.until(() => document.querySelectorAll(".task").length === 2);
  assertEquals(await inbox.page.textContent(".task .name"), EVIL);
  await isUnbroken(inbox);
  inbox.check(server);
  const live = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  assertEquals(await live.text("#title"), EVIL);
  assertEquals(await live.page.title(), `${EVIL} · Headway`);
  await isUnbroken(live);
  live.check(server);
  const replay = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(2)}`,
    "replay",
  );
  assertEquals(await replay.text("#summary"), EVIL);
  assertEquals(await replay.text("#errors li"), EVIL);
  await replay.page.click("#show-transcript");
  await replay.until(() => document.querySelector("#transcript pre") !== null);
  assertEquals(await replay.page.textContent("#transcript"), EVIL);
  await isUnbroken(replay);
  replay.check(server);
});

Deno.test("output neither answers for its viewer, nor names the page, nor changes colours, nor opens links", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1, { title: "Harmless" });
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await takeKeyboard(tab);
  await tab.until(() => headwayTerminal.link === "socket");
  const colour = () =>
    tab.page.evaluate(() => getComputedStyle(document.querySelector("#terminal .xterm")!).color);
  const before = await colour();
  const questions = [
    ...["\x1b[c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?25$p", "\x1b[4$p"],
    ...["\x1b[>q", "\x1b[14t", "\x1b[18t", "\x1b[21t", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\"],
    ...["\x1b]4;1;?\x07", "\x1b]10;?\x07", "\x1b]11;?\x07", "\x1b]12;?\x07", "\x1b]52;c;?\x07"],
  ];
  for (const question of questions) program.write(question);
  program.write(
    "\x1b]0;Evil title\x07\x1b]2;Evil title\x07\x1b]4;1;#00ff00\x07\x1b]10;#00ff00\x07",
  );
  program.write("\x1b]52;c;ZXZpbA==\x07");
  program.write("\x1b]8;;javascript:globalThis.broken=1\x1b\\click me\x1b]8;;\x1b\\\r\n");
  program.write("file:///etc/passwd javascript:alert(1)\r\nasked\r\n");
  await showsLine(tab, "asked");
  await tab.page.keyboard.type("#");
  // The server's terminal has answered what may be answered, once; the page nothing.
  const answers = (await arrives(tab, program, "#")).slice(0, -1);
  // deno-lint-ignore no-control-regex -- they are what is looked for
  const primary = answers.match(/\x1b\[\?1;2c/g) ?? [];
  assert(primary.length <= 1, JSON.stringify(answers));
  // deno-lint-ignore no-control-regex -- they are what is looked for
  assert(!/rgb:|\x1b\]|\x1bP/.test(answers), JSON.stringify(answers));
  assertEquals(await tab.page.title(), "Harmless · Headway");
  assertEquals(await colour(), before);
  const pages = tab.page.context().pages().length;
  const box = (await tab.page.locator("#terminal .xterm-screen").boundingBox())!;
  await tab.page.mouse.click(box.x + 20, box.y + 8);
  await tab.page.mouse.click(box.x + 20, box.y + 28);
  assertEquals(tab.page.context().pages().length, pages);
  await isUnbroken(tab);
  tab.check(server);
});

Deno.test("a link of the output is opened where it leads to the web, without a way back", async () => {
  await using server = await pageServer();
  const program = await server.world.task(1);
  program.write(`\x1b[2J\x1b[H${server.httpUrl}/tasks?from=output\r\nend\r\n`);
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "live",
  );
  await showsLine(tab, "end");
  const box = (await tab.page.locator("#terminal .xterm-screen").boundingBox())!;
  await tab.page.mouse.move(box.x + 30, box.y + 8);
  const [opened] = await Promise.all([
    tab.page.context().waitForEvent("page"),
    tab.page.mouse.click(box.x + 40, box.y + 8),
  ]);
  assertEquals(new URL(opened.url()).search, "?from=output");
  assertEquals(await opened.evaluate(() => globalThis.opener), null);
});
