/**
 * Files in memory for the readers of transcripts: they count what is read of them.
 *
 * @module
 */
import type { FileStat, OpenTranscript, TranscriptFiles } from "../../server/board/read/files.ts";

interface MemoryFile {
  bytes: Uint8Array;
  ino: number;
  mtimeMs: number;
}

/** A disk of such files. */
export class MemoryTranscripts implements TranscriptFiles {
  /** Bytes that were read so far. */
  bytesRead = 0;
  /** Paths in the order in which they were opened. */
  readonly opened: string[] = [];
  readonly #files = new Map<string, MemoryFile>();
  #lastIno = 0;

  /** See {@link TranscriptFiles.open}. */
  open(path: string): OpenTranscript | null {
    const file = this.#files.get(path);
    if (file === undefined) return null;
    this.opened.push(path);
    return {
      stat: () => this.stat(path),
      readAt: (offset, into) => {
        const bytes = file.bytes.subarray(offset, offset + into.length);
        into.set(bytes);
        this.bytesRead += bytes.length;
        return bytes.length;
      },
      close: () => {},
    };
  }

  /** What a file is now. */
  stat(path: string): FileStat {
    const { bytes, ino, mtimeMs } = this.#files.get(path)!;
    return { dev: 1, ino, size: bytes.length, mtimeMs };
  }

  /** Makes a file, or another one in its place. */
  put(path: string, content: string | Uint8Array, mtimeMs = 0): void {
    this.#files.set(path, { bytes: bytesOf(content), ino: ++this.#lastIno, mtimeMs });
  }

  /** Writes a file anew, which stays the same one to the system. */
  overwrite(path: string, content: string | Uint8Array, mtimeMs: number): void {
    Object.assign(this.#files.get(path)!, { bytes: bytesOf(content), mtimeMs });
  }

  /** Appends to a file; makes it if need be. */
  append(path: string, content: string | Uint8Array, mtimeMs?: number): void {
    const file = this.#files.get(path);
    if (file === undefined) return this.put(path, content, mtimeMs);
    const more = bytesOf(content);
    const all = new Uint8Array(file.bytes.length + more.length);
    all.set(file.bytes);
    all.set(more, file.bytes.length);
    file.bytes = all;
    file.mtimeMs = mtimeMs ?? file.mtimeMs + 1;
  }

  /** Removes a file. */
  remove(path: string): void {
    this.#files.delete(path);
  }
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
