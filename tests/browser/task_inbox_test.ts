/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { type PlayerTab, TestBrowser } from "../support/browser.ts";
import { groundOfPage, worstContrast } from "../support/contrast.ts";
import { ptyId, taskId, taskView } from "../support/memory_tasks.ts";
import { castOf, openTerminal, pageServer, takeKeyboard } from "../support/terminal_tab.ts";
import type { TerminalServer } from "../support/terminal_server.ts";

async function openInbox(tab: PlayerTab, server: TerminalServer): Promise<PlayerTab> {
  await tab.page.goto(`${server.httpUrl}/tasks`);
  await tab.says("#state-text", "Live");
  return tab;
}

const names = (tab: PlayerTab) =>
  tab.page.evaluate(() =>
    [...document.querySelectorAll("#tasks .name")].map((it) => it.textContent)
  );

Deno.test("the inbox follows what happens: new tasks, steps, results, terminals without a task", async () => {
  await using server = await pageServer();
  const { world } = server;
  await using browser = await TestBrowser.start();
  const tab = await openInbox(await browser.tab(), server);
  assert(await tab.page.isVisible("#empty"));
  const nowS = Date.now() / 1000;
  await world.task(1, { title: "First", createdAt: nowS - 60 });
  await tab.until(() => document.querySelectorAll("#tasks .task").length === 1);
  assert(await tab.page.isHidden("#empty"));
  assertEquals(await tab.text(".task .status"), "Running");
  assert((await tab.text(".task .age")).startsWith("for 1 min"));
  world.tasks.put(taskView(1, {
    ...{ title: "First", createdAt: nowS - 60, progress: { step: "plan", message: "reads code" } },
  }));
  await tab.until(() =>
    document.querySelector(".said")!.textContent === "hermes · plan: reads code"
  );
  await world.program(5, "my shell");
  world.tasks.put(taskView(2, {
    ...{
      title: "Second",
      createdAt: nowS,
      endedAt: nowS + 5,
      status: "completed",
      summary: "Done.",
    },
  }));
  await tab.until(() => document.querySelectorAll("#tasks .task").length === 2);
  assertEquals(await names(tab), ["Second", "First"]);
  assertEquals(await tab.text("#tasks .task:first-child .said"), "hermes · Done.");
  assertEquals(await tab.text("#terminals .name"), "my shell");
  // What has the focus keeps it while things change around it.
  await tab.page.focus("#tasks .task:nth-child(2) a");
  world.tasks.put(
    taskView(3, { title: "Third", createdAt: nowS + 10, status: "failed", endedAt: nowS + 11 }),
  );
  await tab.until(() => document.querySelectorAll("#tasks .task").length === 3);
  assertEquals(await tab.page.evaluate(() => document.activeElement!.textContent), "First");
  await tab.page.selectOption("#filter", "completed");
  await tab.until(() => document.querySelectorAll("#tasks .task").length === 1);
  assertEquals(await names(tab), ["Second"]);
  await tab.page.selectOption("#filter", "");
  await tab.says("#kept", "Tasks are kept for 1 d after their end.");
  await tab.page.click("text=First");
  await tab.until(() => globalThis.headwayTerminal?.mode === "live");
  assertEquals(new URL(tab.page.url()).pathname, `/tasks/${taskId(1)}`);
  await openInbox(tab, server);
  await tab.page.click("#new-terminal");
  await tab.until(() => globalThis.headwayTerminal?.mode === "live");
  assertEquals(await tab.text("#title"), "shell");
  tab.check(server);
});

/** A server with something on every page. */
async function furnished(): Promise<TerminalServer> {
  const server = await pageServer();
  const { world } = server;
  (await world.task(1, { title: "A task that runs" })).write(
    "\x1b[31mred\x1b[0m \x1b[33myellow\x1b[0m\r\n",
  );
  const done = taskView(2, {
    status: "completed",
    endedAt: 1060,
    summary: "Done as it should be.",
  });
  world.files.put(
    done.files.recording,
    castOf([[1, "o", "hello"], [1, "m", "plan"], [9, "x", "0"]]),
  );
  world.files.put(done.files.transcript, "hello");
  world.tasks.put(done);
  return server;
}

/** Every kind of page, one after the other. */
async function eachPage(
  tab: PlayerTab,
  server: TerminalServer,
  look: (name: string) => Promise<void>,
) {
  await openInbox(tab, server);
  await tab.until(() => document.querySelectorAll("#tasks .task").length === 2);
  await look("inbox");
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(1)}`, "live");
  await takeKeyboard(tab);
  server.world.terminals.beginGrace(ptyId(1), 300);
  await tab.until(() => !document.querySelector("#grace")!.hasAttribute("hidden"));
  await look("live");
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(2)}`, "replay");
  await look("replay");
  await openTerminal(tab, `${server.httpUrl}/?session=nothing`, "gone");
  await look("gone");
}

Deno.test("dark and light, every text of these pages can be read", async () => {
  await using server = await furnished();
  await using browser = await TestBrowser.start();
  for (const colorScheme of ["light", "dark"] as const) {
    const tab = await browser.tab({ colorScheme });
    await eachPage(tab, server, async (name) => {
      const worst = await worstContrast(tab.page);
      // WCAG 2.2, 1.4.3.
      assert(
        worst.ratio >= 4.5,
        `${colorScheme} ${name}: "${worst.text}" has ${worst.ratio.toFixed(2)}`,
      );
    });
    const ground = await groundOfPage(tab.page);
    assert(colorScheme === "light" ? ground > 200 : ground < 60, `${ground}`);
    tab.check(server);
  }
});

Deno.test("on a phone these pages fit, can be touched, and every field has a name", async () => {
  await using server = await furnished();
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  });
  await eachPage(tab, server, async (name) => {
    const found = await tab.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const seen = [...document.querySelectorAll<HTMLInputElement>("button, select, input")]
        .filter((it) => it.offsetParent !== null && it.closest(".xterm") === null);
      return {
        isTooWide: scrollWidth > clientWidth,
        small: seen.filter((it) =>
          it.matches("button, select") && it.getBoundingClientRect().height < 36
        )
          .map(({ id, textContent }) => id || textContent),
        nameless: seen.filter((it) =>
          (it.labels?.length ?? 0) === 0 && it.getAttribute("aria-label") === null &&
          it.textContent!.trim() === ""
        ).map(({ outerHTML }) => outerHTML),
      };
    });
    assertEquals(found, { isTooWide: false, small: [], nameless: [] }, name);
  });
  tab.check(server);
});

Deno.test("by the keyboard alone everything is reached, and the focus is seen", async () => {
  await using server = await furnished();
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  const reach = async (wanted: readonly string[]) => {
    const seen = new Set<string>();
    for (let i = 0; i < 40 && !wanted.every((id) => seen.has(id)); i++) {
      await tab.page.keyboard.press("Tab");
      const { id, isShown } = await tab.page.evaluate(() => {
        const focused = document.activeElement as HTMLElement;
        const isShown = focused === document.body ||
          getComputedStyle(focused).outlineStyle !== "none";
        return { id: focused.id, isShown };
      });
      seen.add(id);
      assert(isShown, `the focus on "${id}" is not seen`);
    }
    assertEquals(wanted.filter((id) => !seen.has(id)), [], "not reached by Tab");
  };
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(1)}`, "live");
  await reach(["take", "leave"]);
  await openTerminal(tab, `${server.httpUrl}/?session=${ptyId(2)}`, "replay");
  await reach([
    "show-transcript",
    "get-v3",
    "get-v2",
    "get-text",
    "play",
    "position",
    "speed",
    "skip",
    "marks",
  ]);
  tab.check(server);
});
