/// <reference lib="dom" />
/**
 * Lead of each slice over the last half minute: above the line new audio comes in time, below it too
 * late.
 *
 * @module
 */
import type { LandedSlice } from "../session/messages.ts";
import type { Area } from "./canvas.ts";
import type { Tape } from "./tape.ts";

const SPAN_S = 30;
/** What is shown at least, either way of the line, seconds. */
const LEAST_S = { above: 0.5, below: 0.15 } as const;
const MOST_S = 5;
const LABEL_WIDTH = 34;
/** Height of a line of labels, in CSS pixels. */
const LABEL_HEIGHT = 14;

/** How far the graph reaches above and below the line, seconds. */
export interface LeadScale {
  readonly above: number;
  readonly below: number;
}

/**
 * The scale for what is drawn as of `nowS`. Leads that a seek or a new start excuses do not stretch
 * it: they would flatten everything else for half a minute.
 */
export function leadScale(slices: readonly LandedSlice[], nowS: number): LeadScale {
  let above: number = LEAST_S.above;
  let below: number = LEAST_S.below;
  for (const { atS, leadS, isExcused } of slices) {
    if (isExcused || nowS - atS > SPAN_S) continue;
    above = Math.max(above, Math.min(MOST_S, leadS));
    below = Math.max(below, Math.min(MOST_S, -leadS));
  }
  return { above, below };
}

/** Draws it as of `nowS`. */
export function drawLeadGraph(area: Area, tape: Tape, nowS: number): void {
  const { context, width, height, palette } = area;
  const { above, below } = leadScale(tape.slices, nowS);
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
  // Close to the line it would be written over the other one.
  if (zero > 1.5 * LABEL_HEIGHT) context.fillText(above.toFixed(1), LABEL_WIDTH - 6, 1);
  for (const { atS, leadS, isExcused } of tape.slices) {
    const ageS = nowS - atS;
    if (ageS > SPAN_S) continue;
    const x = width - ageS / SPAN_S * (width - LABEL_WIDTH);
    const y = yOf(Math.max(-below, Math.min(above, leadS)));
    context.fillStyle = isExcused ? palette.never : leadS < 0 ? palette.old : palette.fresh;
    context.fillRect(x - 1.5, Math.min(y, zero), 2, Math.max(1, Math.abs(zero - y)));
  }
}
