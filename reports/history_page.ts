/**
 * `history.html`: one figure over many saved runs, a small plot for each scenario. It needs no script
 * and nothing from elsewhere.
 *
 * @module
 */
import { valueWords } from "./compare/judge.ts";
import type { History, HistoryLine } from "./history.ts";
import { type Markup, markup, raw } from "./page/markup.ts";
import { scaleOf, SIDE, squareX, squareY } from "./page/scale.ts";
import { standalonePage } from "./page/shell.ts";
import { STYLE } from "./page/style.ts";
import { clipped } from "./page/words.ts";

/** Most scenarios that are drawn: a folder may hold any number. */
const MAX_LINES = 500;

const HISTORY_STYLE = `${STYLE}
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 1.75rem; margin-top: 1.75rem }
.plots h2 { font-size: 1rem; overflow-wrap: anywhere; margin: 0 }   .plots section { margin: 0 } .plots p { font-size: .875rem }
.plots svg { display: block; width: 100%; height: 6.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  margin: .35rem 0 } .plots path { fill: none; vector-effect: non-scaling-stroke; stroke: var(--fresh); stroke-width: 2 }
.plots .dots { stroke-width: 7; stroke-linecap: round } .steady { opacity: .75 } .sets { overflow-wrap: anywhere }
`;

/** The page. */
export function historyPage(history: History): string {
  const { title, metric, sets, lines } = history;
  const shown = lines.slice(0, MAX_LINES);
  const body = markup`
        <header>
          <p class="eyebrow">Headway history</p>
          <h1>${title}</h1>
          <p class="soft"><code>${metric}</code> over ${sets.length} saved sets of runs, those that changed most first</p>
          <details class="sets"><summary>The sets, from left to right</summary><ol>${
    sets.map((name) => markup`<li>${clipped(name)}</li>`)
  }</ol></details>
        </header>
        <main class="plots">${shown.map((line) => plot(history, line))}</main>
        ${
    lines.length > shown.length
      ? markup`<p class="aside">and ${lines.length - shown.length} more: see --json</p>`
      : null
  }
  `;
  return standalonePage({ title: `Headway history: ${title}`, style: HISTORY_STYLE, body });
}

function plot(history: History, { scenario, values }: HistoryLine): Markup {
  const present = values.filter((value) => value !== null);
  const words = (value: number | undefined) =>
    value === undefined ? "–" : valueWords({ name: history.metric, unit: history.unit }, value);
  const [low, high] = [Math.min(...present), Math.max(...present)];
  const isSteady = low === high;
  const says = present.length === 0
    ? "never measured"
    : isSteady
    ? `${words(low)} throughout`
    : `${words(present[0])} first, ${words(present.at(-1))} last, between ${words(low)} and ${
      words(high)
    }`;
  return markup`<section${raw(isSteady ? ' class="steady"' : "")}><h2>${scenario}</h2>
    <svg viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none" role="img" aria-label="${`${scenario}: ${says}`}">${
    present.length === 0 ? null : curve(values, low, high)
  }</svg><p class="soft">${says}</p></section>`;
}

/** A line through the values, with a dot at each; broken where there is none. */
function curve(values: readonly (number | null)[], low: number, high: number): Markup {
  const x = scaleOf(-0.5, values.length - 0.5);
  const air = (high - low) * 0.15 || Math.max(1e-6, Math.abs(high) * 0.1);
  const y = scaleOf(low - air, high + air);
  let isDown = false;
  let line = "";
  let dots = "";
  for (const [i, value] of values.entries()) {
    if (value !== null) {
      const at = `${squareX(x, i)} ${squareY(y, value)}`;
      line += `${isDown ? "L" : "M"}${at}`;
      dots += `M${at}h0`;
    }
    isDown = value !== null;
  }
  return markup`<path d="${line}"/><path class="dots" d="${dots}"/>`;
}
