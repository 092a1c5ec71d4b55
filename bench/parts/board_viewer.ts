/**
 * The page of a long session: how smoothly it scrolls, in a headless Chromium.
 *
 * @module
 */
import { Child } from "../child.ts";
import type { Figure, PartOptions } from "../figures.ts";
import type { MeasureViewer, ViewerReading } from "../roles/viewer.ts";
import { quantileOf } from "../rounds.ts";
import { longPieces, writeFile } from "./board_files.ts";

const VIEWER = new URL("../roles/viewer.ts", import.meta.url);
const SESSION = "long";
/** Such a transcript has about 8 900 items. */
const BYTES = 55e6;
/** Upwards from the newest item, then downwards from the first. */
const SCROLL_S = 15;
/** About as fast as a wheel that is turned again and again, pixels a frame. */
const STEP_PX = 250;

/** Measures it; the transcript is written in `folder`. */
export async function measureViewer(folder: string, say: PartOptions["say"]): Promise<Figure[]> {
  say(`writing ${BYTES / 1e6} MB`);
  writeFile(`${folder}/projects/-home-dev-big/${SESSION}.jsonl`, longPieces(SESSION, BYTES));
  say("a page that scrolls");
  await using browser = Child.deno(VIEWER, [], ["--allow-all"]);
  const question: MeasureViewer = {
    ...{ root: folder, home: `${folder}/home`, session: SESSION },
    ...{ scrollS: SCROLL_S, stepPx: STEP_PX },
  };
  const { blankFrames, frameMs, items, mostNodes, passed } = await browser.ask<ViewerReading>(
    question,
  );
  const figure = (name: string, value: number, unit: string, goal: Figure["goal"] = null) => ({
    ...{ part: "board", name, value, unit, goal, ratio: null },
  });
  const name = `the page of ${items} items scrolls`;
  return [
    figure(`${name}, p50`, 1000 / quantileOf(frameMs, 0.5), "frames/s", { least: 50 }),
    figure(`a frame of it, p95`, quantileOf(frameMs, 0.95), "ms"),
    figure("frames of it that showed no item", blankFrames, "frames"),
    figure("items that went by", passed, "items"),
    figure("items that had nodes, most", mostNodes, "items", { most: 120 }),
  ];
}
