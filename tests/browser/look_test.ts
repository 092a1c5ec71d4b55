/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { playerServer, type PlayerTab, TestBrowser } from "../support/browser.ts";
import { groundOfPage, worstContrast } from "../support/contrast.ts";

/** How much the layout has shifted since the page began, as browsers count it. */
async function watchShifts(tab: PlayerTab): Promise<() => Promise<number>> {
  await tab.page.addInitScript(() => {
    const shifts = { sum: 0 };
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
        shifts.sum += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () =>
    await tab.page.evaluate(() =>
      (globalThis as unknown as { shifts: { sum: number } }).shifts.sum
    );
}

Deno.test("on a phone everything fits the width and can be touched", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  });
  await tab.open(server.httpUrl);
  await tab.page.tap("#play");
  await tab.until(() => headway.state.name === "live" && (headway.view?.playheadS ?? 0) > 0.5);
  const fits = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  assert(await tab.page.evaluate(fits));
  // With everything open, too.
  await tab.page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  assert(await tab.page.evaluate(fits));
  const small = await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, select")]
      .filter((it) => it.offsetParent !== null && it.getBoundingClientRect().height < 36)
      .map(({ id, textContent }) => id || textContent)
  );
  assertEquals(small, []);
  const { width } = (await tab.page.locator("#position").boundingBox())!;
  await tab.page.tap("#position", { position: { x: width * 0.75, y: 30 } });
  await tab.until(() => headway.view!.playheadS > 44);
  tab.check(server);
});

Deno.test("the keyboard alone does everything, and shows where it is", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  const { keyboard } = tab.page;
  await keyboard.press("Space");
  await tab.until(() => headway.state.name === "live" && (headway.view?.playheadS ?? 0) > 0.5);
  await keyboard.press("Shift+ArrowRight");
  await keyboard.press("Shift+ArrowRight");
  await tab.until(() => headway.view!.playheadS > 10);
  await keyboard.press("Space");
  await tab.until(() => headway.state.name === "paused");
  await keyboard.press("Home");
  await tab.until(() => headway.view!.playheadS < 0.1);
  await keyboard.press("[");
  await keyboard.press("ArrowRight");
  await tab.until(() => headway.view!.playheadS > 0.9);
  await keyboard.press("]");
  await tab.until(() => headway.view!.band !== null);
  await keyboard.press("\\");
  await tab.until(() => headway.view!.band === null);
  const volume = Number(await tab.page.inputValue("#volume"));
  await keyboard.press("ArrowDown");
  assert(Number(await tab.page.inputValue("#volume")) < volume);
  await keyboard.press("m");
  assertEquals(await tab.page.getAttribute("#mute", "aria-pressed"), "true");
  // Typing is typing.
  await keyboard.press("p");
  assertEquals(await tab.page.evaluate(() => document.activeElement!.id), "prompt-a");
  await keyboard.type(" [m s");
  assert((await tab.page.inputValue("#prompt-a")).includes(" [m s"));
  assertEquals(await tab.page.getAttribute("#mute", "aria-pressed"), "true");
  // By Tab everything is reached, and the focus is seen wherever it is.
  await tab.page.evaluate(() => (document.activeElement as HTMLElement).blur());
  const wanted = [
    "play",
    "position",
    "volume",
    "track",
    "swap",
    "prompt-a",
    "knob-denoise",
    "report",
  ];
  const seen = new Set<string>();
  for (let i = 0; i < 150 && !wanted.every((id) => seen.has(id)); i++) {
    await keyboard.press("Tab");
    const { id, isShown } = await tab.page.evaluate(() => {
      const focused = document.activeElement as HTMLElement;
      // The field for files is drawn by the box around it; after the last field comes the browser.
      const drawn = focused.closest(".drop") ?? focused;
      const isShown = focused === document.body || getComputedStyle(drawn).outlineStyle !== "none";
      return { id: focused.id, isShown };
    });
    seen.add(id);
    assert(isShown, `the focus on "${id}" is not seen`);
  }
  assertEquals(wanted.filter((id) => !seen.has(id)), [], "not reached by Tab");
  tab.check(server);
});

Deno.test("dark and light are both drawn in their own colours, with enough contrast", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const grounds: number[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const tab = await (await browser.tab({ colorScheme })).open(server.httpUrl);
    const worst = await worstContrast(tab.page);
    // WCAG 2.2, 1.4.3.
    assert(worst.ratio >= 4.5, `${colorScheme}: "${worst.text}" has ${worst.ratio.toFixed(2)}`);
    grounds.push(await groundOfPage(tab.page));
    tab.check(server);
  }
  assert(grounds[0]! > 200 && grounds[1]! < 60, `grounds: ${grounds}`);
});

Deno.test("the layout does not shift, from loading to playing", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  for (const viewport of [{ width: 1280, height: 900 }, { width: 390, height: 844 }]) {
    const tab = await browser.tab({ viewport });
    const shifts = await watchShifts(tab);
    await tab.open(server.httpUrl);
    await tab.play();
    await tab.until(() => headway.view!.playheadS > 2);
    const sum = await shifts();
    // What counts as good for the whole life of a page is 0.1.
    assert(sum < 0.02, `${viewport.width} px: the layout shifted by ${sum}`);
    await tab.page.close();
  }
});

Deno.test("every field has a name that can be read out", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  const nameless = await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>(
      "input, select, textarea, button, [role=slider]",
    )]
      .filter((it) =>
        (it.labels?.length ?? 0) === 0 && it.getAttribute("aria-label") === null &&
        it.textContent!.trim() === ""
      )
      .map(({ outerHTML }) => outerHTML)
  );
  assertEquals(nameless, []);
  tab.check(server);
});
