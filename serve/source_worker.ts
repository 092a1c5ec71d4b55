/**
 * Does jobs on audio beside the main thread. What is shared afterwards goes into memory that both
 * threads see, so that a later job on it copies nothing; what one session writes to is handed over.
 *
 * @module
 */
import { errorMessage } from "../runtime/mod.ts";
import type { AudioClip } from "../server/streaming/engine/engine.ts";
import { type ClipMeasures, measureClip } from "../server/streaming/engine/motion/measures.ts";
import {
  doSourceJob,
  type SourceJob,
  type SourceResults,
  type WriteJob,
} from "../server/streaming/source_jobs.ts";

/** A job as it travels: the source of a write has been looked up. */
export type SentJob =
  & (Exclude<SourceJob, WriteJob> | Omit<WriteJob, "source"> & { readonly source: AudioClip })
  & {
    /** Whether the engine's measures of the resulting clip are known already. */
    readonly isMeasured: boolean;
  };

/** What the worker answers with, job by job. */
export type WorkerAnswer =
  | {
    readonly result: SourceResults[keyof SourceResults];
    /** Of the clip among the results; null where nobody plays or looks at it yet. */
    readonly measures: ClipMeasures | null;
  }
  | { readonly error: { readonly name: string; readonly message: string } };

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<SentJob>) => void) | null;
  postMessage(message: WorkerAnswer, transfer: Transferable[]): void;
};

const shared = (samples: number) => new Float32Array(new SharedArrayBuffer(samples * 4));

self.onmessage = ({ data }) => {
  try {
    const job: SourceJob = data.type === "write" ? { ...data, source: () => data.source } : data;
    const result = doSourceJob(job, { allocate: shared, makesBulk: true });
    self.postMessage(
      { result, measures: data.isMeasured ? null : measured(job, result) },
      handedOver(result),
    );
  } catch (error) {
    const name = error instanceof Error ? error.name : "Error";
    self.postMessage({ error: { name, message: errorMessage(error) } }, []);
  }
};

function measured(
  { type }: SourceJob,
  result: SourceResults[keyof SourceResults],
): ClipMeasures | null {
  if (type === "keep" || typeof result === "boolean") return null;
  return measureClip("clip" in result ? result.clip : result);
}

function handedOver(result: SourceResults[keyof SourceResults]): Transferable[] {
  if (typeof result === "boolean" || !("buffer" in result)) return [];
  const { buffer, made } = result;
  return [buffer, made?.halves, made?.wireCopy]
    .flatMap((array) => array === undefined ? [] : [array.buffer as ArrayBuffer]);
}
