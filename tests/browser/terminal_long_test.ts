/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { TestBrowser } from "../support/browser.ts";
import { ptyId, taskView } from "../support/memory_tasks.ts";
import { castOf, openTerminal, pageServer, showsLine } from "../support/terminal_tab.ts";

const MIB = 2 ** 20;
/** 10 MiB of lines with colours. */
const LINES = Array.from(
  { length: 160_000 },
  (_, i) =>
    `\x1b[3${i % 8}m${String(i).padStart(6, "0")}\x1b[0m ${
      "lorem ipsum dolor sit amet ".repeat(2)
    }\r\n`,
);
const TEXT = `${LINES.join("").slice(0, 10 * MIB - 12)}\r\nthe end\r\n`;

Deno.test("10 MiB without times: the last one is shown first, the rest when asked for, a frame between slices", async () => {
  await using server = await pageServer();
  const task = taskView(1, { status: "completed", endedAt: 1060 });
  server.world.files.put(task.files.transcript, TEXT);
  server.world.tasks.put(task);
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  const ranges: string[] = [];
  tab.page.on("request", (request) => {
    const { range } = request.headers();
    if (range !== undefined) ranges.push(range);
  });
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(1)}`, "bytes");
  await showsLine(tab, "the end");
  assertEquals(ranges, [`bytes=${TEXT.length - MIB}-${TEXT.length - 1}`]);
  assert((await tab.text("#bytes-text")).startsWith("The last 1.0 MiB"));
  await tab.page.evaluate(() => {
    const seen = { frames: 0, slices: new Set<number>() };
    Object.assign(globalThis, { seen });
    const count = () => {
      seen.frames++;
      seen.slices.add(headwayTerminal.writtenBytes!);
      requestAnimationFrame(count);
    };
    count();
  });
  await tab.page.click("#load-all");
  await tab.until((size) => headwayTerminal.writtenBytes === size, TEXT.length);
  await showsLine(tab, "the end");
  const { frames, slices } = await tab.page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: { frames: number; slices: Set<number> } };
    return { frames: seen.frames, slices: seen.slices.size };
  });
  // One frame at least for each 64 KiB, each seen with a part of the work done.
  assert(frames >= 150 && slices >= 150, `${frames} frames, ${slices} states`);
  // As plain text: again the end first.
  await tab.page.click("#show-transcript");
  await tab.until(() => document.querySelector("#transcript pre") !== null);
  assert((await tab.text("#transcript")).endsWith("the end"));
  assert((await tab.text("#earlier")).includes("9.0 MiB more"));
  const before = await tab.page.evaluate(() =>
    document.querySelector("#transcript")!.textContent!.length
  );
  await tab.page.click("#earlier");
  await tab.until(
    (before) => document.querySelector("#transcript")!.textContent!.length > 1.9 * before,
    before,
  );
  const shown = await tab.page.evaluate(() => document.querySelector("#transcript")!.textContent!);
  const numbers = [...shown.matchAll(/^(\d{6}) lorem/gm)].map(([, number]) => Number(number));
  assert(numbers.length > 20_000);
  assert(
    numbers.every((number, i) => i === 0 || number === numbers[i - 1]! + 1),
    "a line is missing",
  );
  tab.check(server);
});

Deno.test("a recording of 10 MiB opens at its end, and any place of it is a step away", async () => {
  await using server = await pageServer();
  const task = taskView(1, { status: "completed", endedAt: 1060 });
  const events: [number, string, string][] = [];
  for (let at = 0; at < TEXT.length; at += 16_384) {
    events.push([0.5, "o", TEXT.slice(at, at + 16_384)]);
  }
  server.world.files.put(task.files.recording, castOf(events));
  server.world.files.put(task.files.transcript, TEXT);
  server.world.tasks.put(task);
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab(),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "replay",
  );
  await showsLine(tab, "the end");
  for (const index of [600, 20, 333]) {
    await tab.page.fill("#position", String(index / 2));
    const lastLine = TEXT.slice(0, index * 16_384).split("\r\n").at(-2)!.slice(5, 11);
    await showsLine(tab, lastLine);
  }
  tab.check(server);
});
