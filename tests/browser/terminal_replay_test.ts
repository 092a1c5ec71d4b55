/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { type PlayerTab, TestBrowser } from "../support/browser.ts";
import { ptyId, taskId, taskView } from "../support/memory_tasks.ts";
import { castOf, openTerminal, pageServer, showsLine } from "../support/terminal_tab.ts";
import type { TerminalServer } from "../support/terminal_server.ts";

/** Puts a task with this recording there. */
function recorded(server: TerminalServer, recording: string, transcript = "text\r\n"): string {
  const task = taskView(1, {
    ...{
      status: "completed",
      endedAt: 1060,
      summary: "Two leaks mended.",
      title: "Find the leaks",
    },
  });
  server.world.files.put(task.files.recording, recording);
  server.world.files.put(task.files.transcript, transcript);
  server.world.tasks.put(task);
  return `${server.httpUrl}/?session=${ptyId(1)}`;
}

const lines = (tab: PlayerTab) =>
  tab.page.evaluate(() => headwayTerminal.lines.filter((line) => line !== ""));

Deno.test("two bursts that were 3 s apart are 3 s apart in the page, to 50 ms of its own clock", async () => {
  await using server = await pageServer();
  const address = recorded(
    server,
    castOf([[0.5, "o", "first\r\n"], [3, "o", "second\r\n"], [9, "x", "0"]]),
  );
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  // The page's clock is the test's: it moves when it is told to.
  await tab.page.clock.install();
  await openTerminal(tab, address, "replay");
  await tab.page.setChecked("#skip", false);
  await tab.page.clock.pauseAt(Date.now() + 3_600_000);
  await tab.page.click("#play");
  /** Moves the page's clock until a text is there, or is not; tells by how much, ms. */
  const clockUntil = async (text: string, stepMs: number, isThere = true) => {
    for (let ms = 0; ms < 20_000; ms += stepMs) {
      if ((await lines(tab)).includes(text) === isThere) return ms;
      await tab.page.clock.runFor(stepMs);
    }
    throw new Error(`${text} never ${isThere ? "came" : "went"}`);
  };
  // From the end, play begins at the beginning.
  await clockUntil("first", 10, false);
  await clockUntil("first", 10);
  const apartMs = await clockUntil("second", 10);
  assert(Math.abs(apartMs - 3000) <= 50, `${apartMs} ms`);
  // Four times as fast, it is a quarter of that.
  await tab.page.evaluate(() => document.querySelector<HTMLElement>("#play")!.click());
  await tab.page.selectOption("#speed", "4");
  await tab.page.evaluate(() => {
    const position = document.querySelector<HTMLInputElement>("#position")!;
    position.value = "0";
    position.dispatchEvent(new Event("input"));
  });
  await clockUntil("first", 10, false);
  await tab.page.evaluate(() => document.querySelector<HTMLElement>("#play")!.click());
  await clockUntil("first", 5);
  const quarterMs = await clockUntil("second", 5);
  assert(Math.abs(quarterMs - 750) <= 50, `${quarterMs} ms`);
  assertEquals(tab.problems, []);
});

Deno.test("a recording opens at its end, and goes wherever one asks: slider, keys, markers", async () => {
  await using server = await pageServer();
  const address = recorded(
    server,
    castOf([
      ...[[1, "o", "one\r\n"], [1, "m", "plan"], [1, "o", "two\r\n"]] as const,
      ...[[1, "r", "100x30"], [600, "m", "execute_1"], [1, "o", "\x1b[31mthree\x1b[0m"]] as const,
      [1, "x", "0"],
    ]),
  );
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(await browser.tab(), address, "replay");
  await showsLine(tab, "three");
  assertEquals(new URL(tab.page.url()).pathname, `/tasks/${taskId(1)}`);
  assertEquals(await tab.text("#time"), "10:06 / 10:06");
  assertEquals(await tab.text("#summary"), "Two leaks mended.");
  assertEquals(await tab.page.evaluate(() => headwayTerminal.cols), 100);
  const goneTo = async (positionS: number) => {
    await tab.until(
      (positionS) => Math.abs(headwayTerminal.positionS! - positionS) < 0.01,
      positionS,
    );
  };
  await tab.page.fill("#position", "2.5");
  await goneTo(2.5);
  await tab.until(() => headwayTerminal.lines.filter((line) => line !== "").join() === "one");
  assertEquals(await tab.page.evaluate(() => headwayTerminal.cols), 80);
  await tab.page.selectOption("#marks", { label: "10:04 execute_1" });
  await goneTo(604);
  await tab.until(() => headwayTerminal.lines.filter((line) => line !== "").join() === "one,two");
  await tab.page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await tab.page.keyboard.press("Home");
  await goneTo(0);
  await tab.page.keyboard.press("ArrowRight");
  await goneTo(5);
  await tab.page.keyboard.press(">");
  assertEquals(await tab.page.inputValue("#speed"), "2");
  // The ten minutes without anything are passed in the time of two seconds.
  await tab.page.keyboard.press("Space");
  await tab.until(() => !document.querySelector("#skipping")!.hasAttribute("hidden"));
  await showsLine(tab, "three");
  await tab.until(() => document.querySelector("#play")!.getAttribute("aria-pressed") === "false");
  await tab.says("#state-text", "Recording, at its end");
  // Nothing of it is typed anywhere, and nobody listens any more.
  const asked = tab.requests.filter((url) => /\/(input|output|keyboard|ws)/.test(url));
  assertEquals(asked, []);
  tab.check(server);
});

Deno.test("recording and transcript can be saved, and the transcript read as plain text", async () => {
  await using server = await pageServer();
  const address = recorded(
    server,
    castOf([[1, "o", "hello"]]),
    "\x1b[32mok\x1b[0m one\r\n10%\r100%\r\n<b>not bold</b>\r\n",
  );
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(await browser.tab(), address, "replay");
  for (const [id, name] of [["v3", ".cast"], ["v2", "-v2.cast"], ["text", ".log"]] as const) {
    const [download] = await Promise.all([
      tab.page.waitForEvent("download"),
      tab.page.click(`#get-${id}`),
    ]);
    assertEquals(download.suggestedFilename(), `${taskId(1)}${name}`);
  }
  await tab.page.click("#show-transcript");
  await tab.until(() => document.querySelector("#transcript pre") !== null);
  assertEquals(await tab.page.textContent("#transcript"), "ok one\n100%\n<b>not bold</b>\n");
  assert(await tab.page.isHidden("#screen-view") && await tab.page.isHidden("#earlier"));
  await tab.page.click("#show-replay");
  assert(await tab.page.isVisible("#terminal"));
  tab.check(server);
});

Deno.test("a torn recording is played as far as it goes; one that is none leaves the transcript", async () => {
  await using server = await pageServer();
  await using browser = await TestBrowser.start();
  const torn = recorded(server, `${castOf([[1, "o", "whole"]])}[0.5,"o","to`);
  const tab = await openTerminal(await browser.tab(), torn, "replay");
  await showsLine(tab, "whole");
  tab.check(server);
  const other = await openTerminal(
    await browser.tab(),
    recorded(server, "garbage\n", "what was written\r\n"),
    "bytes",
  );
  await showsLine(other, "what was written");
  assert((await other.text("#notice")).includes("no timed replay"));
  other.check(server);
});

Deno.test("a link to what is gone shows the expired page, and a reload asks nothing else", async () => {
  await using server = await pageServer();
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(77)}`, "gone");
  assertEquals(await tab.text("#gone-title"), "Nothing here any more");
  assertEquals(await tab.text("#gone-id"), ptyId(77));
  assert(await tab.page.isHidden("#screen-view"));
  assertEquals(await tab.page.getAttribute("#gone a", "href"), "/tasks");
  const foreign = tab.requests.filter((url) => !url.startsWith(server.httpUrl));
  assertEquals(foreign, []);
  // The refusal itself is all that the browser complains of.
  assertEquals(tab.problems.filter((text) => !text.includes("404")), []);
});
