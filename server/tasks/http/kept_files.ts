/**
 * What terminals leave: transcripts and recordings, as they can be had over HTTP.
 *
 * @module
 */
import { CastError, CastReader, castV2Stream } from "../terminal/asciicast.ts";
import type { TaskView } from "../task_view.ts";
import { fileTag } from "./byte_range.ts";
import type { Content } from "./file_answer.ts";
import { type FileAccess, type OpenFile, piecesOf } from "./files.ts";

/** Sizes of exports that are remembered. */
const MAX_REMEMBERED = 64;
/** A recording's first line is no longer. */
const HEADER_BYTES = 16_384;

/** The files. */
export class KeptFiles {
  readonly #files: FileAccess;
  /** Sizes of recordings in version 2, by file and tag: each takes a reading of the whole to know. */
  readonly #exportBytes = new Map<string, number>();

  /** Opens nothing yet. */
  constructor(files: FileAccess) {
    this.#files = files;
  }

  /** The raw bytes of a task's terminal; null if there are none. */
  async transcript(task: TaskView): Promise<Content | null> {
    const file = await this.#files.open(task.files.transcript);
    return file === null
      ? null
      : wholeFile(file, "text/plain; charset=utf-8", `${task.taskId}.log`);
  }

  /** Its recording as it is, version 3; null if there is none. */
  async recording(task: TaskView): Promise<Content | null> {
    const file = await this.#files.open(task.files.recording);
    return file === null ? null : wholeFile(file, "application/x-asciicast", `${task.taskId}.cast`);
  }

  /**
   * Its recording in version 2, for older players; null if there is none.
   *
   * @throws {CastError} if the file is no recording.
   */
  async recordingV2(task: TaskView): Promise<Content | null> {
    const path = task.files.recording;
    const file = await this.#files.open(path);
    if (file === null) return null;
    try {
      const tag = fileTag(file.sizeBytes, file.modifiedMs, "-v2");
      return {
        sizeBytes: await this.#exportSize(file, `${path} ${tag}`),
        tag,
        type: "application/x-asciicast",
        fileName: `${task.taskId}-v2.cast`,
        pieces: (from, to) => cut(exported(file), from, to),
        close: () => file.close(),
      };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The last bytes of a transcript and how long it is; null if there is none. */
  async tail(
    task: TaskView,
    most: number,
  ): Promise<{ readonly file: OpenFile; readonly from: number } | null> {
    const file = await this.#files.open(task.files.transcript);
    return file === null ? null : { file, from: Math.max(0, file.sizeBytes - most) };
  }

  /** The size that a task's recording begins with, as far as it says one; null for no recording. */
  async recordedSize(
    task: TaskView,
  ): Promise<{ readonly cols: number | null; readonly rows: number | null } | null> {
    const file = await this.#files.open(task.files.recording);
    if (file === null || file.sizeBytes === 0) {
      file?.close();
      return null;
    }
    try {
      const [line = ""] = new TextDecoder().decode(await file.read(0, HEADER_BYTES)).split("\n", 1);
      const reader = new CastReader();
      reader.line(line);
      const { cols = null, rows = null } = reader.header ?? {};
      return { cols, rows };
    } catch (error) {
      if (!(error instanceof CastError)) throw error;
      return { cols: null, rows: null };
    } finally {
      file.close();
    }
  }

  async #exportSize(file: OpenFile, key: string): Promise<number> {
    const known = this.#exportBytes.get(key);
    if (known !== undefined) return known;
    let bytes = 0;
    for await (const piece of exported(notClosing(file))) bytes += piece.length;
    const [oldest] = this.#exportBytes.keys();
    if (this.#exportBytes.size >= MAX_REMEMBERED) this.#exportBytes.delete(oldest!);
    this.#exportBytes.set(key, bytes);
    return bytes;
  }
}

function wholeFile(file: OpenFile, type: string, fileName: string): Content {
  return {
    sizeBytes: file.sizeBytes,
    tag: fileTag(file.sizeBytes, file.modifiedMs),
    type,
    fileName,
    pieces: (from, to) => piecesOf(file, from, to),
    close: () => file.close(),
  };
}

/** A recording in version 2. Ends where the file ended when it was opened. */
function exported(file: OpenFile): AsyncIterable<Uint8Array> {
  return ReadableStream.from(piecesOf(file, 0, file.sizeBytes)).pipeThrough(castV2Stream());
}

function notClosing(file: OpenFile): OpenFile {
  return {
    sizeBytes: file.sizeBytes,
    modifiedMs: file.modifiedMs,
    read: (offset, length) => file.read(offset, length),
    close: () => {},
  };
}

/** Bytes `[from, to)` of a stream. */
async function* cut(
  pieces: AsyncIterable<Uint8Array>,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const piece of pieces) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += piece.length;
    if (part.length > 0) yield part;
    if (at >= to) return;
  }
}
