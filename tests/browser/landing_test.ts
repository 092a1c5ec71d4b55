/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { playerServer, TestBrowser } from "../support/browser.ts";
import { SessionLines } from "../support/session_lines.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("a message of a phone leads to its card, also by way of a login, which is asked for once", async () => {
  await using folder = await tempFolder();
  const projects = `${folder.path}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  for (const id of ["one", "two"]) {
    const lines = new SessionLines(id, { nowMs: Date.now() - 60_000 });
    Deno.writeTextFileSync(`${projects}/${id}.jsonl`, lines.prompt("a").answer("b?").take());
  }
  const token = "a-token-of-this-test";
  await using server = await playerServer({
    ...{ transcriptRoots: [folder.path], token, loopbackBypass: false },
  });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const address = `${server.httpUrl}/board?card=two`;
  await tab.page.goto(address);
  await tab.page.fill("#token", "not-the-token-of-it");
  await tab.page.tap("#login button");
  await tab.says("#says", "That is not the token.");
  await tab.page.fill("#token", token);
  await tab.page.tap("#login button");
  await tab.until(() => document.activeElement?.closest("[data-id=two]") !== null);
  assertEquals(tab.page.url(), address);
  // The next one needs no login, nor does a page of a session; who asks for the login is led on.
  await tab.page.goto(`${server.httpUrl}/board?card=one`);
  await tab.until(() => document.activeElement?.closest("[data-id=one]") !== null);
  await tab.page.goto(`${server.httpUrl}/board?card=gone`);
  await tab.until(() => document.querySelector('#notice:not([hidden]) a[href="/s/gone"]') !== null);
  await tab.page.goto(`${server.httpUrl}/login#t=${token}`);
  await tab.page.waitForURL(`${server.httpUrl}/`);
  assert(tab.problems.every((it) => /401/.test(it)), tab.problems.join("\n"));
});
