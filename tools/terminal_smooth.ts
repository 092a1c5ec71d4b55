/// <reference lib="dom" />
/**
 * Measures how smoothly a page shows what a task of 10 MiB has left: the times between its frames while
 * it replays, while all of the output is loaded, and while the text is scrolled. Needs Chromium, and all
 * permissions.
 *
 * @module
 */
import { type PlayerTab, TestBrowser } from "../tests/support/browser.ts";
import { ptyId, taskView } from "../tests/support/memory_tasks.ts";
import { castOf, openTerminal, pageServer } from "../tests/support/terminal_tab.ts";

const BYTES = 10 * 2 ** 20;
/** How long each thing is looked at, seconds. */
const LOOK_S = 8;
/** Lines with colours, in pieces of 16 KiB every half second. */
const TEXT = Array.from(
  { length: 160_000 },
  (_, i) =>
    `\x1b[3${i % 8}m${String(i).padStart(6, "0")}\x1b[0m ${"lorem ipsum dolor ".repeat(3)}\r\n`,
).join("").slice(0, BYTES);
const PIECE_BYTES = 16_384;

function eventsOf(text: string): [number, string, string][] {
  const events: [number, string, string][] = [];
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    events.push([0.5, "o", text.slice(at, at + PIECE_BYTES)]);
  }
  return events;
}

/** Times between frames while something goes on, ms. */
async function framesDuring(tab: PlayerTab, work: () => Promise<void>): Promise<number[]> {
  await tab.page.evaluate(() => {
    const seen = { gapsMs: [] as number[], isOver: false };
    Object.assign(globalThis, { seen });
    let lastMs = performance.now();
    const count = (nowMs: number) => {
      seen.gapsMs.push(nowMs - lastMs);
      lastMs = nowMs;
      if (!seen.isOver) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  await work();
  const gapsMs = await tab.page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { gapsMs: number[]; isOver: boolean } };
    seen.isOver = true;
    return seen.gapsMs;
  });
  return gapsMs.slice(1);
}

function tell(what: string, gapsMs: readonly number[]): void {
  const sorted = [...gapsMs].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  const long = sorted.filter((ms) => ms > 50).length;
  console.log(
    `${what}: ${sorted.length} frames, median ${at(0.5).toFixed(1)} ms, p99 ${
      at(0.99).toFixed(1)
    } ms, ` +
      `longest ${at(1).toFixed(0)} ms, ${long} over 50 ms`,
  );
}

/** Turns the wheel over an element, up and down, for as long as is looked. */
async function scrolled(tab: PlayerTab, selector: string): Promise<void> {
  await tab.page.hover(selector);
  const untilMs = performance.now() + LOOK_S * 1000;
  for (let turn = 0; performance.now() < untilMs; turn++) {
    await tab.page.mouse.wheel(0, Math.floor(turn / 40) % 2 === 0 ? -400 : 400);
  }
}

if (import.meta.main) {
  await using server = await pageServer();
  const [timed, untimed] = [1, 2].map((number) =>
    taskView(number, { status: "completed", endedAt: 1060 })
  );
  for (const task of [timed!, untimed!]) {
    server.world.files.put(task.files.transcript, TEXT);
    server.world.tasks.put(task);
  }
  server.world.files.put(timed!.files.recording, castOf(eventsOf(TEXT)));
  await using browser = await TestBrowser.start();
  const idle = await browser.tab();
  await idle.page.goto(`${server.httpUrl}/tasks`);
  tell(
    "a page that does nothing",
    await framesDuring(idle, () => idle.page.waitForTimeout(LOOK_S * 1000)),
  );
  await idle.page.close();

  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "replay",
  );
  await tab.page.selectOption("#speed", "8");
  await tab.page.click("#play");
  tell(
    "a replay at 8×, 256 KiB of output a second",
    await framesDuring(tab, () => tab.page.waitForTimeout(LOOK_S * 1000)),
  );
  await tab.page.click("#play");
  tell("the lines above are scrolled", await framesDuring(tab, () => scrolled(tab, "#terminal")));

  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(2)}`, "bytes");
  tell(
    "all 10 MiB are loaded into the screen",
    await framesDuring(tab, async () => {
      await tab.page.click("#load-all");
      await tab.until((size) => headwayTerminal.writtenBytes === size, TEXT.length);
    }),
  );
  await tab.page.click("#show-transcript");
  await tab.until(() => document.querySelector("#transcript pre") !== null);
  for (let part = 0; part < 9; part++) {
    const before = await tab.page.evaluate(() =>
      document.querySelectorAll("#transcript pre").length
    );
    await tab.page.click("#earlier");
    await tab.until(
      (before) => document.querySelectorAll("#transcript pre").length > before,
      before,
    );
  }
  tell(
    "the whole text is scrolled",
    await framesDuring(tab, () => scrolled(tab, "#transcript")),
  );
}
