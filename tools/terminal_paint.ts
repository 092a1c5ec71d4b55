/// <reference lib="dom" />
/**
 * Measures how long a page takes from asking for a terminal to its first picture, on loopback, with a
 * real program on a real terminal in the server's terminal host. Needs Chromium, and all permissions.
 *
 * @module
 */
import { newPtyId } from "../server/tasks/ids.ts";
import { Rng, WallClock } from "../runtime/mod.ts";
import { openTerminals } from "../serve/tasks/open_terminals.ts";
import { TestBrowser } from "../tests/support/browser.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { openTerminal, pageServer } from "../tests/support/terminal_tab.ts";

/** Pages that are opened, and left out at the beginning while code is compiled. */
const PAGES = { measured: 30, before: 3 };
/** What the program has written by then: 1000 lines above the screen, with colours. */
const PROGRAM =
  'for i in $(seq 1 1100); do printf "\\033[3%dm%06d\\033[0m a line of output\\n" $((i % 8)) $i; done; sleep 600';

function share(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

if (import.meta.main) {
  const clock = new WallClock();
  await using terminals = openTerminals({ clock, log: new MemoryLog(), maxTerminals: 1 });
  const id = newPtyId(new Rng(crypto.randomUUID()));
  await terminals.create({
    ...{ id, label: "paint", argv: ["/bin/bash", "-c", PROGRAM], cwd: "/", cols: 120, rows: 40 },
    ...{ env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color" }, files: null, secrets: [] },
  });
  await using server = await pageServer({ terminals });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  const paintMs: number[] = [];
  for (let page = 0; page < PAGES.before + PAGES.measured; page++) {
    await openTerminal(tab, `${server.httpUrl}/?session=${id}`, "live");
    await tab.until(() => headwayTerminal.paintMs !== null);
    if (page >= PAGES.before) paintMs.push(await tab.page.evaluate(() => headwayTerminal.paintMs!));
  }
  await terminals.close(id);
  const sorted = paintMs.sort((a, b) => a - b);
  const [least, median, p95] = [0, 0.5, 0.95].map((part) => share(sorted, part).toFixed(0));
  console.log(
    `from asking to the first picture, ${sorted.length} pages: least ${least} ms, ` +
      `median ${median} ms, p95 ${p95} ms`,
  );
}
