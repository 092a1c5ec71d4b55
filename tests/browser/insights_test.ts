/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { worstContrast } from "../support/contrast.ts";
import { TestGit } from "../support/git_repo.ts";
import { SessionLines } from "../support/session_lines.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("insights explain themselves when empty, fit a phone, and lead by keys from a day to its commits and sessions", async () => {
  await using folder = await tempFolder();
  await using git = new TestGit();
  const repo = await git.repo(`${folder.path}/project`);
  await repo.commit("Begin", { "z.txt": "z\n" }, Date.now() - 86_400_000);
  const projects = `${folder.path}/agents/projects/-p`;
  await Deno.mkdir(projects, { recursive: true });
  await using server = await playerServer({
    transcriptRoots: [`${folder.path}/agents`],
    timeZone: "UTC",
  });
  await using browser = await TestBrowser.start();
  const first = await browser.tab();
  await first.page.goto(`${server.httpUrl}/insights`);
  await first.says("#state-text", "Up to date");
  assert((await first.text("#empty")).includes("this page tells what came of it"));
  first.check(server);
  // Whoever has to log in is asked to, and the page goes on from there.
  await first.page.route(
    "**/api/**",
    (route) => route.fulfill({ status: 401, json: { error: { message: "log in first" } } }),
  );
  await first.page.selectOption("#days", "30");
  await first.page.waitForSelector("#login-gate:not([hidden])");
  await first.page.unroute("**/api/**");
  await first.page.route("**/api/auth/login", (route) => route.fulfill({ status: 204 }));
  await first.page.fill("#token", "a-token");
  await first.page.press("#token", "Enter");
  await first.says("#state-text", "Up to date");
  assertEquals(await first.page.inputValue("#days"), "30");
  assertEquals(await first.page.isVisible("#login-gate"), false);

  const hostile = `<img src=x onerror="document.title='pwned'"> ${"wide".repeat(60)}`;
  const one = new SessionLines("one", { cwd: repo.path, nowMs: Date.now() - 600_000 });
  one.prompt(hostile).edit(`${repo.path}/a.txt`);
  const made = await repo.commit(hostile, { "a.txt": "a\n" }, one.nowMs + 30_000);
  one.wait(1).bash("git commit -am x", made.printed).answer("Done.", 200_000);
  Deno.writeTextFileSync(`${projects}/one.jsonl`, one.take());
  const insights = async () => await (await fetch(`${server.httpUrl}/api/insights`)).json();
  while ((await insights()).totals.shipped !== 1);

  const colours = ["light", "dark"] as const;
  for (const colorScheme of colours) {
    const tab = await browser.tab({
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme },
    });
    const day = await (await fetch(`${server.httpUrl}/api/journal`)).json();
    const paths = [
      ...["/insights", `/journal?day=${day.day}`],
      ...[`/backlinks?q=${made.sha}`, "/backlinks?session=one"],
    ];
    for (const path of paths) {
      await tab.page.goto(server.httpUrl + path);
      await tab.says("#state-text", "Up to date");
      const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `${path} is ${wide} px too wide`);
      const { ratio, text } = await worstContrast(tab.page);
      assert(ratio >= 4.5, `${path}: ${text}: ${ratio}`);
      assertEquals(await tab.page.evaluate(() => document.querySelectorAll("img").length), 0);
    }
    if (colorScheme === "light") continue;
    await tab.page.goto(`${server.httpUrl}/insights`);
    await tab.says("#state-text", "Up to date");
    assertEquals(await tab.text('[data-testid="count-shipped"] b'), "1");
    assertEquals(await tab.text('[data-testid="money-shipped"] b'), "$2.00");
    const cells = await tab.page.locator('[data-testid="grid-cell"]').count();
    const days = await tab.page.locator('[data-testid="heat-day"]').count();
    assertEquals([cells, days], [7 * 24, 90]);
    const bars = await tab.page.locator('[data-testid="tl-bar"]').count();
    assertEquals([bars, await tab.page.locator('[data-testid="tl-tick"]').count()], [1, 1]);
    const focused = () =>
      tab.page.evaluate(() => (document.activeElement as HTMLElement).dataset["day"]);
    await tab.page.locator('[data-testid="heat-day"][tabindex="0"]').focus();
    const today = await focused();
    await tab.page.keyboard.press("ArrowLeft");
    assertEquals(Date.parse(today!) - Date.parse((await focused())!), 7 * 86_400_000);
    await tab.page.keyboard.press("ArrowRight");
    // A session may have begun yesterday, if this runs right after midnight.
    if (day.totals.sessions === 1) {
      await tab.page.keyboard.press("Enter");
      await tab.page.waitForURL(/\/journal\?day=/);
      await tab.until(() => document.querySelector('[data-testid="journal-session"]') !== null);
      assert((await tab.text('[data-testid="journal-session"] li')).startsWith("<img src=x"));
      await tab.page.locator('[data-testid="journal-session"] a[href^="/backlinks?q"]').press(
        "Enter",
      );
      await tab.page.waitForURL(/\/backlinks\?q=/);
      await tab.until(() => document.querySelector('[data-testid="backlink"]') !== null);
      assertEquals(await tab.text('[data-testid="backlink"] .sure'), "high");
      const href = await tab.page.locator('[data-testid="backlink"] a').first().getAttribute(
        "href",
      );
      assertEquals(href, "/s/one");
    }
    await tab.page.goto(`${server.httpUrl}/s/one`);
    await tab.until(() => document.querySelector("#related")!.getAttribute("href")!.includes("="));
    await tab.page.locator("#related").press("Enter");
    await tab.page.waitForURL(/\/backlinks\?session=one/);
    await tab.says("#state-text", "Up to date");
    assertEquals(await tab.page.locator('[data-testid="its-commit"]').count(), 1);
    await tab.page.fill("#note", hostile);
    await tab.page.press("#note", "Tab");
    await tab.page.keyboard.press("Enter");
    await tab.until(() => document.querySelector('[data-testid="note"]') !== null);
    assertEquals(await tab.text('[data-testid="note"] .body'), hostile);
    await tab.page.locator('[data-testid="note"] button').press("Enter");
    await tab.until(() => document.querySelector('[data-testid="note"]') === null);
    assertEquals(await tab.page.evaluate(() => document.activeElement!.id), "note");
    tab.check(server);
  }
});
