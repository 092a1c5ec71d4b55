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

/** Most bytes of a piece. */
const PIECE_BYTES = 4 * 2 ** 20;
/** Memory that pieces are read into, one after the other. */
let shared: Uint8Array | null = null;

/**
 * Reads a piece, at most `length` bytes, into memory that the next call uses again: what is read is good
 * until then. Memory of its own costs a piece as much as its bytes, and stays until it is collected.
 */
export function readPiece(file: OpenTranscript, offset: number, length: number): Uint8Array {
  shared ??= new Uint8Array(PIECE_BYTES);
  const into = shared.subarray(0, length);
  return into.subarray(0, file.readAt(offset, into));
}
