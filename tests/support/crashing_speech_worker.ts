/**
 * The speech worker of the server, which dies in the middle of sentences that tell it to: by an error
 * that nothing catches, as a defect would be.
 *
 * @module
 */
import "../../serve/voice/speech_worker.ts";
import type { Utterance } from "../../server/voice/speech/engine.ts";

/** The part of a worker's global scope that is used here. */
declare const self: { onmessage: ((event: MessageEvent<Utterance>) => unknown) | null };

const speak = self.onmessage!;

self.onmessage = (event) => {
  if (event.data.text.includes("crash")) {
    // The sentence is under way when it happens.
    speak(event);
    throw new Error("the worker was told to crash here");
  }
  return speak(event);
};
