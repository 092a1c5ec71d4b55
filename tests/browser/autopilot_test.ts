/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import type { AskAi } from "../../server/copilot/ai_answer.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { SessionLines } from "../support/session_lines.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("an autopilot is set up on a session's page without losing what was said of it, shown on its card, and halted on the board", async () => {
  await using folder = await tempFolder();
  const projects = `${folder.path}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const lines = new SessionLines("one", { nowMs: Date.now() - 60_000 });
  Deno.writeTextFileSync(`${projects}/one.jsonl`, lines.prompt("Begin").answer("Done.").take());
  const ai: AskAi = {
    availability: { available: true },
    ask: () => Promise.resolve({ kind: "failed", reason: "nobody asks", costUsd: 0 }),
  };
  await using server = await playerServer({
    ...{ transcriptRoots: [folder.path], boardFolder: `${folder.path}/home`, ai },
  });
  const path = `${server.httpUrl}/api/sessions/one/autopilot`;
  const pilot = async () => await (await fetch(path)).json();
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await tab.page.goto(`${server.httpUrl}/board`);
  await tab.page.waitForSelector('[data-id="one"]');
  assertEquals(await tab.page.isVisible("#halt"), false);
  await fetch(path, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ mode: "off", maxSends: 3, idleSeconds: 300 }),
  });

  await tab.page.goto(`${server.httpUrl}/s/one`);
  await tab.page.tap("#reply-more");
  await tab.page.fill("#reply-message", "Go on, please.");
  await tab.page.press("#reply-message", "Enter");
  await tab.says("#reply-said", "The autopilot is off");
  await tab.page.check("#reply-resume");
  await tab.says("#reply-said", "The autopilot is off; the text is sent when a limit ends");
  await tab.page.selectOption("#reply-autopilot", "ai");
  await tab.says("#reply-said", "The autopilot drafts; the text is sent when a limit ends");
  assertEquals(await pilot(), {
    ...{ mode: "ai", message: "Go on, please.", maxSends: 3, idleSeconds: 300 },
    ...{ resumeOnReset: true, sends: 0, halted: false },
  });
  await tab.page.fill("#reply-message", "/clear");
  await tab.page.press("#reply-message", "Enter");
  await tab.until(() =>
    document.getElementById("reply-said")!.textContent!.includes("a line begins with a command")
  );
  assertEquals(await tab.page.inputValue("#reply-message"), "Go on, please.");

  await tab.page.goto(`${server.httpUrl}/board`);
  const card = '[data-id="one"] [data-testid="card-autopilot"]';
  await tab.page.waitForSelector(card);
  await tab.says(card, "autopilot: drafts");
  await tab.page.tap('[data-testid="btn-halt"]');
  await tab.says(card, "autopilot: drafts, halted");
  assertEquals((await pilot()).halted, true);
  await tab.page.tap('[data-testid="btn-halt"]');
  await tab.says(card, "autopilot: drafts");
  assertEquals((await pilot()).halted, false);
  tab.problems.splice(0, tab.problems.length, ...tab.problems.filter((it) => !/400/.test(it)));
  tab.check(server);
});
