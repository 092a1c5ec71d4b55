/// <reference lib="dom" />
/**
 * Draws docs/images/tasks-viewer.png: a recording in the viewer, in a real Chromium. Needs Chromium.
 *
 * @module
 */
import { WallClock } from "../runtime/mod.ts";
import { TestBrowser } from "../tests/support/browser.ts";
import { ptyId, taskView } from "../tests/support/memory_tasks.ts";
import { castOf, openTerminal, pageServer } from "../tests/support/terminal_tab.ts";

/** The part of the page that is shown. */
const CLIP = { x: 0, y: 0, width: 1280, height: 800 };

const RECORDING = castOf([
  [0.2, "o", "\x1b[1;32m$\x1b[0m headway scenario seek-storm --seed 7\r\n"],
  [1.4, "m", "plan"],
  [6, "o", "\x1b[34mseek-storm\x1b[0m  12.3 s simulated, lead \x1b[1m0.42 s\x1b[0m\r\n"],
  [0.1, "o", "  \x1b[32m✓\x1b[0m lead p5 at least 0.2 s\r\n"],
  [0.1, "o", "  \x1b[31m✗\x1b[0m stale audio at most 1 %: \x1b[31m1.8 %\x1b[0m\r\n"],
  [2, "m", "execute_1"],
  [31, "o", "\r\n\x1b[1mserver/streaming/lead.ts\x1b[0m\r\n"],
  [0.4, "o", "\x1b[31m- const deadS = buffered;\x1b[0m\r\n"],
  [0.4, "o", "\x1b[32m+ const deadS = Math.min(buffered, halfS);\x1b[0m\r\n\r\n"],
  [4, "o", "\x1b[1;32m$\x1b[0m headway scenario seek-storm --seed 7\r\n"],
  [6, "m", "synthesize"],
  [0.2, "o", "\x1b[34mseek-storm\x1b[0m  12.3 s simulated, lead \x1b[1m0.44 s\x1b[0m\r\n"],
  [0.1, "o", "  \x1b[32m✓\x1b[0m lead p5 at least 0.2 s\r\n"],
  [0.1, "o", "  \x1b[32m✓\x1b[0m stale audio at most 1 %: 0.6 %\r\n"],
  [2, "x", "0"],
]);

if (import.meta.main) {
  await using server = await pageServer();
  const nowS = new WallClock().unixS();
  const task = taskView(0x2a17c, {
    ...{ title: "Find why seek-storm hears stale audio, and mend it", agent: "claude" },
    ...{ ptyId: ptyId(1), createdAt: nowS - 3720, endedAt: nowS - 3660, status: "completed" },
    summary: "After a seek the dead zone was longer than half the buffer. It is capped now.",
  });
  server.world.files.put(task.files.recording, RECORDING);
  server.world.files.put(task.files.transcript, "");
  server.world.tasks.put(task);
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(
    await browser.tab({ viewport: { width: CLIP.width, height: CLIP.height } }),
    `${server.httpUrl}/?session=${ptyId(1)}`,
    "replay",
  );
  await tab.page.fill("#position", "52.5");
  await tab.until(() => headwayTerminal.lines.some((line) => line.includes("0.6 %")));
  await tab.page.screenshot({ path: "docs/images/tasks-viewer.png", clip: CLIP });
}
