import type { Report } from "../model.ts";
import { joined } from "./few.ts";
import { type Grid, plotFrame, span } from "./frame.ts";
import { type HeardStretch, oldStretches } from "./heard.ts";
import { type Markup, markup } from "./markup.ts";
import { perCent } from "./words.ts";

/** The exact answer, in a lane of its own: was what was heard rewritten for this lap? */
export function heardLane(
  report: Report,
  heard: readonly HeardStretch[],
  grid: Grid,
): Markup | null {
  if (heard.length === 0) return null;
  const x = grid.timeline.x;
  const share = report.lag.freshShare;
  const label = `What was heard over time: ${
    share === null ? "nothing" : `${perCent(share)} rewritten for this lap`
  }.`;
  // Of old audio that errs on the side of telling.
  const widest = (x.max - x.min) / 1000;
  const fresh = joined(heard.filter(({ isFresh }) => isFresh), widest);
  const old = oldStretches(heard);
  const content = markup`
    <g class="heard fresh">${
    fresh.map(({ fromS, toS }) => markup`<rect ${span(x, fromS, toS)} y="50%" height="50%"/>`)
  }</g>
    ${
    ["rest", "old"].map((kind) => {
      const part = joined(old.filter(({ isResting }) => isResting === (kind === "rest")), widest);
      return markup`<g class="heard ${kind}">${
        part.map(({ fromS, toS }) =>
          markup`<rect ${span(x, fromS, Math.max(toS, fromS + widest))} height="100%"/>`
        )
      }</g>`;
    })
  }`;
  return markup`<div class="lane">${plotFrame({ id: "heard", label, y: null, content }, grid)}</div>
    ${legend(old.some(({ isResting }) => isResting))}`;
}

function legend(hasRest: boolean): Markup {
  const item = (kind: string, y: string, words: string) =>
    markup`<li><svg class="swatch" aria-hidden="true"><g class="heard ${kind}"><rect y="${y}" width="100%" height="100%"/></g></svg> ${words}</li>`;
  return markup`<ul class="legend">${item("fresh", "50%", "fresh")}${item("old", "0", "old")}${
    hasRest ? item("rest", "0", "old while the session rested: no fault") : null
  }</ul>`;
}
