/**
 * The crossfade between a fresh window and the buffer that it goes into.
 *
 * @module
 */
import { EDGE_FADE_FRAMES } from "../../wire/mod.ts";

/**
 * Fades a window's edges into what the buffer holds there, so that neither end clicks: linear, over
 * {@link EDGE_FADE_FRAMES} or a quarter of a short window. The buffer's own ends are not faded.
 *
 * @param window Interleaved samples of the window; changed in place.
 * @param buffer The whole circular buffer, interleaved.
 * @param startSample First frame of the window.
 * @param channels Values per frame of both.
 * @param bufferFrames Frames of the buffer.
 */
export function fadeEdges(
  window: Float32Array,
  buffer: Float32Array,
  startSample: number,
  channels: number,
  bufferFrames: number,
): void {
  const frames = window.length / channels;
  const fade = Math.min(EDGE_FADE_FRAMES, Math.floor(frames / 4));
  const fadesIn = startSample > 0;
  const fadesOut = startSample + frames < bufferFrames;
  for (let i = 0; i < fade; i++) {
    const up = (i + 1) / (fade + 1);
    for (let c = 0; c < channels; c++) {
      if (fadesIn) {
        const at = i * channels + c;
        const old = buffer[startSample * channels + at]!;
        window[at] = old + (window[at]! - old) * up;
      }
      if (fadesOut) {
        const at = (frames - 1 - i) * channels + c;
        const old = buffer[startSample * channels + at]!;
        window[at] = old + (window[at]! - old) * up;
      }
    }
  }
}
