/// <reference lib="dom" />
/**
 * The whole buffer from left to right: its waveform, and under it the buffer map, on which what landed
 * scrolls down as it ages while the listener leaves a trace.
 *
 * @module
 */
import { PEAK_COLUMNS } from "../session/peaks.ts";
import type { Area } from "./canvas.ts";
import type { Tape } from "./tape.ts";

/** Seconds that the map shows. */
const MAP_S = 20;
const WAVE_SHARE = 0.4;
/** Thinnest stroke of a slice on the map. */
const STROKE = 2;

/** Draws it as of `nowS`. */
export function drawOverview(area: Area, tape: Tape, nowS: number): void {
  const { context, width, height, palette } = area;
  const waveHeight = Math.round(height * WAVE_SHARE);
  context.fillStyle = palette.line;
  context.fillRect(0, waveHeight, width, 1);
  if (tape.bufferS === 0) return;
  drawBand(area, tape);
  drawWave(area, tape, nowS, waveHeight);
  drawMap(area, tape, nowS, waveHeight + 1);
  const headX = tape.playheadAt(nowS) / tape.bufferS * width;
  context.fillStyle = palette.head;
  context.fillRect(headX - 1, 0, 2, waveHeight + 4);
}

function drawBand({ context, width, height, palette }: Area, { view, bufferS }: Tape): void {
  const band = view?.band ?? null;
  if (band === null) return;
  const from = band.startSample / 48000 / bufferS * width;
  const to = band.endSample / 48000 / bufferS * width;
  context.globalAlpha = 0.35;
  context.fillStyle = palette.freshSoft;
  context.fillRect(from, 0, to - from, height);
  context.globalAlpha = 1;
  context.fillStyle = palette.fresh;
  context.fillRect(from - 1, 0, 2, height);
  context.fillRect(to - 1, 0, 2, height);
}

function drawWave({ context, width, palette }: Area, tape: Tape, nowS: number, height: number) {
  const middle = height / 2;
  const half = middle - 3;
  const count = Math.min(PEAK_COLUMNS, Math.floor(width));
  const step = PEAK_COLUMNS / count;
  const bar = width / count;
  for (let i = 0; i < count; i++) {
    const column = Math.floor(i * step);
    const min = tape.peaks[column * 2]!;
    const max = tape.peaks[column * 2 + 1]!;
    context.fillStyle = palette[tape.ageOf(column, nowS)];
    const top = Math.max(0.5, Math.sqrt(Math.min(1, max)) * half);
    const bottom = Math.max(0.5, Math.sqrt(Math.min(1, -min)) * half);
    context.fillRect(i * bar, middle - top, bar, top + bottom);
  }
}

function drawMap(area: Area, tape: Tape, nowS: number, top: number): void {
  const { context, width, height, palette } = area;
  const rowsPerS = (height - top) / MAP_S;
  for (const { atS, startS, durationS, leadS } of tape.slices) {
    const ageS = nowS - atS;
    if (ageS > MAP_S) continue;
    context.globalAlpha = 1 - 0.75 * (ageS / MAP_S);
    context.fillStyle = leadS < 0 ? palette.old : palette.fresh;
    const x = startS / tape.bufferS * width;
    context.fillRect(
      x,
      top + ageS * rowsPerS,
      Math.max(STROKE, durationS / tape.bufferS * width),
      STROKE,
    );
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.head;
  context.lineWidth = 1.5;
  context.beginPath();
  let beforeX = Infinity;
  for (let i = tape.heads.length - 1; i >= 0; i--) {
    const { atS, playheadS } = tape.heads[i]!;
    const x = playheadS / tape.bufferS * width;
    const y = top + Math.max(0, nowS - atS) * rowsPerS;
    if (y > height) break;
    // Over the seam, a jump, or a loop: the line is lifted.
    if (Math.abs(x - beforeX) > width / 50) context.moveTo(x, y);
    else context.lineTo(x, y);
    beforeX = x;
  }
  context.stroke();
}
