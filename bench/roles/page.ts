/// <reference lib="dom" />
/**
 * A server, and a headless Chromium that plays its page. In a process of its own, as the driver of
 * browsers looks at what only programs with all rights may see.
 *
 * @module
 */
import { chromium } from "playwright-core";
import { WallClock } from "../../runtime/mod.ts";
import { serve } from "../../serve/serve.ts";
import { needChromium } from "../../tools/chromium.ts";
import { bundleScripts } from "../../web/build/bundle.ts";
import "../../web/player/headway_window.ts";
import { answerAll } from "../child.ts";

/** Asks for a measurement of a page that plays. */
export interface MeasurePage {
  /** Seconds until measuring begins. */
  readonly settleS: number;
  readonly rounds: number;
  readonly roundS: number;
}

/** One round: shares of a core. */
export interface PageRound {
  /** Of the process that has the page, its worker and its audio thread. */
  readonly page: number;
  /** Of all processes of the browser. */
  readonly browser: number;
}

/** Answer to {@link MeasurePage}. */
export interface PageReading {
  readonly rounds: readonly PageRound[];
  /** Lead of the newest slice at the end, seconds. */
  readonly leadS: number | null;
}

/** Processor time of a process of the browser, seconds. */
interface ProcessTime {
  readonly type: string;
  readonly id: number;
  readonly cpuTime: number;
}

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
];

async function measurePage({ settleS, rounds, roundS }: MeasurePage): Promise<PageReading> {
  const clock = new WallClock();
  await using server = await serve({
    port: 0,
    controlPort: "off",
    write: () => {},
    bundleScripts,
  });
  const browser = await chromium.launch({ executablePath: needChromium(), args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(server.httpUrl);
    await page.click("#play");
    await clock.sleep(settleS);
    const session = await browser.newBrowserCDPSession();
    const timesOf = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo;
    const read: PageRound[] = [];
    for (let round = 0; round < rounds; round++) {
      const [before, fromS] = [await timesOf(), clock.now()];
      await clock.sleep(roundS);
      const [after, toS] = [await timesOf(), clock.now()];
      read.push({
        page: spent(before, after, "renderer") / (toS - fromS),
        browser: spent(before, after, null) / (toS - fromS),
      });
    }
    return { rounds: read, leadS: await page.evaluate(() => headway.view?.leadS ?? null) };
  } finally {
    await browser.close();
  }
}

/** Processor time between two looks, of one type of process or of all. */
function spent(
  before: readonly ProcessTime[],
  after: readonly ProcessTime[],
  type: string | null,
): number {
  return after.filter((it) => type === null || it.type === type).reduce((sum, now) => {
    const then = before.find(({ id }) => id === now.id)?.cpuTime ?? 0;
    return sum + now.cpuTime - then;
  }, 0);
}

await answerAll((question) => measurePage(question as MeasurePage));
