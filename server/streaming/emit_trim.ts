/**
 * Sends of each window only what it adds to those before it in the same lap: a fraction of the bytes,
 * at the price that what was sent stays as it is until the next lap.
 *
 * @module
 */
import { EDGE_FADE_FRAMES } from "../../wire/mod.ts";
import type { SliceEvent } from "./events.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import { fadeEdges } from "./window_fade.ts";

/**
 * The trim of one session's windows. It keeps a mark: the end of what is finished in this lap, which
 * is where the tail fade of the last window that was sent begins.
 */
export class EmitTrim {
  readonly #fades: boolean;
  #mark: number | null = null;

  /** A trim before its first window. */
  constructor(faults: Pick<StreamFaults, "noEdgeFade"> = NO_FAULTS) {
    this.#fades = !faults.noEdgeFade;
  }

  /** Forgets what was sent: another source, or another lap. */
  reset(): void {
    this.#mark = null;
  }

  /**
   * What of a window is to be sent: its part beyond the mark, crossfaded into what the client has
   * before it; all of it after a jump or a wrap; null if it adds nothing.
   *
   * Windows of a loop band are sent whole, as its laps may be shorter than a window, and so are those
   * of a buffer in which behind and ahead could be mistaken for each other.
   *
   * @param window The window, faded at its edges.
   * @param mirror What the client has; empty at timing fidelity.
   */
  part(window: SliceEvent, mirror: Float32Array): SliceEvent | null {
    const { startSample, numSamples, bufferFrames, channels } = window;
    if (this.#mark === null || !isTrimmable(window)) return window;
    const known = fold(this.#mark - startSample, bufferFrames);
    // A window that far behind the mark is no small step back: the listener went somewhere else.
    if (known <= 0 || known > 2 * numSamples) return window;
    if (finished(window) - startSample <= known) return null;
    const skipped = Math.max(0, known - EDGE_FADE_FRAMES);
    if (skipped === 0) return window;
    const start = startSample + skipped;
    const audio = window.audio.slice(skipped * channels);
    // Only the head: the tail has its fade already.
    if (this.#fades) fadeEdges(audio, mirror, start, channels, start + audio.length / channels);
    return { ...window, startSample: start, numSamples: numSamples - skipped, audio };
  }

  /** The window, or what {@link EmitTrim.part} made of it, was sent. */
  sent(window: SliceEvent): void {
    this.#mark = isTrimmable(window) ? finished(window) : null;
  }
}

function isTrimmable({ isInBand, numSamples, bufferFrames }: SliceEvent): boolean {
  return !isInBand && bufferFrames > 4 * numSamples;
}

/** Where what the window finishes ends: before its tail fade, unless it ends with the buffer. */
function finished({ startSample, numSamples, bufferFrames }: SliceEvent): number {
  const end = startSample + numSamples;
  return end >= bufferFrames ? bufferFrames : end - EDGE_FADE_FRAMES;
}

/** A distance on the circle, the shorter way round. */
function fold(distance: number, frames: number): number {
  const ahead = ((distance % frames) + frames) % frames;
  return ahead >= frames / 2 ? ahead - frames : ahead;
}
