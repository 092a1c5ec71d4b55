/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import type { LoopRecord } from "../../web/board/debug/records.ts";
import { verdictText } from "../../web/board/debug/words.ts";
import { answer, boardWorld as world, prompt } from "../support/board_world.ts";
import { TestBrowser } from "../support/browser.ts";
import { worstContrast } from "../support/contrast.ts";
import { tempFolder } from "../support/temp_folder.ts";

const TOKEN = "a-token-for-tests";
/** Who comes by a proxy is elsewhere, whatever the proxy says. */
const AWAY = { Authorization: `Bearer ${TOKEN}`, "X-Forwarded-For": "127.0.0.1" };

Deno.test("the page of what a server is busy with says why it is slow, fits a phone, asks for the token, and says where it is not told", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path, { token: TOKEN });
  await using browser = await TestBrowser.start();
  it.write("one", [prompt("one", "Mend the seam"), answer("one", "Shall I push it?")]);
  await it.known("one");
  const tab = await browser.tab({ viewport: { width: 390, height: 844 }, hasTouch: true });
  // How busy the server is depends on the machine; the page has to say what the server says.
  const told: LoopRecord[] = [];
  await tab.page.route("**/api/debug/loop", async (route) => {
    const response = await route.fetch();
    told.push(await response.json());
    await route.fulfill({ response });
  });
  await tab.page.goto(`${it.server.httpUrl}/running`);
  await tab.page.click('a[href="/debug"]');
  await tab.says("#state-text", "Live");
  const shown = await tab.text('[data-testid="debug-verdict"]');
  assert(told.map(verdictText).includes(shown), shown);
  await tab.until(() => document.querySelectorAll("#ingest li").length > 0);
  assertEquals(await tab.text('[data-testid="debug-ingest"] li'), "1sessions");
  const threads = await tab.page.locator("#table-threads tbody th").allTextContents();
  assertEquals(threads, ["main", "board"]);
  await tab.until(() => document.querySelectorAll("#table-ended tbody tr").length > 0);
  const ended = await tab.page.locator("#table-ended tbody th").allTextContents();
  assert(ended.length <= 10 && !ended.some((it) => it.includes("/api/debug/")), `${ended}`);
  const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(wide <= 0, `${wide} px too wide`);
  for (const colorScheme of ["light", "dark"] as const) {
    await tab.page.emulateMedia({ colorScheme });
    const { ratio, text } = await worstContrast(tab.page);
    assert(ratio >= 4.5, `${colorScheme}: ${text}: ${ratio}`);
  }
  tab.check(it.server);

  // The next time that it asks, it is told to log in.
  await tab.page.unroute("**/api/debug/loop");
  await tab.page.route("**/api/debug/**", (route) => route.fulfill({ status: 401, json: {} }));
  await tab.page.waitForSelector("#login-gate:not([hidden])");
  await tab.page.unroute("**/api/debug/**");
  await tab.page.fill("#token", TOKEN);
  await tab.page.press("#token", "Enter");
  await tab.says("#state-text", "Live");
  assertEquals(await tab.page.isVisible("#login-gate"), false);

  const away = await browser.tab({ extraHTTPHeaders: AWAY });
  await away.page.goto(`${it.server.httpUrl}/debug`);
  await away.page.waitForSelector('[data-testid="debug-refused"]:not([hidden])');
  const refused = await away.text('[data-testid="debug-refused"]');
  assert(refused.includes("--debug-remote") && refused.includes("own machine"), refused);
  assertEquals(await away.text("#state-text"), "Not told here");
  assertEquals(await away.page.isVisible('[data-testid="debug-verdict"]'), false);
});
