/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import type { AiAnswer, AskAi } from "../../server/copilot/ai_answer.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { SessionLines } from "../support/session_lines.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A server over one session that has come to rest. */
async function serverOfOne(folder: string, ai: AskAi) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const lines = new SessionLines("one", { nowMs: Date.now() - 60_000 });
  Deno.writeTextFileSync(`${projects}/one.jsonl`, lines.prompt("Begin").answer("Done.").take());
  return await playerServer({ transcriptRoots: [folder], boardFolder: `${folder}/home`, ai });
}

/** Its autopilot, as the server tells of it and is told. */
function pilotOf(httpUrl: string) {
  const path = `${httpUrl}/api/sessions/one/autopilot`;
  return {
    path,
    pilot: async () => await (await fetch(path)).json(),
    async put(settings: Readonly<Record<string, unknown>>) {
      const response = await fetch(path, {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(settings),
      });
      assert(response.ok, await response.text());
    },
  };
}

Deno.test("an autopilot is set up on a session's page without losing what was said of it, shown on its card, and halted on the board", async () => {
  await using folder = await tempFolder();
  const ai: AskAi = {
    availability: { available: true },
    ask: () => Promise.resolve({ kind: "failed", reason: "nobody asks", costUsd: 0 }),
  };
  await using server = await serverOfOne(folder.path, ai);
  const { path, pilot, put } = pilotOf(server.httpUrl);
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await tab.page.goto(`${server.httpUrl}/board`);
  await tab.page.waitForSelector('[data-id="one"]');
  assertEquals(await tab.page.isVisible("#halt"), false);
  await put({ mode: "off", maxSends: 3, idleSeconds: 300 });

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
  // The other half of a double click lets nothing go on.
  const asked: string[] = [];
  tab.page.on("request", (it) => void asked.push(new URL(it.url()).pathname));
  await tab.page.dispatchEvent('[data-testid="btn-halt"]', "click", { detail: 2 });
  await tab.page.evaluate(async (url) => void await fetch(url), path);
  assertEquals(asked, ["/api/sessions/one/autopilot"]);
  await tab.page.dispatchEvent('[data-testid="btn-halt"]', "click");
  await tab.says(card, "autopilot: drafts");
  assertEquals((await pilot()).halted, false);
  // To halt them every click is good enough.
  await tab.page.dispatchEvent('[data-testid="btn-halt"]', "click", { detail: 2 });
  await tab.says(card, "autopilot: drafts, halted");
  tab.problems.splice(0, tab.problems.length, ...tab.problems.filter((it) => !/400/.test(it)));
  tab.check(server);
});

Deno.test("on a session's page autopilots are set up and halted at once, also while a draft is made", async () => {
  await using folder = await tempFolder();
  const answer = Promise.withResolvers<AiAnswer>();
  const ai: AskAi = { availability: { available: true }, ask: () => answer.promise };
  await using server = await serverOfOne(folder.path, ai);
  const { pilot, put } = pilotOf(server.httpUrl);
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await tab.page.goto(`${server.httpUrl}/s/one`);
  await tab.page.tap("#reply-more");
  // Of several lines, which the field on the page does not have.
  const message = "Go on.\nThen rest.";
  await put({ mode: "off", message });
  await tab.page.tap("#reply-draft");
  await tab.says("#reply-said", "A model drafts a reply…");

  await tab.page.evaluate(() => {
    const mode = document.querySelector<HTMLSelectElement>("#reply-autopilot")!;
    const resume = document.querySelector<HTMLInputElement>("#reply-resume")!;
    resume.checked = true;
    resume.dispatchEvent(new Event("change"));
    mode.value = "message";
    mode.dispatchEvent(new Event("change"));
  });
  await tab.says(
    "#reply-said",
    "The autopilot sends the text; the text is sent when a limit ends",
  );
  const { mode, resumeOnReset, ...rest } = await pilot();
  assertEquals([mode, resumeOnReset, rest.message], ["message", true, message]);
  await tab.page.tap("#reply-halt");
  await tab.says("#reply-said", "All autopilots are halted");
  assertEquals((await pilot()).halted, true);

  // Whatever was said along with what is refused is not taken, and the page shows what holds.
  await tab.page.evaluate(() => {
    const mode = document.querySelector<HTMLSelectElement>("#reply-autopilot")!;
    const text = document.querySelector<HTMLInputElement>("#reply-message")!;
    text.value = "/clear";
    text.dispatchEvent(new Event("change"));
    mode.value = "ai";
    mode.dispatchEvent(new Event("change"));
  });
  await tab.until(() =>
    document.getElementById("reply-said")!.textContent!.includes("a line begins with a command")
  );
  await tab.until(() =>
    document.querySelector<HTMLSelectElement>("#reply-autopilot")!.value === "message"
  );
  assertEquals((await pilot()).mode, "message");
  // But it goes off, whether that is said along with it or while it is on its way.
  for (const isLater of [false, true]) {
    await tab.page.evaluate((isLater) => {
      const mode = document.querySelector<HTMLSelectElement>("#reply-autopilot")!;
      const text = document.querySelector<HTMLInputElement>("#reply-message")!;
      const turnOff = () => {
        mode.value = "off";
        mode.dispatchEvent(new Event("change"));
      };
      text.value = "/clear";
      text.dispatchEvent(new Event("change"));
      if (isLater) queueMicrotask(() => queueMicrotask(turnOff));
      else turnOff();
    }, isLater);
    await tab.until(() =>
      document.querySelector<HTMLInputElement>("#reply-message")!.value !== "/clear"
    );
    assertEquals((await pilot()).mode, "off");
    await tab.page.selectOption("#reply-autopilot", "message");
    await tab.until(() =>
      document.getElementById("reply-said")!.textContent!.startsWith("The autopilot sends the text")
    );
  }
  answer.resolve({ kind: "answer", text: "Run the tests.", costUsd: 0, model: null });
  await tab.until(() =>
    document.querySelector<HTMLTextAreaElement>("#reply-text")!.value === "Run the tests."
  );
  tab.problems.splice(0, tab.problems.length, ...tab.problems.filter((it) => !/400/.test(it)));
  tab.check(server);
});
