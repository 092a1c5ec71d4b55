/// <reference lib="dom" />
/**
 * Lead of each slice over the last half minute: above the line new audio comes in time, below it too
 * late.
 *
 * @module
 */
import type { Area } from "./canvas.ts";
import type { Tape } from "./tape.ts";

const SPAN_S = 30;
/** What is shown at least, either way of the line, seconds. */
const LEAST_S = { above: 0.5, below: 0.15 } as const;
const MOST_S = 5;
const LABEL_WIDTH = 34;

/** Draws it as of `nowS`. */
export function drawLeadGraph(area: Area, tape: Tape, nowS: number): void {
  const { context, width, height, palette } = area;
  let above: number = LEAST_S.above;
  let below: number = LEAST_S.below;
  for (const { leadS } of tape.slices) {
    if (leadS > above) above = Math.min(MOST_S, leadS);
    if (-leadS > below) below = Math.min(MOST_S, -leadS);
  }
  const pixelsPerS = (height - 6) / (above + below);
  const yOf = (leadS: number) => 3 + (above - leadS) * pixelsPerS;
  const zero = Math.round(yOf(0));
  context.fillStyle = palette.quiet;
  context.fillRect(LABEL_WIDTH, zero, width - LABEL_WIDTH, 1);
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText("0 s", LABEL_WIDTH - 6, zero);
  context.textBaseline = "top";
  context.fillText(above.toFixed(1), LABEL_WIDTH - 6, 1);
  for (const { atS, leadS } of tape.slices) {
    const ageS = nowS - atS;
    if (ageS > SPAN_S) continue;
    const x = width - ageS / SPAN_S * (width - LABEL_WIDTH);
    const y = yOf(Math.max(-MOST_S, Math.min(MOST_S, leadS)));
    context.fillStyle = leadS < 0 ? palette.old : palette.fresh;
    context.fillRect(x - 1.5, Math.min(y, zero), 2, Math.max(1, Math.abs(zero - y)));
  }
}
