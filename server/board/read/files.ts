/**
 * Files, as the readers of transcripts need them. Reading is synchronous: it happens in a worker of
 * its own, where nobody waits for anything else.
 *
 * @module
 */

/** What tells one file from another, and whether it changed. */
export interface FileStat {
  /** Device. */
  readonly dev: number;
  /** Inode; 0 where the system has none. */
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  /** Last change, ms since the Unix epoch. */
  readonly mtimeMs: number;
}

/** An open file. */
export interface OpenTranscript {
  /** What it is now. */
  stat(): FileStat;
  /** Reads from a byte on; less than asked for at the end of the file only. Returns the count. */
  readAt(offset: number, into: Uint8Array): number;
  /** Closes it. */
  close(): void;
}

/** Where files come from. */
export interface TranscriptFiles {
  /** Opens a file for reading; null when it is not there, or may not be read. */
  open(path: string): OpenTranscript | null;
}

/** Reads `length` bytes; fewer when the file ends before. */
export function readRange(file: OpenTranscript, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, file.readAt(offset, bytes));
}
