/**
 * A run's plot as a small picture in one line of a list: lead over time, with a strip of old audio
 * under it.
 *
 * @module
 */
import { escapeXml } from "./escape.ts";
import type { RunPlot } from "./run_plot.ts";

/** Heights of the picture, whose width is the number of columns. */
const AHEAD = 22;
const BEHIND = 14;
const ZERO = AHEAD + 1;
const STRIP_TOP = ZERO + BEHIND + 2;
const STRIP = 5;
/** A lead of this many seconds is drawn half way up. */
const HALF_S = 0.5;
/** Least height of what is drawn: one slice is to be seen, too. */
const LEAST = 2.2;

/** A stroke that is not drawn. */
const NOTHING = [0, 0] as const;

/** Height of the picture in its own units. */
export const SPARKLINE_HEIGHT: number = STRIP_TOP + STRIP;

/** The picture, described by `label` for those who do not see it. */
export function sparkline(plot: RunPlot, label: string): string {
  const { leadMinS, leadMaxS, lateS, oldShare, faults, jumps } = plot;
  const width = leadMinS.length;
  const ahead = columns(leadMinS, (lowS, i) => {
    const highS = leadMaxS[i]!;
    return highS < 0 ? NOTHING : bar(heightOf(Math.max(0, lowS)), heightOf(highS));
  });
  const behind = columns(
    leadMinS,
    (lowS, i) => lowS >= 0 ? NOTHING : bar(heightOf(lowS), heightOf(Math.min(0, leadMaxS[i]!))),
  );
  const late = columns(lateS, (leadS) => bar(heightOf(leadS), 0));
  const heard = columns(oldShare, () => [STRIP_TOP, SPARKLINE_HEIGHT]);
  const old = columns(oldShare, (share) => [SPARKLINE_HEIGHT - share * STRIP, SPARKLINE_HEIGHT]);
  const ticks = (at: readonly number[]) => at.map((column) => `M${column + 0.5} 0V4`).join("");
  const shapes = [
    ["behind", behind],
    ["ahead", ahead],
    ["late", late],
    ["heard", heard],
    ["old", old],
    ["jump", ticks(jumps)],
    ["fault", ticks(faults)],
  ];
  return `<svg viewBox="0 0 ${width} ${SPARKLINE_HEIGHT}" preserveAspectRatio="none" role="img" ` +
    `aria-label="${escapeXml(label)}">` +
    `<path class="zero" d="M0 ${ZERO}H${width}"/>` +
    shapes.map(([name, d]) => d === "" ? "" : `<path class="${name}" d="${d}"/>`).join("") +
    "</svg>";
}

/** A stroke for each column that has a value; none where it would have no height. */
function columns(
  values: readonly (number | null)[],
  spanOf: (value: number, column: number) => readonly [top: number, bottom: number],
): string {
  return values.map((value, i) => {
    if (value === null) return "";
    const [top, bottom] = spanOf(value, i).map((y) => Number(y.toFixed(1))) as [number, number];
    return top === bottom ? "" : `M${i + 0.5} ${top}V${bottom}`;
  }).join("");
}

/** From the lower height to the upper one, downwards, and not too thin to be seen. */
function bar(low: number, high: number): [top: number, bottom: number] {
  const thin = Math.max(0, LEAST - (high - low)) / 2;
  return [ZERO - high - thin, ZERO - low + thin];
}

/** Compressed, so that tenths of a second and laps fit one picture, and pictures compare. */
function heightOf(leadS: number): number {
  const share = Math.abs(leadS) / (Math.abs(leadS) + HALF_S);
  return leadS < 0 ? -share * BEHIND : share * AHEAD;
}
