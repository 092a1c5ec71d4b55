/**
 * Gives speech of other engines our sample rate, beside the main thread.
 *
 * @module
 */
import { pcmAtRate, SPEECH_HZ } from "../../server/voice/speech/engine.ts";

/** What the worker is asked. */
export interface ResampleOrder {
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly fromHz: number;
}

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<ResampleOrder>) => void) | null;
  postMessage(message: Int16Array<ArrayBuffer>, transfer: Transferable[]): void;
};

self.onmessage = ({ data: { pcm, fromHz } }) => {
  const resampled = pcmAtRate(pcm, fromHz, SPEECH_HZ);
  self.postMessage(resampled, [resampled.buffer]);
};
