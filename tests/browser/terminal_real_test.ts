/// <reference lib="dom" />
/** The whole of it: a tool call, a real agent in a real terminal, a person who watches and comes back. */
import { assert, assertEquals } from "@std/assert";
import { serve } from "../../serve/serve.ts";
import { scriptsOnce, TestBrowser } from "../support/browser.ts";
import { STUB_AGENT } from "../support/live_tasks.ts";
import { MemoryLog } from "../support/memory_log.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { openTerminal, showsLine, takeKeyboard } from "../support/terminal_tab.ts";

const RESULT = { status: "completed", summary: "Two leaks mended." };
/** What the agent does: it goes on when the person has come. */
const SCENARIO = [
  ...["say looking for leaks", "progress plan reads the gateway", "await somebody_watches"],
  ...["say mended", `result ${JSON.stringify(RESULT)}`],
];

interface Started {
  readonly task_id: string;
  readonly session_id: string;
  readonly viewer_url: string;
}

/** Calls a tool as a client of the protocol does. */
async function callTool<T>(httpUrl: string, name: string, args: object): Promise<T> {
  const response = await fetch(`${httpUrl}/mcp/tasks`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name, arguments: args },
    }),
  });
  const { result } = await response.json();
  return JSON.parse(result.content[0].text) as T;
}

Deno.test("a client calls coda_run, a person watches at the address, and replays it later at four times the speed", async () => {
  await using folder = await tempFolder();
  await using server = await serve({
    ...{ port: 0, controlPort: "off", noBackend: true, log: new MemoryLog() },
    ...{ tasksFolder: `${folder.path}/tasks/sessions`, agentCommand: STUB_AGENT },
    ...{ tasksGraceS: 3600, bundleScripts: scriptsOnce },
  });
  const started = await callTool<Started>(server.httpUrl, "coda_run", {
    prompt: SCENARIO.join("\n"),
    email: "me@example.org",
  });
  await using browser = await TestBrowser.start();
  const tab = await openTerminal(await browser.tab(), started.viewer_url, "live");
  await showsLine(tab, "looking for leaks");
  assertEquals(new URL(tab.page.url()).pathname, `/tasks/${started.task_id}`);
  // What a terminal of forty rows is worked with is on the page without scrolling.
  const { bottom, height } = await tab.page.evaluate(() => ({
    bottom: document.querySelector("#take")!.getBoundingClientRect().bottom,
    height: innerHeight,
  }));
  assert(bottom <= height, `the button ends at ${bottom} px of ${height}`);
  const { session_id: session, task_id: task } = started;
  await Deno.writeTextFile(
    `${folder.path}/tasks/sessions/${session}/tasks/${task}/somebody_watches`,
    "",
  );
  await tab.until(() => document.querySelector("#result")!.checkVisibility());
  await tab.says("#summary", "Two leaks mended.");
  // In its grace the terminal is a shell that may be used.
  await takeKeyboard(tab);
  await tab.page.keyboard.type("echo $((6*7)); exit\r");
  await tab.until(() => headwayTerminal.mode === "replay");
  await showsLine(tab, "42");
  const inbox = await browser.tab();
  await inbox.page.goto(`${server.httpUrl}/tasks`);
  await inbox.until(() => document.querySelector(".task .status")?.textContent === "Completed");
  // Later, from the list.
  await inbox.page.click(".task a");
  await inbox.until(() => globalThis.headwayTerminal?.mode === "replay");
  await inbox.page.selectOption("#speed", "4");
  await inbox.page.click("#play");
  await inbox.until(() => headwayTerminal.lines.every((line) => !line.includes("42")));
  await inbox.until(() =>
    document.querySelector("#play")!.getAttribute("aria-pressed") === "false"
  );
  await showsLine(inbox, "42");
  assert((await inbox.text("#state-text")).startsWith("Recording"));
  tab.check(server);
  inbox.check(server);
});
