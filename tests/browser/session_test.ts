/// <reference lib="dom" />
import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { transcriptLines, transcriptPieces } from "../../fixtures/transcripts/mod.ts";
import { answer, boardWorld, prompt } from "../support/board_world.ts";
import { type PlayerTab, TestBrowser } from "../support/browser.ts";
import { bundleOwn } from "../../web/build/bundle.ts";
import { tempFolder } from "../support/temp_folder.ts";

const MB = 1e6;
/** What opening a long session may send, bytes. */
const MAX_WIRE_BYTES = 60_000;
const MAX_NODES = 120;
/** Scripts of ours for both pages, compressed, bytes. */
const MAX_SCRIPT_BYTES = 60_000;
/** What is on the screen may move by so much when something comes above or below it, pixels. */
const MAX_DRIFT_PX = 2;
/** What a minute of following may leave in the page's memory, bytes. */
const MAX_GROWTH_BYTES = 10 * MB;
/** Items that are scrolled through upwards. */
const CLIMB_ITEMS = 3000;

/** Puts what tests ask for again and again into the page. */
function probe(): void {
  const scroller = () => document.getElementById("scroller")!;
  const items = () => [...document.querySelectorAll<HTMLElement>("#items > .item")];
  /** Waits until a frame has been painted: before that, what is there may still be put right. */
  const frame = () =>
    new Promise<void>((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      })
    );
  const seen = () => {
    const { top, bottom } = scroller().getBoundingClientRect();
    return items().filter((it) => {
      const its = it.getBoundingClientRect();
      return its.bottom > top + 1 && its.top < bottom - 1;
    });
  };
  // What was ever marked, and frames in which nothing was to be seen, or not the end.
  const told = { marked: [] as string[], blankFrames: 0, awayFrames: 0 };
  document.addEventListener("DOMContentLoaded", () => {
    const notice = () => {
      for (const it of document.querySelectorAll<HTMLElement>(".item.found")) {
        told.marked.push(it.dataset["uuid"]!);
      }
    };
    const rules = { subtree: true, attributes: true, attributeFilter: ["class"] };
    new MutationObserver(notice).observe(document.body, rules);
    // Sizes are observed last before a frame is painted: what is seen then is what is painted.
    let wasShown = false;
    const look = () =>
      requestAnimationFrame(() => {
        const eye = new ResizeObserver(() => {
          eye.disconnect();
          const isShown = seen().length > 0;
          if (wasShown && !isShown) told.blankFrames++;
          wasShown ||= isShown;
          if (!viewer.isAtEnd()) told.awayFrames++;
          look();
        });
        eye.observe(document.body);
      });
    if (document.getElementById("items") !== null) look();
  });
  const isBusy = () => document.getElementById("items")!.getAttribute("aria-busy") === "true";
  Object.assign(globalThis, {
    viewer: {
      scroller,
      items,
      seen,
      told,
      isAtEnd: () => {
        const { scrollTop, scrollHeight, clientHeight } = scroller();
        return scrollHeight - scrollTop - clientHeight < 2;
      },
      /** Waits until a scroll has come to rest. */
      async still(): Promise<void> {
        for (let [calm, topPx] = [0, NaN]; calm < 6;) {
          await frame();
          calm = scroller().scrollTop === topPx ? calm + 1 : 0;
          topPx = scroller().scrollTop;
        }
      },
      /** Goes near an edge, and tells how far what is seen moves until more has been loaded. */
      async driftPx(isUp: boolean): Promise<number> {
        const { clientHeight, scrollHeight } = scroller();
        scroller().scrollTop = isUp ? clientHeight : scrollHeight - 2 * clientHeight;
        await frame();
        await frame();
        const row = seen()[0]!;
        const topPx = row.getBoundingClientRect().top;
        let driftPx = 0;
        for (let calm = 0; calm < 3;) {
          await frame();
          calm = isBusy() ? 0 : calm + 1;
          driftPx = Math.max(driftPx, Math.abs(row.getBoundingClientRect().top - topPx));
        }
        return row.isConnected ? driftPx : Infinity;
      },
      /** Goes up through so many items, and tells the worst that was met. */
      async climb(count: number) {
        const numberOf = () => Number(seen()[0]!.dataset["n"]);
        const [first, worst] = [numberOf(), { driftPx: 0, nodes: 0, items: 0 }];
        for (let i = 0; i < count && worst.items < count; i++) {
          worst.driftPx = Math.max(worst.driftPx, await viewer.driftPx(true));
          worst.nodes = Math.max(worst.nodes, items().length);
          worst.items = first - numberOf();
        }
        return worst;
      },
    },
  });
}

declare const viewer: {
  scroller(): HTMLElement;
  items(): HTMLElement[];
  seen(): HTMLElement[];
  isAtEnd(): boolean;
  still(): Promise<void>;
  driftPx(isUp: boolean): Promise<number>;
  climb(count: number): Promise<{ driftPx: number; nodes: number; items: number }>;
  told: { marked: string[]; blankFrames: number; awayFrames: number };
};

async function openSession(browser: TestBrowser, url: string): Promise<PlayerTab> {
  const tab = await browser.tab();
  await tab.page.goto(url);
  await tab.until(() => viewer.items().length > 0);
  return tab;
}

/** Stands at the end, and nothing leads there as it does to whoever reads above. */
const isAtEndWith = (text: string) =>
  viewer.isAtEnd() && viewer.seen().at(-1)?.textContent.includes(text) === true &&
  document.getElementById("jump-latest")!.hidden === true;

Deno.test("T65.1, T65.2, T65.3: 45 MB that go on open at their end, and what is read stays in place whatever comes", async () => {
  await using folder = await tempFolder();
  await using it = await boardWorld(folder.path);
  const startMs = Date.now() - 45_000 * 1000;
  it.writePieces("big", transcriptPieces({ seed: 9, session: "big", startMs, bytes: 45 * MB }));
  it.write("big", [prompt("big", "Go on"), answer("big", "The last word")]);
  await it.known("big");
  await using browser = await TestBrowser.start([], probe);
  const tab = await browser.tab();
  const wire: Promise<number>[] = [];
  tab.page.on("response", (response) => {
    if (!/\/api\/sessions\/big\?/.test(response.url())) return;
    wire.push(response.request().sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await tab.page.goto(`${it.server.httpUrl}/s/big`);
  await tab.until(() => viewer.items().length > 0 && viewer.isAtEnd());
  await tab.says("#state-text", "Live");
  const bytes = (await Promise.all(wire)).reduce((sum, size) => sum + size, 0);
  assert(bytes <= MAX_WIRE_BYTES, `${bytes} bytes`);
  // What shows itself last moves the end, and is seen with the frame after it.
  await tab.until(isAtEndWith, "The last word");
  // Who stands at the end follows.
  it.write("big", [prompt("big", "And now"), answer("big", "This came while you looked")]);
  await tab.until(isAtEndWith, "while you looked");
  // What comes in a minute, five lines a second, is followed without a jump and does not pile up.
  const chromium = await tab.page.context().newCDPSession(tab.page);
  const heapBytes = async () => {
    await chromium.send("HeapProfiler.collectGarbage");
    return (await chromium.send("Runtime.getHeapUsage")).usedSize;
  };
  const before = await heapBytes();
  await tab.page.evaluate(() => viewer.told.awayFrames = 0);
  for (let piece = 1; piece <= 20; piece++) {
    const words = Array.from({ length: 7 }, (_, i) => `Words ${i} of piece ${piece}`);
    const lines = words.flatMap((it) => [prompt("big", it), answer("big", it.repeat(20))]);
    it.write("big", [...lines, answer("big", `The end of piece ${piece}.`)]);
    await tab.until(isAtEndWith, `The end of piece ${piece}.`);
  }
  const away = await tab.page.evaluate(() => viewer.told.awayFrames);
  assertEquals(away, 0, "frames without the end in sight");
  const grownBytes = await heapBytes() - before;
  assert(grownBytes <= MAX_GROWTH_BYTES, `${grownBytes} bytes`);
  // Who reads above is left in peace, and told.
  await tab.page.keyboard.press("PageUp");
  await tab.until(() => !viewer.isAtEnd());
  await tab.page.evaluate(async () => {
    await viewer.still();
    const row = viewer.seen()[0]!;
    Object.assign(globalThis, { row, topPx: row.getBoundingClientRect().top });
  });
  it.write("big", [prompt("big", "More"), answer("big", "x ".repeat(2000)), prompt("big", "Yet")]);
  await tab.says("#jump-latest", "3 new");
  const movedPx = await tab.page.evaluate(() => {
    const { row, topPx } = globalThis as unknown as { row: HTMLElement; topPx: number };
    return Math.abs(row.getBoundingClientRect().top - topPx);
  });
  assert(movedPx <= MAX_DRIFT_PX, `${movedPx} px`);
  // Windows above come without a jump, those far below are dropped.
  const numberOf = () => Number(viewer.seen()[0]!.dataset["n"]);
  const first = await tab.page.evaluate(numberOf);
  await tab.page.mouse.move(640, 450);
  for (let i = 0; i < 8; i++) await tab.page.mouse.wheel(0, -900);
  await tab.page.evaluate(() => viewer.still());
  const climbed = await tab.page.evaluate((count) => viewer.climb(count), CLIMB_ITEMS);
  assert(climbed.driftPx <= MAX_DRIFT_PX, `${climbed.driftPx} px`);
  assert(climbed.nodes > 0 && climbed.nodes <= MAX_NODES, `${climbed.nodes} nodes`);
  const above = await tab.page.evaluate(numberOf);
  assert(above <= first - CLIMB_ITEMS, `from ${first} to ${above}`);
  for (let i = 0; i < 3; i++) {
    const driftPx = await tab.page.evaluate(() => viewer.driftPx(false));
    assert(driftPx <= MAX_DRIFT_PX, `${driftPx} px in step ${i}`);
  }
  await tab.page.click("#jump-latest");
  await tab.until(isAtEndWith, "Yet");
  const blank = await tab.page.evaluate(() => viewer.told.blankFrames);
  assertEquals(blank, 0, "frames in which nothing was seen");
  // T65.2: from the end to one of the first of more than seven thousand items.
  const query = "anchor=head&limit=101&maxBytes=4194304";
  const head = await (await fetch(`${it.server.httpUrl}/api/sessions/big?${query}`)).json();
  assert(head.window.total > 7000, `${head.window.total} items`);
  const { uuid } = head.items[100];
  const asked = tab.requests.length;
  await tab.page.goto(`${it.server.httpUrl}/s/big?focus=${uuid}`);
  await tab.until(
    (uuid) =>
      viewer.seen().some(({ dataset }) => dataset["uuid"] === uuid) &&
      viewer.told.marked.includes(uuid),
    uuid,
  );
  const windows = tab.requests.slice(asked).filter((url) =>
    /\/big(?:\?|\/outline|\/items)/.test(url)
  );
  assert(windows.length <= 2, windows.join());
  tab.check(it.server);
});

Deno.test("T65.2: every way leads to its item, marked and with the keyboard, also when the file was replaced", async () => {
  await using folder = await tempFolder();
  await using it = await boardWorld(folder.path);
  const startMs = Date.now() - 1500 * 4000;
  const recipe = { seed: 9, session: "one", startMs, agents: ["a1234567"] };
  const lines = [...transcriptLines({ ...recipe, records: 1500 })];
  const ofAgent = transcriptLines({ ...recipe, agent: "a1234567", records: 60 });
  await it.writeAgent("one", "a1234567", [...ofAgent]);
  const needle = prompt("one", "A needle in the middle");
  lines.splice(700, 0, needle);
  it.write("one", lines);
  await it.known("one");
  await using browser = await TestBrowser.start([], probe);
  const { uuid } = JSON.parse(needle);
  const tab = await openSession(browser, `${it.server.httpUrl}/s/one?focus=${uuid}`);
  const isThere = (uuid: string) =>
    (document.activeElement as HTMLElement | null)?.dataset["uuid"] === uuid &&
    viewer.seen().includes(document.activeElement as HTMLElement);
  await tab.until(isThere, uuid);
  assert(await tab.page.evaluate((uuid) => viewer.told.marked.includes(uuid), uuid));
  assertEquals(tab.requests.filter((url) => url.includes("/api/sessions/one?")).length, 1);
  const outline = await (await fetch(`${it.server.httpUrl}/api/sessions/one/outline`)).json();
  const numberIs = (n: number) =>
    (document.activeElement as HTMLElement | null)?.dataset["n"] === String(n);
  // Keys.
  await tab.page.keyboard.press("End");
  await tab.until(() => viewer.isAtEnd());
  await tab.page.keyboard.press("[");
  await tab.until(numberIs, outline.prompts.at(-1).n);
  await tab.page.keyboard.press("Home");
  await tab.until(() => viewer.seen()[0]?.dataset["n"] === "0");
  await tab.page.keyboard.press("e");
  await tab.until(numberIs, outline.errors[0]);
  // The outline.
  await tab.page.keyboard.press("o");
  await tab.until(() => document.querySelectorAll("#places .place").length > 1);
  assertEquals(
    await tab.page.evaluate(() => document.querySelectorAll("#places .place").length),
    outline.prompts.length,
  );
  assertEquals(
    await tab.page.evaluate(() => [scrollY, document.querySelector("main")!.scrollTop]),
    [
      ...[0, 0],
    ],
  );
  await tab.page.click("#tab-compactions");
  await tab.page.click("#places .place");
  await tab.until(numberIs, outline.compactions[0].n);
  // Words, in the whole session.
  await tab.page.keyboard.press("/");
  await tab.page.keyboard.type("a needle in");
  await tab.says("#find-said", "1 item");
  await tab.page.keyboard.press("Enter");
  await tab.until(isThere, uuid);
  assertEquals(await tab.page.evaluate(() => CSS.highlights.get("found")?.size), 1);
  await tab.page.keyboard.press("Escape");
  assertEquals(await tab.page.isVisible("#panel"), false);
  // An agent's thread, and back.
  await tab.page.keyboard.press("a");
  await tab.page.click("#places a.place");
  await tab.until(() => location.search === "?agent=a1234567" && viewer.items().length > 0);
  assert((await tab.text("#thread")).startsWith("This is the thread of an agent"));
  await tab.page.goBack();
  await tab.until(isThere, uuid);
  // Another file in its place: what was being read is found in it, else its end is shown.
  it.replace("one", [prompt("one", "Another beginning"), ...lines.slice(650, 900)]);
  await tab.until(() => {
    const first = document.querySelector<HTMLElement>('[data-testid="item"]');
    return first !== null && Number(viewer.seen()[0]?.dataset["n"]) < 60;
  });
  await tab.until(isThere, uuid);
  it.replace("one", [prompt("one", "Nothing is left"), answer("one", "Nothing at all")]);
  await tab.until(() => viewer.items().length === 2);
  // Addresses that lead by name, and one that leads nowhere.
  await tab.page.goto(`${it.server.httpUrl}/s/one?to=attention`);
  await tab.until(() => viewer.items().length === 2 && viewer.isAtEnd());
  await tab.page.goto(`${it.server.httpUrl}/s/one?focus=no-such-item`);
  await tab.until(() => viewer.items().length === 2);
  await tab.says("#notice-text", "This cannot be shown: this thread has no such item.");
  await tab.page.goto(`${it.server.httpUrl}/s/one?at=zz`);
  await tab.until(() => viewer.items().length === 2 && viewer.isAtEnd());
  await tab.says(
    "#notice-text",
    "This cannot be shown: at=zz in its address is no place; a time is one such as at=2026-10-01T08:00:00Z.",
  );
});

Deno.test({
  name: "what the board's pages have of ours is at most 60 kB compressed",
  // The bundler's own process ends a moment after it was told to.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { board, transcript, reply } = await bundleOwn();
    const bytes = [board, transcript, reply].map((script) => gzipSync(script).length);
    assert(bytes.every((size) => size > 1000), `${bytes}`);
    assert(bytes.reduce((sum, size) => sum + size) <= MAX_SCRIPT_BYTES, `${bytes}`);
  },
});
