/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import type { AskAi } from "../../server/copilot/ai_answer.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { TestTmux } from "../support/tmux.ts";

const record = (more: object) =>
  JSON.stringify({
    ...{ uuid: crypto.randomUUID(), parentUuid: null, sessionId: "one", isSidechain: false },
    ...{ timestamp: new Date().toISOString(), cwd: "/home/dev/project", version: "2.1.200" },
    userType: "external",
    ...more,
  });

/** What of a page with a box is too wide for the screen, or too small for a finger. */
const misfits = () => [
  ...(document.documentElement.scrollWidth > innerWidth ? ["the page is too wide"] : []),
  ...[...document.querySelectorAll(".reply button, .reply select, .reply textarea")].flatMap(
    (it) => {
      const { height, width } = it.getBoundingClientRect();
      const fits = height >= 43.9 && width >= 43.9 || !it.checkVisibility();
      return fits ? [] : [`${it.outerHTML} ${width} x ${height}`];
    },
  ),
];

Deno.test("on a phone a person finds the agent that waits, reads why, and answers it", async () => {
  await using folder = await tempFolder();
  await using tmux = await TestTmux.start();
  const projects = `${folder.path}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  await Deno.mkdir(`${folder.path}/sessions`);
  const transcript = `${projects}/one.jsonl`;
  const lines = [
    record({ type: "user", message: { role: "user", content: "Mend the seam" } }),
    record({
      type: "assistant",
      requestId: "req-1",
      message: {
        ...{ id: "msg-1", role: "assistant", model: "claude-sonnet-5", stop_reason: "end_turn" },
        content: [{ type: "text", text: "Mended. Shall I push it to the branch?" }],
        usage: { input_tokens: 10, output_tokens: 20 },
      },
    }),
  ];
  Deno.writeTextFileSync(transcript, lines.map((line) => `${line}\n`).join(""));
  const agent = await tmux.open({ transcript });
  const stat = Deno.readTextFileSync(`/proc/${agent.pid}/stat`);
  const procStart = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  Deno.writeTextFileSync(
    `${folder.path}/sessions/${agent.pid}.json`,
    JSON.stringify({
      ...{ pid: agent.pid, sessionId: "one", procStart, status: "idle" },
      statusUpdatedAt: Date.now(),
    }),
  );
  const ai: AskAi = {
    availability: { available: true },
    ask: (prompt) => {
      const isTriage = prompt.startsWith("You sort");
      const label = '{"id": "one", "label": "Wants a push", "why": "it is mended"}';
      const text = isTriage ? label : "Yes, push it.";
      return Promise.resolve({ kind: "answer", text, costUsd: 0.02, model: "sonnet" });
    },
  };
  await using server = await playerServer({
    transcriptRoots: [folder.path],
    boardFolder: `${folder.path}/home`,
    tmux,
    processes: tmux,
    typistPatience: { shownS: 30, confirmS: 60 },
    ai,
  });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({
    ...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 3 },
    ...{ hasTouch: true, isMobile: true },
  });
  // From the first page to the agent that waits, and why it does.
  await tab.page.goto(`${server.httpUrl}/`);
  await tab.page.tap("nav >> text=Board");
  await tab.page.waitForURL("**/board");
  const card = '#list-needs [data-id="one"]';
  await tab.page.waitForSelector(card);
  assertEquals(await tab.text(`${card} .attn`), "asks you something");
  assertEquals(await tab.text(`${card} .last`), "Mended. Shall I push it to the branch?");
  await tab.page.tap("#triage");
  await tab.until(() =>
    document.querySelector("[data-id=one] .triage-label")?.textContent ===
      "✦ Wants a push: it is mended"
  );
  // T56: what a model wrote stands beside the cards, not in them.
  const board = await (await fetch(`${server.httpUrl}/api/board`)).text();
  assert(board.includes('"one"') && !board.includes("Wants a push") && !board.includes("mended"));
  await tab.page.tap(`${card} [data-testid="btn-reply"]`);
  await tab.until(() =>
    document.querySelector("[data-testid=reply-why]")?.textContent
      ?.includes("ends with a question") ?? false
  );
  assert((await tab.text('[data-testid="pane-text"]')).includes("❯"));
  assertEquals(await tab.page.evaluate(misfits), []);

  // A draft is a draft: nothing goes to the terminal before it is sent.
  const box = '[data-id="one"] [data-testid="reply-text"]';
  await tab.page.tap('[data-testid="btn-draft"]');
  await tab.until(() =>
    document.querySelector<HTMLTextAreaElement>("[data-testid=reply-text]")!.value ===
      "Yes, push it."
  );
  assert((await tab.text('[data-testid="delivery"]')).includes("read it before you send it"));
  assertEquals(tmux.typed(agent), "");
  await tab.page.fill(box, "Yes, push it;\nthen rest.");
  await tab.page.tap('[data-testid="btn-send"]');
  await tab.says('[data-testid="delivery"]', "Confirmed: the session has it");
  assertEquals(tmux.typed(agent), "\x1b[200~Yes, push it;\rthen rest.\x1b[201~\r");
  assertEquals(await tab.page.inputValue(box), "");

  // What is written stands in the box of the session's page, too.
  await tab.page.fill(box, "1");
  await tab.page.tap('[data-id="one"] h3 a');
  await tab.page.waitForURL("**/s/one");
  await tab.until(() => document.getElementById("items")!.textContent!.includes("then rest."));
  // The box has a script of its own, which may come after the transcript.
  await tab.until(() => document.querySelector<HTMLTextAreaElement>("#reply-text")!.value === "1");
  await tab.page.tap("#reply-more");
  assertEquals(await tab.page.evaluate(misfits), []);
  await tab.page.tap("#reply-more");

  // A dialog that asks for leave is shown, and gets no key.
  await tmux.show(agent, "permission", "Do you want");
  await tab.page.tap("#reply-send");
  await tab.until(() =>
    document.getElementById("reply-said")!.textContent!.includes("asks for leave")
  );
  await tab.until(() =>
    document.getElementById("reply-why")!.textContent!.includes("answer it in the terminal")
  );
  // What is asked is to be read without another tap.
  const screen = "#reply-screen";
  assert(await tab.page.isVisible(screen) && (await tab.text(screen)).includes("rm -rf build"));
  assertEquals(tmux.typed(agent), "\x1b[200~Yes, push it;\rthen rest.\x1b[201~\r");
  assertEquals(await tab.page.inputValue("#reply-text"), "1");

  // A tap on a push lands on the card.
  await tab.page.goto(`${server.httpUrl}/board?card=one`);
  const isOnCard = () => document.activeElement?.closest("[data-id=one]") !== null;
  await tab.until(isOnCard);
  // By keyboard: the box opens with what was written, and with a draft when nothing was.
  const isInBox = () => document.activeElement?.matches("[data-testid=reply-text]") ?? false;
  await tab.page.keyboard.press("d");
  await tab.until(isInBox);
  assertEquals(await tab.page.inputValue(box), "1");
  await tab.page.fill(box, "");
  await tab.page.keyboard.press("Escape");
  assertEquals(await tab.page.evaluate(isOnCard), true);
  assertEquals(await tab.page.isVisible(box), false);
  await tab.page.keyboard.press("d");
  await tab.until(() =>
    document.querySelector<HTMLTextAreaElement>("[data-testid=reply-text]")?.value ===
      "Yes, push it."
  );
  tab.problems.splice(0, tab.problems.length, ...tab.problems.filter((it) => !/409/.test(it)));
  tab.check(server);
});
