/**
 * The picture of `docs/fidelity.md`: one SVG that stands alone, light and dark.
 *
 * @module
 */
import { quantile } from "./compare.ts";
import { type FidelityReport, PLAYHEAD_TARGET_MS } from "./summary.ts";

const WIDTH = 760;
const HEIGHT = 250;
const EDGE = { left: 70, right: 30, top: 34, bottom: 40 } as const;

/** A straight scale from values to places. */
interface Axis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

/** Draws both panels: the playhead over time, and the leads. */
export function drawPlot({ atS, zeroMs, seamMs, leads }: FidelityReport["plot"]): string {
  const time: Axis = { min: 0, max: Math.max(1, Math.round(atS.at(-1) ?? 1)), step: 2, unit: "s" };
  const gap = axisOver(
    [...typical(zeroMs), ...typical(seamMs), -PLAYHEAD_TARGET_MS, PLAYHEAD_TARGET_MS],
    20,
    "ms",
  );
  const lead = axisOver([...typical(leads.browser), ...typical(leads.headless)], 50, "ms");
  const share: Axis = { min: 0, max: 100, step: 20, unit: "%" };
  const shares = leads.browser.map((_, i) => i + 1);
  const band = rect(place(gap, PLAYHEAD_TARGET_MS, true), place(gap, -PLAYHEAD_TARGET_MS, true));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT * 2}" role="img"
 aria-label="Simulated playhead against the browser's over time, and the leads of both">
<style>
svg { --ground: #fff; --ink: #222; --line: #ddd; --zero: #b4550f; --seam: #0a63a8; }
@media (prefers-color-scheme: dark) {
svg { --ground: #16181b; --ink: #e4e4e4; --line: #3a3d42; --zero: #f0a35e; --seam: #6db3f2; }
}
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.ground { fill: var(--ground); }
.grid { stroke: var(--line); }
.band { fill: var(--seam); opacity: 0.12; }
polyline { fill: none; stroke-width: 1.6; }
.zero { stroke: var(--zero); } .seam { stroke: var(--seam); }
text.zero { fill: var(--zero); stroke: none; } text.seam { fill: var(--seam); stroke: none; }
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT * 2}"/>
<g>
${title("Simulated playhead less the browser's", ["hard wrap", "seam"])}
${band}${frame(time, gap)}
${curve("zero", atS, zeroMs, time, gap)}
${curve("seam", atS, seamMs, time, gap)}
</g>
<g transform="translate(0 ${HEIGHT})">
${title("Share of slices whose lead is at most …", ["headless", "browser"])}
${frame(lead, share)}
${curve("zero", leads.headless, shares, lead, share)}
${curve("seam", leads.browser, shares, lead, share)}
</g>
</svg>
`;
}

/** From the 1st to the 99th percentile: a single stall shall not flatten all the rest. */
function typical(values: readonly number[]): [number, number] {
  return [quantile(values, 1), quantile(values, 99)];
}

function axisOver(values: readonly number[], step: number, unit: string): Axis {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  // Never more lines than can be read.
  const wide = Math.max(1, Math.ceil((to - from) / step / 8)) * step;
  const min = Math.floor(from / wide) * wide;
  return { min, max: Math.max(Math.ceil(to / wide) * wide, min + wide), step: wide, unit };
}

function place({ min, max }: Axis, value: number, isUpright: boolean): number {
  // What lies beyond is drawn at the edge.
  const share = Math.min(1, Math.max(0, (value - min) / (max - min)));
  const { left, right, top, bottom } = EDGE;
  return isUpright
    ? Math.round((HEIGHT - bottom - share * (HEIGHT - top - bottom)) * 10) / 10
    : Math.round((left + share * (WIDTH - left - right)) * 10) / 10;
}

function rect(top: number, bottom: number): string {
  return `<rect class="band" x="${EDGE.left}" y="${top}" width="${
    WIDTH - EDGE.left - EDGE.right
  }" height="${Math.round((bottom - top) * 10) / 10}"/>\n`;
}

function frame(x: Axis, y: Axis): string {
  const lines: string[] = [];
  for (let value = y.min; value <= y.max; value += y.step) {
    const at = place(y, value, true);
    lines.push(
      `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at}" y2="${at}"/>`,
      `<text x="${EDGE.left - 8}" y="${at + 4}" text-anchor="end">${tick(value, y)}</text>`,
    );
  }
  for (let value = x.min; value <= x.max; value += x.step) {
    const at = place(x, value, false);
    lines.push(
      `<text x="${at}" y="${HEIGHT - EDGE.bottom + 20}" text-anchor="middle">${
        tick(value, x)
      }</text>`,
    );
  }
  return lines.join("\n");
}

function tick(value: number, { unit }: Axis): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value)} ${unit}`;
}

function title(text: string, [zero, seam]: readonly [string, string]): string {
  const right = WIDTH - EDGE.right;
  return `<text x="${EDGE.left}" y="20">${text}</text>
<text class="zero" x="${right - 80}" y="20" text-anchor="end">— ${zero}</text>
<text class="seam" x="${right}" y="20" text-anchor="end">— ${seam}</text>`;
}

function curve(
  name: string,
  xs: readonly number[],
  ys: readonly number[],
  x: Axis,
  y: Axis,
): string {
  const points = xs.map((value, i) => `${place(x, value, false)},${place(y, ys[i]!, true)}`);
  return `<polyline class="${name}" points="${points.join(" ")}"/>`;
}
