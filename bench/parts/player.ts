/**
 * The player's page: its share of a core while it plays and draws, in a headless Chromium without a
 * graphics card.
 *
 * @module
 */
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import type { MeasurePage, PageReading } from "../roles/page.ts";
import { medianOf } from "../rounds.ts";

const PAGE = new URL("../roles/page.ts", import.meta.url);

/** Long enough before for the page's code to be compiled. */
const QUESTION: MeasurePage = { settleS: 6, rounds: 6, roundS: 4 };
/** A listener's machine has other things to do: % of a core. */
const PAGE_SHARE = { most: 25 };

/** Measures the page. */
export async function playerPart({ say }: PartOptions): Promise<PartResult> {
  say("a page that plays");
  await using browser = Child.deno(PAGE, [], ["--allow-all"]);
  const { rounds, leadS } = await browser.ask<PageReading>(QUESTION);
  const share = (name: string, values: readonly number[], goal: Figure["goal"]): Figure => ({
    ...{ part: "player", name, unit: "% of a core", goal, ratio: null },
    value: 100 * medianOf(values),
  });
  return {
    figures: [
      share("page, playing and drawing", rounds.map(({ page }) => page), PAGE_SHARE),
      share("whole browser, drawing in software", rounds.map(({ browser }) => browser), null),
      {
        ...{ part: "player", name: "lead of the newest slice", unit: "s", goal: { least: 0 } },
        ...{ value: leadS ?? -1, ratio: null },
      },
    ],
    notes: [],
  };
}
