/**
 * Files on this machine's disk, opened for reading only. Counts what is read.
 *
 * @module
 */
import type { OpenTranscript, TranscriptFiles } from "../../server/board/read/files.ts";

/** Opens files. */
export class DiskFiles implements TranscriptFiles {
  /** Bytes that were read so far, and how often a file was opened. */
  readonly counts = { bytes: 0, opens: 0, refused: 0 };

  /** See {@link TranscriptFiles.open}. */
  open(path: string): OpenTranscript | null {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path, { read: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) this.counts.refused++;
      return null;
    }
    this.counts.opens++;
    const { counts } = this;
    return {
      stat() {
        const { dev, ino, size, mtime } = file.statSync();
        return { dev: dev ?? 0, ino: ino ?? 0, size, mtimeMs: mtime?.getTime() ?? 0 };
      },
      readAt(offset, into) {
        file.seekSync(offset, Deno.SeekMode.Start);
        let length = 0;
        while (length < into.length) {
          const count = file.readSync(into.subarray(length));
          if (count === null) break;
          length += count;
        }
        counts.bytes += length;
        return length;
      },
      close: () => file.close(),
    };
  }
}
