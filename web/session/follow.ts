import { foldLeadSamples } from "../../sim/lag_records.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";

/** How far behind the newest slice a watcher plays, seconds: about where the listener is. */
const BEHIND_S = 0.4;
/** Slices further off than this, either way, are not where the watcher listens, seconds. */
const NEAR_S = 1;
/** So many slices in a row must lie elsewhere until the watcher goes there. */
const PATIENCE = 4;

/**
 * Keeps a watcher where the listener is. Nobody tells a watcher the listener's playhead, but slices
 * land a little ahead of it: when several in a row land elsewhere, the listener has jumped.
 */
export class Follow {
  #elsewhere = PATIENCE - 1;

  /** A new buffer: the first slice says where the listener is. */
  reset(): void {
    this.#elsewhere = PATIENCE - 1;
  }

  /**
   * A slice landed.
   *
   * @returns Where to go, in frames; null to stay.
   */
  onSlice(startSample: number, playheadSample: number, frames: number): number | null {
    const leadS = foldLeadSamples(startSample, playheadSample, frames) / SAMPLE_RATE;
    // A watcher that begins level with the listener would hear old audio at the first hiccup.
    if (leadS > 0 && leadS < NEAR_S) {
      this.#elsewhere = 0;
      return null;
    }
    if (++this.#elsewhere < PATIENCE) return null;
    this.#elsewhere = 0;
    const target = startSample - Math.round(BEHIND_S * SAMPLE_RATE);
    return target < 0 ? target + frames : target;
  }
}
