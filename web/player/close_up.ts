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
/** How long the newest slice is shown with its lead, seconds. */
const SHOWN_S = 0.5;
const LABEL_HEIGHT = 18;
/** Below the waveform: where the newest slice is shown. */
const LANE_HEIGHT = 28;
/** Width that a bar is to have, with its gap. */
const BAR_PIXELS = 5;
const BAR_GAP = 0.35;

/** Draws it as of `nowS`. */
export function drawCloseUp(area: Area, tape: Tape, nowS: number): void {
  const { context, width, height, palette } = area;
  const headX = Math.round(width * HEAD_SHARE);
  const frame: Frame = {
    headX,
    headS: tape.playheadAt(nowS),
    pixelsPerS: width / SPAN_S,
    top: LABEL_HEIGHT,
    bottom: height - LANE_HEIGHT,
  };
  context.font = "12px system-ui, sans-serif";
  if (tape.bufferS === 0) {
    context.fillStyle = palette.line;
    context.fillRect(0, (frame.top + frame.bottom) / 2, width, 1);
    context.fillStyle = palette.quiet;
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText("new audio lands here, ahead of you", headX + 8, frame.bottom);
  } else {
    drawBars(area, tape, nowS, frame);
    drawNewest(area, tape, nowS, frame);
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
  /** Where the waveform begins and ends. */
  readonly top: number;
  readonly bottom: number;
}

/** The newest slice in the lane below the waveform, and its distance from the listener. */
function drawNewest(area: Area, tape: Tape, nowS: number, frame: Frame): void {
  const { context, width, height, palette } = area;
  const slice = tape.slices.at(-1);
  if (slice === undefined || nowS - slice.atS > SHOWN_S) return;
  const colour = slice.leadS < 0 ? palette.old : palette.fresh;
  const fromX = frame.headX + fold(slice.startS - frame.headS, tape.bufferS) * frame.pixelsPerS;
  const toX = fromX + slice.durationS * frame.pixelsPerS;
  const y = frame.bottom + 5;
  context.fillStyle = colour;
  context.fillRect(fromX, y, toX - fromX, 5);
  context.fillRect(Math.min(frame.headX, fromX), y + 2, Math.abs(fromX - frame.headX), 1);
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "bottom";
  const text = slice.leadS < 0
    ? `landed ${(-slice.leadS).toFixed(2)} s too late`
    : `landed ${slice.leadS.toFixed(2)} s ahead`;
  context.textAlign = "left";
  context.fillText(text, Math.min(Math.max(fromX, 0), width - 130), height);
}

function drawBars(area: Area, tape: Tape, nowS: number, frame: Frame): void {
  const { context, width, palette } = area;
  const { headX, headS, pixelsPerS, top, bottom } = frame;
  const columnS = tape.bufferS / PEAK_COLUMNS;
  // A short buffer has many columns in six seconds: some of them share a bar.
  const step = Math.max(1, Math.round(BAR_PIXELS / (columnS * pixelsPerS)));
  const barS = columnS * step;
  const pitch = barS * pixelsPerS;
  const barWidth = Math.max(1, pitch * (1 - BAR_GAP));
  const middle = (top + bottom) / 2;
  const half = (bottom - top) / 2 - 2;
  const first = Math.floor((headS - headX / pixelsPerS) / barS);
  const last = Math.ceil((headS + (width - headX) / pixelsPerS) / barS);
  const bars = Math.ceil(PEAK_COLUMNS / step);
  for (let bar = first; bar <= last; bar++) {
    const from = (((bar % bars) + bars) % bars) * step;
    const { min, max } = peakOf(tape.peaks, from, Math.min(from + step, PEAK_COLUMNS));
    const x = headX + (bar * barS - headS) * pixelsPerS;
    const glow = 1 - (nowS - tape.rewrittenS[from]!) / GLOW_S;
    context.fillStyle = palette[tape.ageOf(from, nowS)];
    if (glow > 0) {
      context.globalAlpha = 0.3 * glow;
      const from = Math.round(x);
      context.fillRect(from, top, Math.round(x + pitch) - from, bottom - top);
    }
    context.globalAlpha = x + barWidth < headX ? 0.45 : 1;
    const above = Math.max(1, scaled(max) * half);
    const below = Math.max(1, scaled(-min) * half);
    context.fillRect(x, middle - above, barWidth, above + below);
  }
  context.globalAlpha = 1;
}

function peakOf(peaks: Float32Array, from: number, to: number): { min: number; max: number } {
  let min = 0;
  let max = 0;
  for (let column = from; column < to; column++) {
    min = Math.min(min, peaks[column * 2]!);
    max = Math.max(max, peaks[column * 2 + 1]!);
  }
  return { min, max };
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
