/**
 * What the gateway's threads say to each other. Plain data.
 *
 * @module
 */
import type { Direction, RecordedEvent, RedactorOptions } from "../../scenarios/recording/mod.ts";
import type { RecordingFileOptions, RecordingStart } from "./recording_file.ts";

/** What the thread that records is told. */
export type RecorderTask =
  | { readonly do: "open"; readonly file: RecordingFileOptions; readonly redact: RedactorOptions }
  /** Writes an event as it is. */
  | { readonly do: "event"; readonly event: RecordedEvent }
  /** Bytes of connection `c` went by. */
  | {
    readonly do: "bytes";
    readonly c: number;
    readonly dir: Direction;
    readonly t: number;
    readonly bytes: Uint8Array;
  }
  | { readonly do: "finish"; readonly event: Extract<RecordedEvent, { kind: "stop" }> };

/** How the recording stands. */
export interface RecorderState {
  /** Bytes of file and blobs. */
  readonly bytes: number;
  readonly isFull: boolean;
  /** Why nothing can be written any more; null while all is well. */
  readonly failure: string | null;
}

/** What it tells. */
export type RecorderNews =
  | { readonly is: "opened"; readonly start: RecordingStart }
  | { readonly is: "failed"; readonly message: string }
  /** So many more bytes are dealt with. */
  | { readonly is: "done"; readonly bytes: number; readonly state: RecorderState }
  | { readonly is: "finished"; readonly state: RecorderState };
