/**
 * The loudspeaker of this machine, as the voice server sees it.
 *
 * @module
 */
import type { ResolvedDevice } from "./devices.ts";

/** Plays one file at a time; who is next is decided elsewhere. */
export interface LocalPlayer {
  /**
   * Plays a WAV file to its end. `done` is told null, or why it could not; it comes once, also after
   * the returned function has stopped it.
   */
  play(
    wav: Uint8Array<ArrayBuffer>,
    device: ResolvedDevice,
    done: (error: string | null) => void,
  ): () => void;
}
