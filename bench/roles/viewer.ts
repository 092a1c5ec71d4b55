/// <reference lib="dom" />
/**
 * A server with a long session, and a headless Chromium that scrolls through its page. In a process of
 * its own, as the driver of browsers looks at what only programs with all rights may see.
 *
 * @module
 */
import { chromium, type Page } from "playwright-core";
import { WallClock } from "../../runtime/mod.ts";
import { serve } from "../../serve/serve.ts";
import { needChromium } from "../../tools/chromium.ts";
import { bundleScripts } from "../../web/build/bundle.ts";
import { answerAll } from "../child.ts";

/** Asks for a measurement of a session's page. */
export interface MeasureViewer {
  /** The folder that the transcripts are below, and that of the board's database. */
  readonly root: string;
  readonly home: string;
  readonly session: string;
  /** For how long it scrolls in each direction, seconds. */
  readonly scrollS: number;
  /** How far it scrolls with each frame, pixels. */
  readonly stepPx: number;
}

/** Answer to {@link MeasureViewer}. */
export interface ViewerReading {
  /** Items of the session. */
  readonly items: number;
  /** Items that went by. */
  readonly passed: number;
  /** From each frame to the next. */
  readonly frameMs: readonly number[];
  /** Most items that had nodes at a time. */
  readonly mostNodes: number;
  /** Frames that showed no item. */
  readonly blankFrames: number;
}

type ScrollReading = Omit<ViewerReading, "items">;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
];
const LOOK_S = 0.05;
const clock = new WallClock();

async function measureViewer(question: MeasureViewer): Promise<ViewerReading> {
  const { home, root, scrollS, session, stepPx } = question;
  await using server = await serve({
    ...{ port: 0, controlPort: "off", write: () => {}, bundleScripts },
    ...{ transcriptRoots: [root], boardFolder: home },
  });
  const items = await itemsOf(server.httpUrl, session);
  const browser = await chromium.launch({ executablePath: needChromium(), args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const readings: ScrollReading[] = [];
    for (const [to, px] of [["end", -stepPx], ["start", stepPx]] as const) {
      await page.goto(`${server.httpUrl}/s/${session}?to=${to}`);
      while (!await page.evaluate(hasItems)) await clock.sleep(LOOK_S);
      readings.push(await scroll(page, scrollS, px));
    }
    return {
      items,
      passed: readings.reduce((sum, { passed }) => sum + passed, 0),
      frameMs: readings.flatMap(({ frameMs }) => frameMs),
      mostNodes: Math.max(...readings.map(({ mostNodes }) => mostNodes)),
      blankFrames: readings.reduce((sum, { blankFrames }) => sum + blankFrames, 0),
    };
  } finally {
    await browser.close();
  }
}

/** How many items a session has, once all of it has been read. */
async function itemsOf(url: string, session: string): Promise<number> {
  const get = async (path: string) => await (await fetch(url + path)).json();
  while (!(await get("/api/debug/ingest")).isCaughtUp) await clock.sleep(LOOK_S);
  // To ask for the first items makes an index, if there is none.
  const { window } = await get(`/api/sessions/${session}?anchor=head&limit=1`);
  return window.total;
}

function hasItems(): boolean {
  return document.querySelector("#items > .item") !== null;
}

function scroll(page: Page, seconds: number, stepPx: number): Promise<ScrollReading> {
  return page.evaluate(scrollInPage, { seconds, stepPx });
}

/** Runs in the page: scrolls a step with each frame that it draws. */
function scrollInPage(
  { seconds, stepPx }: { readonly seconds: number; readonly stepPx: number },
): Promise<ScrollReading> {
  const scroller = document.getElementById("scroller")!;
  const list = document.getElementById("items")!;
  const { left, top, width, height } = scroller.getBoundingClientRect();
  /** The item that is drawn at a height; there are gaps between them. */
  const itemAt = (share: number) =>
    document.elementsFromPoint(left + width / 2, top + height * share)
      .find((it): it is HTMLElement => it instanceof HTMLElement && it.matches("#items > .item"));
  const numbers: number[] = [];
  const frameMs: number[] = [];
  let mostNodes = 0;
  let blankFrames = 0;
  return new Promise((resolve) => {
    let lastMs = NaN;
    let endMs = Infinity;
    const onFrame = (nowMs: number) => {
      if (Number.isNaN(lastMs)) endMs = nowMs + seconds * 1000;
      else frameMs.push(nowMs - lastMs);
      lastMs = nowMs;
      mostNodes = Math.max(mostNodes, list.querySelectorAll(":scope > .item").length);
      const item = itemAt(0.5) ?? itemAt(0.3) ?? itemAt(0.7);
      if (item === undefined) blankFrames++;
      else numbers.push(Number(item.dataset["n"]));
      if (nowMs >= endMs) {
        const passed = Math.abs((numbers.at(-1) ?? 0) - (numbers[0] ?? 0));
        return resolve({ passed, frameMs, mostNodes, blankFrames });
      }
      scroller.scrollTop += stepPx;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
}

await answerAll((question) => measureViewer(question as MeasureViewer));
