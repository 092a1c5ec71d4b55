/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import type { AskAi } from "../../server/copilot/ai_answer.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { SessionLines } from "../support/session_lines.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("why a session got nowhere is asked on its card and its page, also when nobody can answer it, and stays noted", async () => {
  await using folder = await tempFolder();
  const projects = `${folder.path}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const lines = new SessionLines("one", { nowMs: Date.now() - 3600_000 }).prompt("Mend the build");
  for (let i = 0; i < 4; i++) lines.bash("npm test", "npm: not found", true);
  const transcript = `${projects}/one.jsonl`;
  Deno.writeTextFileSync(transcript, lines.answer("It does not build.").take());
  // An hour ago, and no process: it has ended.
  await Deno.utime(transcript, lines.nowMs / 1000, lines.nowMs / 1000);
  const ai: AskAi = {
    availability: { available: true },
    ask: () => {
      const text = '## Why\n\nnpm is missing <img src=x onerror="document.title=1">';
      return Promise.resolve({ kind: "answer", text, costUsd: 0.02, model: "sonnet" });
    },
  };
  await using server = await playerServer({
    ...{ transcriptRoots: [folder.path], boardFolder: `${folder.path}/home`, ai },
  });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await tab.page.goto(`${server.httpUrl}/board`);
  const card = '#list-done [data-id="one"]';
  await tab.page.waitForSelector(card);
  await tab.page.tap(`${card} [data-testid="btn-diagnose"]`);
  await tab.page.waitForSelector(`${card} [data-testid="diagnosis-note"]`);
  assert((await tab.text(`${card} .reply pre >> nth=1`)).includes("npm is missing <img"));
  const shown = ["btn-send", "btn-draft", "reply-text"].map((name) =>
    tab.page.isVisible(`${card} [data-testid="${name}"]`)
  );
  assertEquals(await Promise.all(shown), [false, false, false]);

  await tab.page.tap(`${card} [data-testid="diagnosis-note"]`);
  await tab.page.waitForURL(/\/backlinks\?session=one/);
  await tab.page.waitForSelector('[data-testid="note"]');
  assert((await tab.text('[data-testid="note"] .body')).includes("npm is missing <img"));
  assert((await tab.text('[data-testid="note"] .quiet')).startsWith("diagnosis of a model"));

  await tab.page.goto(`${server.httpUrl}/s/one`);
  await tab.page.tap("#reply-diagnose");
  await tab.page.waitForSelector('#reply-diagnosis [data-testid="diagnosis-note"]');
  assertEquals(await tab.page.isVisible("#reply-send"), false);
  const why = await tab.text("#reply-why");
  assert(why.includes("failed 4 times") && why.endsWith("It has ended."), why);
  const wide = () => document.documentElement.scrollWidth - innerWidth;
  assert(await tab.page.evaluate(wide) <= 0);
  assertEquals(await tab.page.evaluate(() => document.querySelectorAll("img").length), 0);
  tab.check(server);
});
