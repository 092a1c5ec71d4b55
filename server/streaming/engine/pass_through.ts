import { checkWindow } from "./window.ts";
import type { AudioClip, Engine, RenderRequest, RenderResult } from "./engine.ts";

/** An engine that plays the source as it is, at no cost. */
export class PassThroughEngine implements Engine {
  /** Its name in logs and reports. */
  readonly name = "pass-through";
  #source: AudioClip | null = null;

  /** Takes the source; its stems are not told apart. */
  load(source: AudioClip): void {
    this.#source = source;
  }

  /** Copies the window and calls `done` at once. */
  render(request: RenderRequest, done: (result: RenderResult) => void): void {
    if (request.out.length > 0) {
      const { audio, channels } = checkWindow(this.#source, request);
      const start = request.startSample * channels;
      request.out.set(audio.subarray(start, start + request.frames * channels));
    }
    done({ tickMs: 0, decMs: 0 });
  }

  /** Forgets the source. */
  dispose(): void {
    this.#source = null;
  }
}
