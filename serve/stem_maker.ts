/**
 * The built-in stems of a running server. To split minutes of audio takes seconds, and the arrays for
 * it alone can hold the main thread for a tenth of one: it happens in a worker, one source at a time.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError } from "../runtime/mod.ts";
import type { AudioClip } from "../server/streaming/engine/engine.ts";
import type { StemPair } from "../server/streaming/engine/motion.ts";
import { builtInStems } from "./engines.ts";
import type { StemAnswer } from "./stem_worker.ts";
import { IN_PROCESS_BYTES } from "./worker_preparer.ts";

/** Splits sources. */
export class StemMaker {
  readonly #gently: (clip: AudioClip, signal?: AbortSignal) => Promise<StemPair> | StemPair;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  /** Short sources are split on this thread, a block at a time. */
  constructor(clock: Clock) {
    this.#gently = builtInStems(clock);
  }

  /** Splits a source after those before it; see `SplitStems`. */
  readonly split = (clip: AudioClip, signal?: AbortSignal): Promise<StemPair> | StemPair => {
    if (clip.audio.byteLength <= IN_PROCESS_BYTES) return this.#gently(clip, signal);
    const signals = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    const pair = this.#last.then(() => splitInWorker(clip, signals));
    // Not the pair itself, which would be kept as long as nothing else is split.
    this.#last = pair.then(() => {}, () => {});
    return pair;
  };

  /** Ends what is under way, and what waits. */
  close(): void {
    this.#closing.abort(new HeadwayError("the server is closing"));
  }
}

/** Splits a source in a worker that lives as long as that takes, or until nobody wants it any more. */
export function splitInWorker(clip: AudioClip, signal: AbortSignal): Promise<StemPair> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const worker = new Worker(new URL("./stem_worker.ts", import.meta.url), { type: "module" });
  const end = Promise.withResolvers<StemPair>();
  const fail = (reason: string) =>
    end.reject(new HeadwayError(`stems could not be made: ${reason}`));
  const onAbort = () => end.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  worker.onmessage = ({ data }: MessageEvent<StemAnswer>) =>
    "pair" in data ? end.resolve(data.pair) : fail(data.error);
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message);
  };
  try {
    worker.postMessage(clip);
  } catch (error) {
    fail(errorMessage(error));
  }
  return end.promise.finally(() => {
    signal.removeEventListener("abort", onAbort);
    worker.terminate();
  });
}
