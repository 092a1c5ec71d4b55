import type { AudioClip, RenderRequest } from "./engine.ts";

/**
 * The source, once it is sure that the window lies inside it and that `out` fits.
 *
 * @throws RangeError when a window is asked for before a source, outside it, or of another size.
 */
export function checkWindow(source: AudioClip | null, request: RenderRequest): AudioClip {
  if (source === null) throw new RangeError("a window was asked for before any source was loaded");
  const { startSample, frames, out } = request;
  const end = startSample + frames;
  if (!Number.isInteger(startSample) || startSample < 0 || !(frames >= 1) || end > source.frames) {
    throw new RangeError(
      `window ${startSample}..${end} is not inside the source of ${source.frames} frames`,
    );
  }
  if (out.length !== frames * source.channels) {
    throw new RangeError(
      `window of ${frames} frames needs ${
        frames * source.channels
      } samples, got room for ${out.length}`,
    );
  }
  return source;
}
