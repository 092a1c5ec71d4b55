import type { LandedSlice, View } from "../session/messages.ts";
import { PEAK_COLUMNS } from "../session/peaks.ts";

/** How long slices and places of the listener are kept for drawing, seconds. */
const KEPT_S = 32;

/** A place of the listener at a time. */
export interface HeadPoint {
  readonly atS: number;
  readonly playheadS: number;
}

/** What is drawn of a session: the buffer's waveform, how old each column is, what landed lately. */
export class Tape {
  bufferS = 0;
  /** `min, max` of each column. */
  peaks: Float32Array = new Float32Array(PEAK_COLUMNS * 2);
  /** When each column was rewritten; −∞ before. */
  readonly rewrittenS: Float64Array = new Float64Array(PEAK_COLUMNS).fill(-Infinity);
  slices: LandedSlice[] = [];
  heads: HeadPoint[] = [];
  view: View | null = null;
  /** When the newest view came, on the page's clock. */
  seenS = 0;

  /** A new buffer. */
  take(bufferS: number, peaks: Float32Array): void {
    this.bufferS = bufferS;
    this.peaks = peaks;
    this.rewrittenS.fill(-Infinity);
    this.slices = [];
    this.heads = [];
  }

  /** What was measured since. */
  add(view: View): void {
    this.view = view;
    this.seenS = view.atS;
    for (const { from, values } of view.peaks) this.peaks.set(values, from * 2);
    for (const slice of view.slices) {
      this.slices.push(slice);
      const first = Math.floor(slice.startS / this.bufferS * PEAK_COLUMNS);
      const end = Math.ceil((slice.startS + slice.durationS) / this.bufferS * PEAK_COLUMNS);
      this.rewrittenS.fill(slice.atS, first, Math.min(PEAK_COLUMNS, end));
    }
    this.heads.push({ atS: view.atS, playheadS: view.playheadS });
    const oldestS = view.atS - KEPT_S;
    this.slices = dropOld(this.slices, oldestS);
    this.heads = dropOld(this.heads, oldestS);
  }

  /** The listener's place at a time: the newest view's, moved on. */
  playheadAt(nowS: number): number {
    const { view } = this;
    if (view === null || this.bufferS === 0) return 0;
    const moved = view.isPaused ? 0 : Math.min(0.1, Math.max(0, nowS - this.seenS));
    return Math.min(view.playheadS + moved, this.bufferS);
  }

  /** How a column's age is to be drawn. */
  ageOf(column: number, nowS: number): "fresh" | "old" | "never" {
    const rewrittenS = this.rewrittenS[column]!;
    if (rewrittenS === -Infinity) return "never";
    const band = this.view?.band ?? null;
    const lapS = band === null ? this.bufferS : (band.endSample - band.startSample) / 48000;
    return nowS - rewrittenS <= lapS ? "fresh" : "old";
  }
}

function dropOld<T extends { readonly atS: number }>(items: T[], oldestS: number): T[] {
  let count = 0;
  while (count < items.length && items[count]!.atS < oldestS) count++;
  return count === 0 ? items : items.slice(count);
}
