/**
 * Makes one built-in loop beside the main thread, in memory that every thread sees.
 *
 * @module
 */
import type { AudioClip } from "../audio/mod.ts";
import { loadFixture } from "../fixtures/mod.ts";
import { errorMessage } from "../runtime/mod.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(message: FixtureAnswer): void;
};

/** What the worker answers with. */
export type FixtureAnswer = { readonly clip: AudioClip } | { readonly error: string };

self.onmessage = ({ data: name }) => {
  try {
    const clip = loadFixture(name);
    // Seen by both threads, and by the one that prepares sources: nobody copies a loop.
    const audio = new Float32Array(new SharedArrayBuffer(clip.audio.byteLength));
    audio.set(clip.audio);
    self.postMessage({ clip: { ...clip, audio } });
  } catch (error) {
    self.postMessage({ error: errorMessage(error) });
  }
};
