/// <reference lib="dom" />
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { BrowserContextOptions } from "playwright-core";
import { type PlayerTab, TestBrowser } from "../support/browser.ts";
import { groundOfPage, worstContrast } from "../support/contrast.ts";
import { openReports, reviewFolder } from "../support/review_pages.ts";

/** What a page plays, as `watchSound` sees it. */
interface Sounding {
  /** Each source that was started: when, and from where on, seconds of its context. */
  readonly starts: (readonly [whenS: number, offsetS: number])[];
  readonly gains: GainNode[];
  /** What comes out of each gain. */
  readonly meters: AnalyserNode[];
  stops: number;
}

declare const sounding: Sounding;

/** Looks on while a page makes sound; the sound is as without it. */
async function watchSound(tab: PlayerTab): Promise<void> {
  await tab.page.addInitScript(() => {
    const seen: Sounding = { starts: [], gains: [], meters: [], stops: 0 };
    Object.assign(globalThis, { sounding: seen });
    const { createGain } = BaseAudioContext.prototype;
    BaseAudioContext.prototype.createGain = function () {
      const gain = createGain.call(this);
      const meter = this.createAnalyser();
      gain.connect(meter);
      seen.gains.push(gain);
      seen.meters.push(meter);
      return gain;
    };
    const { start, stop } = AudioBufferSourceNode.prototype;
    AudioBufferSourceNode.prototype.start = function (when = 0, offset = 0) {
      seen.starts.push([when, offset]);
      start.call(this, when, offset);
    };
    AudioBufferSourceNode.prototype.stop = function (...words: []) {
      seen.stops++;
      stop.apply(this, words);
    };
  });
}

/** Waits until the moment under the cursor is past `momentS`, and says it. */
async function pastMoment(tab: PlayerTab, momentS: number): Promise<number> {
  await tab.until((it) => parseFloat(document.querySelector("#now")!.textContent!) > it, momentS);
  return parseFloat(await tab.text("#now"));
}

/** Waits until one side is heard, and the other is not; both go on. */
async function untilHeard(tab: PlayerTab, side: "before" | "after"): Promise<void> {
  await tab.until((side) => {
    const [before, after] = sounding.gains.map(({ gain }) => gain.value);
    const loud = sounding.meters.map((meter) => {
      const samples = new Float32Array(meter.fftSize);
      meter.getFloatTimeDomainData(samples);
      return samples.some((it) => Math.abs(it) > 1e-4);
    });
    return side === "before"
      ? before! > 0.99 && after! < 0.01 && loud[0]!
      : after! > 0.99 && before! < 0.01 && loud[1]!;
  }, side);
}

/** Names of the scenarios that are seen, in the order of the page. */
async function shown(tab: PlayerTab): Promise<string[]> {
  return await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".case, .quiet")]
      .filter((it) => it.checkVisibility()).map(({ dataset }) => dataset["name"]!)
  );
}

/** Fails if the tab asked for anything but its pages, or anything went wrong in it. */
function checkAlone(tab: PlayerTab, ...urls: readonly string[]): void {
  assertEquals(tab.problems, []);
  const asked = tab.requests.filter((it) => !/^(data|blob):/.test(it));
  assertEquals(asked, [...new Set(urls)]);
}

async function open(
  browser: TestBrowser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<PlayerTab> {
  const tab = await browser.tab(options);
  await watchSound(tab);
  await tab.page.goto(url);
  await tab.until(() => document.documentElement.classList.contains("live"));
  return tab;
}

const WORST_FIRST = ["much-slower", "somewhat-slower", "healed", "as-ever"];

/** What a listener does with a review, by mouse. */
async function review(tab: PlayerTab): Promise<void> {
  // Worst first, and open.
  assertEquals(await shown(tab), WORST_FIRST);
  assertEquals(
    await tab.page.locator("details.case[open]").evaluateAll((all) => all.map(({ id }) => id)),
    ["much-slower"],
  );
  assertStringIncludes(await tab.text(".story .lead"), "much-slower got worst.");
  assertEquals(await tab.text("#shown"), "4 of 4 shown");
  // By name.
  await tab.page.fill("#search", "slower some");
  assertEquals(await shown(tab), ["somewhat-slower"]);
  await tab.page.fill("#search", "nothing like it");
  assertEquals([await shown(tab), await tab.text("#nobody")], [[], "No scenario fits."]);
  await tab.page.fill("#search", "");
  // By verdict.
  await tab.page.click('button[data-kind="worse"]');
  assertEquals(await shown(tab), ["healed", "as-ever"]);
  await tab.page.click('button[data-kind="same"]');
  assertEquals(await shown(tab), ["healed"]);
  await tab.page.click('button[data-kind="worse"]');
  assertEquals(await shown(tab), WORST_FIRST.slice(0, 3));
  await tab.page.click('button[data-kind="same"]');
  assertEquals(await shown(tab), WORST_FIRST);
  // Both sounds begin at one time, at one place.
  await tab.page.click("#worst");
  await untilHeard(tab, "after");
  const starts = await tab.page.evaluate(() => sounding.starts);
  assertEquals(starts.length, 2);
  assertEquals(starts[0], starts[1]);
  // Switching goes on from where it is: nothing is begun anew, and the head moves on.
  const fromS = await pastMoment(tab, parseFloat(await tab.text("#now")));
  const card = tab.page.locator("details.case[open]");
  await card.locator('.side[data-side="before"]').click();
  await untilHeard(tab, "before");
  assertEquals(await tab.text("#switch"), "Hearing before");
  const betweenS = await pastMoment(tab, fromS);
  await tab.page.click("#switch");
  await untilHeard(tab, "after");
  const toS = await pastMoment(tab, betweenS);
  assert(fromS < betweenS && betweenS < toS, `${fromS} s, ${betweenS} s, ${toS} s`);
  assertEquals(await tab.page.evaluate(() => [sounding.starts.length, sounding.stops]), [2, 0]);
  await tab.page.click("#play");
  assertEquals(await tab.page.evaluate(() => [sounding.starts.length, sounding.stops]), [2, 2]);
  await tab.says("#play", "▶ Play both");
}

Deno.test("a review sorts, filters, and lets both sides be heard at one instant, from the disk and served", async () => {
  await using folder = await reviewFolder();
  await using server = await openReports(`${folder.path}/review`);
  await using browser = await TestBrowser.start();
  for (const url of [folder.url("review", "review.html"), server.url]) {
    const tab = await open(browser, url);
    await review(tab);
    checkAlone(tab, url);
    await tab.page.close();
  }

  // The keyboard alone: everything is reached, and the focus is seen wherever it is.
  const url = folder.url("review", "review.html");
  const tab = await open(browser, url);
  const { keyboard } = tab.page;
  await keyboard.press("Space");
  await untilHeard(tab, "after");
  await keyboard.press("x");
  await untilHeard(tab, "before");
  await keyboard.press("b");
  await untilHeard(tab, "after");
  await keyboard.press("a");
  await untilHeard(tab, "before");
  assertEquals(await tab.page.evaluate(() => sounding.stops), 0);
  await keyboard.press("Space");
  await tab.says("#play", "▶ Play both");
  const atS = parseFloat(await tab.text("#now"));
  await keyboard.press("ArrowLeft");
  assert(parseFloat(await tab.text("#now")) < atS);
  await keyboard.press("Shift+ArrowRight");
  assert(parseFloat(await tab.text("#now")) > atS);
  const wanted = ["worst", "search", "worse", "same", "much-slower", "healed", "play", "switch"];
  const seen = new Set<string>();
  for (let i = 0; i < 80 && !wanted.every((it) => seen.has(it)); i++) {
    await keyboard.press("Tab");
    const { name, isShown } = await tab.page.evaluate(() => {
      const it = document.activeElement as HTMLElement;
      const name = it.id || it.dataset["kind"] || (it.matches("summary") && it.parentElement!.id);
      return {
        name: name || "",
        isShown: it === document.body || getComputedStyle(it).outlineStyle !== "none",
      };
    });
    seen.add(name);
    assert(isShown, `the focus on "${name}" is not seen`);
    // Typing is typing.
    if (name === "search") {
      await keyboard.type("ba x");
      assertEquals(await tab.page.inputValue("#search"), "ba x");
      assertEquals(await tab.text("#switch"), "Hearing before");
      for (let letters = 0; letters < 4; letters++) await keyboard.press("Backspace");
    }
  }
  assertEquals(wanted.filter((it) => !seen.has(it)), [], "not reached by Tab");
  // A scenario without sound has the cursor, and no button that would do nothing.
  await tab.page.focus("#healed > summary");
  await keyboard.press("Enter");
  await tab.says("#who", "healed");
  assert(await tab.page.isVisible("#time") && await tab.page.isHidden("#play"));
  checkAlone(tab, url);

  // On a phone, with everything open, in the dark and in the light.
  const grounds: number[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const tab = await open(browser, url, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      colorScheme,
    });
    await tab.page.evaluate(() => {
      for (const it of document.querySelectorAll("details")) it.open = true;
    });
    const width = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    assertEquals(await tab.page.evaluate(width), 0);
    const worst = await worstContrast(tab.page);
    assert(worst.ratio >= 4.5, `${colorScheme}: "${worst.text}" has ${worst.ratio.toFixed(2)}`);
    grounds.push(await groundOfPage(tab.page));
    await tab.page.tap("#much-slower .ab .play");
    await untilHeard(tab, "after");
    await tab.page.tap('#much-slower .side[data-side="before"]');
    await untilHeard(tab, "before");
    checkAlone(tab, url);
    await tab.page.close();
  }
  assert(grounds[0]! > 200 && grounds[1]! < 60, `grounds: ${grounds}`);
});

Deno.test("a run's report plays what was heard, leads to its moments, and heeds the keyboard", async () => {
  await using folder = await reviewFolder();
  await using server = await openReports(`${folder.path}/after`);
  await using browser = await TestBrowser.start();
  const nowS = async (tab: PlayerTab) => parseFloat(await tab.text("#now"));
  const served = await browser.tab();
  await served.page.goto(server.url);
  await served.page.click('a[href*="much-slower"]');
  await served.until(() => document.querySelector("#plots") !== null);
  const disk = await browser.tab();
  await disk.page.goto(folder.url("after", "much-slower", "report.html"));
  for (const tab of [served, disk]) {
    const { keyboard } = tab.page;
    await tab.until(() => document.documentElement.classList.contains("live"));
    // The button plays, and the cursor goes with the sound.
    const fromS = await nowS(tab);
    await tab.page.click("#play");
    await tab.until(() => document.querySelector<HTMLAudioElement>("#sound")!.currentTime > 0.3);
    await pastMoment(tab, fromS + 0.3);
    await tab.page.click("#play");
    await tab.says("#play", "▶ Play");
    // A moment of the list leads there, and plays.
    const moment = tab.page.locator(".places button[data-at]").first();
    const momentS = Number(await moment.getAttribute("data-at"));
    // Seen at the sound itself: it goes on while this test looks.
    await tab.page.evaluate(() => {
      const sound = document.querySelector<HTMLAudioElement>("#sound")!;
      const note = () => sound.dataset["reached"] = String(sound.currentTime);
      sound.addEventListener("seeked", note, { once: true });
    });
    await moment.click();
    await tab.says("#play", "❚❚ Pause");
    await pastMoment(tab, momentS - 0.05);
    const reachedS = Number(await tab.page.getAttribute("#sound", "data-reached"));
    assert(Math.abs(reachedS - momentS) < 3, `${reachedS} s, after ${momentS} s was asked for`);
    // What was done stands where it was done: by the keyboard alone.
    await tab.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await keyboard.press("Space");
    await tab.says("#play", "▶ Play");
    const key = await nowS(tab) > 7 ? "ArrowLeft" : "ArrowRight";
    for (let i = 0; i < 400 && Math.abs(await nowS(tab) - 7) > 0.06; i++) await keyboard.press(key);
    assertStringIncludes(await tab.text("#now-mark"), "seek");
    await keyboard.press("Space");
    await tab.says("#play", "❚❚ Pause");
    await pastMoment(tab, 7.2);
    await keyboard.press("Space");
    await tab.says("#play", "▶ Play");
    checkAlone(tab, tab === served ? server.url : tab.page.url(), tab.page.url());
  }
});
