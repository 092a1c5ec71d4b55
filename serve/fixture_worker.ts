/**
 * Makes one built-in loop beside the main thread, and hands its samples over.
 *
 * @module
 */
import type { AudioClip } from "../audio/mod.ts";
import { loadFixture } from "../fixtures/mod.ts";
import { errorMessage } from "../runtime/mod.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(message: FixtureAnswer, transfer: Transferable[]): void;
};

/** What the worker answers with. */
export type FixtureAnswer = { readonly clip: AudioClip } | { readonly error: string };

self.onmessage = ({ data: name }) => {
  try {
    const clip = loadFixture(name);
    self.postMessage({ clip }, [clip.audio.buffer as ArrayBuffer]);
  } catch (error) {
    self.postMessage({ error: errorMessage(error) }, []);
  }
};
