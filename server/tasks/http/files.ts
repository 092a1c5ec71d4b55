/**
 * Files that are served, as this part of the server sees them: opened and read by somebody else.
 *
 * @module
 */

/** A file that is open. */
export interface OpenFile {
  /** Bytes when it was opened; it may grow. */
  readonly sizeBytes: number;
  /** When it was last written to, ms since the Unix epoch. */
  readonly modifiedMs: number;
  /** Bytes `[offset, offset + length)`, fewer at its end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Closes it. More than once is allowed. */
  close(): void;
}

/** Opens files. */
export interface FileAccess {
  /** Null if there is none, or it is no ordinary file. */
  open(path: string): Promise<OpenFile | null>;
}

/** Bytes of one read. */
const READ_BYTES = 65_536;

/** Reads a part of a file, piece by piece, and closes it. */
export async function* piecesOf(
  file: OpenFile,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  try {
    for (let at = from; at < to;) {
      const bytes = await file.read(at, Math.min(READ_BYTES, to - at));
      if (bytes.length === 0) return;
      at += bytes.length;
      yield bytes;
    }
  } finally {
    file.close();
  }
}
