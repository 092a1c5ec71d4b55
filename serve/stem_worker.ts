/**
 * Splits one source into stems beside the main thread.
 *
 * @module
 */
import { errorMessage } from "../runtime/mod.ts";
import type { AudioClip } from "../server/streaming/engine/engine.ts";
import { splitStemsInto, type StemPair } from "../server/streaming/engine/motion.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<AudioClip>) => void) | null;
  postMessage(message: StemAnswer): void;
};

/** What the worker answers with. */
export type StemAnswer = { readonly pair: StemPair } | { readonly error: string };

const shared = (samples: number) => new Float32Array(new SharedArrayBuffer(samples * 4));

self.onmessage = ({ data: clip }) => {
  try {
    self.postMessage({ pair: splitStemsInto(clip, shared) });
  } catch (error) {
    self.postMessage({ error: errorMessage(error) });
  }
};
