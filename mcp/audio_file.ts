/**
 * Sound files as the server takes them. Reading and resampling a long one takes seconds, which no
 * other tool may feel: it happens in a worker.
 *
 * @module
 */
import type { AudioAnswer } from "./audio_worker.ts";
import { ToolError } from "./errors.ts";

/** Audio at 48 kHz, as a clip's samples or as the message that carries them. */
export interface DecodedAudio {
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
  /** The PCM message: header, then interleaved f32. */
  readonly pcm: Uint8Array<ArrayBuffer>;
}

/**
 * Decodes a WAV file of any sample rate; its first two channels at 48 kHz come back.
 *
 * @param bytes The file; it is handed over and cannot be used afterwards.
 * @param label What it is called in errors.
 * @throws {ToolError} for anything else, and when the signal aborts.
 */
export function decodeAudio(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  signal?: AbortSignal,
): Promise<DecodedAudio> {
  const worker = new Worker(new URL("./audio_worker.ts", import.meta.url), { type: "module" });
  const done = Promise.withResolvers<DecodedAudio>();
  const fail = (reason: string) => done.reject(new ToolError(`cannot use ${label}: ${reason}`));
  const onAbort = () => fail("the call was cancelled");
  worker.onmessage = ({ data }: MessageEvent<AudioAnswer>) =>
    "error" in data ? fail(data.error) : done.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message);
  };
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  worker.postMessage(bytes, [bytes.buffer]);
  return done.promise.finally(() => {
    worker.terminate();
    signal?.removeEventListener("abort", onAbort);
  });
}
