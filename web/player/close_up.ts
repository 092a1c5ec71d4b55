/// <reference lib="dom" />
/**
 * Six seconds around the listener, who stands still while the tape runs past: slices land to the right
 * of the line, and are heard when they reach it.
 *
 * @module
 */
import { PEAK_COLUMNS } from "../session/peaks.ts";
import type { Area } from "./canvas.ts";
import type { Tape } from "./tape.ts";

/** Seconds that are shown. */
const SPAN_S = 6;
/** Where the listener stands, as a share of the width. */
const HEAD_SHARE = 0.4;
/** How long a slice glows after it landed, seconds. */
const GLOW_S = 1.2;
const LABEL_HEIGHT = 18;
const BAR_GAP = 0.35;

/** Draws it as of `nowS`. */
export function drawCloseUp(area: Area, tape: Tape, nowS: number): void {
  const { context, width, height, palette } = area;
  const middle = (height + LABEL_HEIGHT) / 2;
  const headX = Math.round(width * HEAD_SHARE);
  const headS = tape.playheadAt(nowS);
  const pixelsPerS = width / SPAN_S;
  if (tape.bufferS === 0) {
    context.fillStyle = palette.line;
    context.fillRect(0, middle, width, 1);
  } else {
    drawSlices(area, tape, nowS, { headX, headS, pixelsPerS });
    drawBars(area, tape, nowS, { headX, headS, pixelsPerS, middle });
  }
  context.fillStyle = palette.head;
  context.fillRect(headX - 1, 0, 2, height);
  context.font = "12px system-ui, sans-serif";
  context.textBaseline = "top";
  context.fillStyle = palette.quiet;
  context.textAlign = "right";
  context.fillText("heard", headX - 8, 2);
  context.textAlign = "left";
  context.fillText("to come", headX + 8, 2);
}

interface Frame {
  readonly headX: number;
  readonly headS: number;
  readonly pixelsPerS: number;
}

/** Blocks where slices landed lately: they glow, and age. */
function drawSlices(area: Area, tape: Tape, nowS: number, frame: Frame): void {
  const { context, height, palette } = area;
  for (const { atS, startS, durationS, leadS } of tape.slices) {
    const age = (nowS - atS) / GLOW_S;
    if (age > 1) continue;
    const x = frame.headX + fold(startS - frame.headS, tape.bufferS) * frame.pixelsPerS;
    context.globalAlpha = 0.55 * (1 - age) ** 2;
    context.fillStyle = leadS < 0 ? palette.old : palette.fresh;
    context.fillRect(x, LABEL_HEIGHT, durationS * frame.pixelsPerS, height - LABEL_HEIGHT);
  }
  context.globalAlpha = 1;
}

function drawBars(
  area: Area,
  tape: Tape,
  nowS: number,
  frame: Frame & { readonly middle: number },
): void {
  const { context, width, height, palette } = area;
  const columnS = tape.bufferS / PEAK_COLUMNS;
  // A short buffer has many columns in six seconds: some of them share a bar.
  const step = Math.max(1, Math.round(3 / (columnS * frame.pixelsPerS)));
  const barS = columnS * step;
  const barWidth = Math.max(1, barS * frame.pixelsPerS * (1 - BAR_GAP));
  const half = (height - LABEL_HEIGHT) / 2 - 2;
  const first = Math.floor((frame.headS - frame.headX / frame.pixelsPerS) / barS);
  const last = Math.ceil((frame.headS + (width - frame.headX) / frame.pixelsPerS) / barS);
  const bars = Math.ceil(PEAK_COLUMNS / step);
  for (let bar = first; bar <= last; bar++) {
    const from = (((bar % bars) + bars) % bars) * step;
    let min = 0;
    let max = 0;
    for (let column = from; column < Math.min(from + step, PEAK_COLUMNS); column++) {
      min = Math.min(min, tape.peaks[column * 2]!);
      max = Math.max(max, tape.peaks[column * 2 + 1]!);
    }
    const x = frame.headX + (bar * barS - frame.headS) * frame.pixelsPerS;
    const age = tape.ageOf(from, nowS);
    context.fillStyle = palette[age === "fresh" ? "fresh" : age === "old" ? "old" : "never"];
    context.globalAlpha = x + barWidth < frame.headX ? 0.45 : 1;
    const top = Math.max(1, scaled(max) * half);
    const bottom = Math.max(1, scaled(-min) * half);
    context.fillRect(x, frame.middle - top, barWidth, top + bottom);
  }
  context.globalAlpha = 1;
}

/** Quiet music is seen, too. */
function scaled(peak: number): number {
  return Math.min(1, Math.sqrt(Math.max(0, peak)));
}

/** A distance on the circle, −½..½ of it. */
function fold(distanceS: number, bufferS: number): number {
  const rest = ((distanceS % bufferS) + bufferS) % bufferS;
  return rest >= bufferS / 2 ? rest - bufferS : rest;
}
