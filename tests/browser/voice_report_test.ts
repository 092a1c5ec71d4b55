/// <reference lib="dom" />
/** The page of a run about voices, in a real browser: read, moved through, heard, on desk and phone. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Report, reportOf, writeRun } from "../../reports/mod.ts";
import { playScenario } from "../../scenarios/mod.ts";
import { SHIPPED_VOICES } from "../../scenarios/shipped/mod.ts";
import { TestBrowser } from "../support/browser.ts";
import { worstContrast } from "../support/contrast.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Writes the report of a shipped scenario; where its page is. */
async function pageOf(folder: string, name: string): Promise<{ url: string; report: Report }> {
  const result = await playScenario(SHIPPED_VOICES.find((it) => it.name === name)!);
  const report = reportOf(result);
  await writeRun(folder, report, result);
  return { url: `file://${folder}/${name}/report.html`, report };
}

Deno.test("the cursor says what is heard, made and waited for at a moment, and the sound plays", async () => {
  await using folder = await tempFolder();
  await using browser = await TestBrowser.start();
  const { url, report } = await pageOf(folder.path, "two-agents-one-listener");
  const { page } = await browser.tab();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(url);
  const said = async (atS: number) => {
    await page.locator("#time").evaluate((range, value) => {
      (range as HTMLInputElement).value = String(value);
      range.dispatchEvent(new Event("input"));
    }, atS);
    const texts = ["#now-heard", "#now-making", "#now-waiting"].map((id) => page.textContent(id));
    return await Promise.all(texts);
  };
  assertEquals(await said(0.5), ["silence", "none", "none"]);
  assertEquals(await said(2), ["ada-1 (page), ben-1 (speaker)", "none", "ada-2, ada-3, ben-2"]);
  assertEquals(await said(5), ["ada-3 (page)", "none", "none"]);
  assertEquals(await page.locator(".session").count(), 3);
  assertEquals(
    await page.locator(".session .job .name").allTextContents(),
    report.voice!.timeline.jobs.map(({ job }) => job),
  );
  await page.click("#play");
  await page.waitForFunction(() => {
    const sound = document.querySelector("audio")!;
    return !sound.paused && sound.currentTime > 0.3;
  });
  assertMatch((await page.textContent("#play"))!, /Pause/);
  assertEquals(problems, []);
});

Deno.test("pages of voices fit a desk and a phone, in light and dark, and can be read", async () => {
  await using folder = await tempFolder();
  await using browser = await TestBrowser.start();
  const urls = [
    (await pageOf(folder.path, "burst-of-fifty")).url,
    (await pageOf(folder.path, "slow-listener")).url,
  ];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
      const { page } = await browser.tab({ colorScheme, viewport });
      for (const url of urls) {
        await page.goto(url);
        const what = `${url} ${colorScheme} ${viewport.width}`;
        const overflow = await page.evaluate(() =>
          document.documentElement.scrollWidth - globalThis.innerWidth
        );
        assert(overflow <= 0, `${what} is ${overflow} px too wide`);
        const cut = await page.locator("section[aria-labelledby=measures] .scroll").evaluateAll(
          (tables) => tables.map((it) => it.scrollWidth - it.clientWidth),
        );
        assertEquals(cut, [0, 0], `${what}: measures are cut`);
        const { text, ratio } = await worstContrast(page);
        assert(ratio >= 4.5, `${what}: "${text}" has a contrast of ${ratio}`);
        // Every name stands beside its own row.
        const places = await page.locator(".session .job .name").evaluateAll((names) =>
          names.map((name) => name.getBoundingClientRect().left)
        );
        assert(places.length >= 30 && places.every((left) => left >= 0), `${what}: names are cut`);
      }
      await page.context().close();
    }
  }
});
