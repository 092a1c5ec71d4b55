/**
 * Files as those who only add to them see them.
 *
 * @module
 */

/** A file that is open to be added to. */
export interface FileSink {
  /** Adds all of the bytes, at once. @throws If they cannot be written. */
  write(bytes: Uint8Array): void;
  /** Closes it. Once. */
  close(): void;
}

/** Opens a file to be added to, mode 0600; makes it if need be. @throws If it cannot. */
export type OpenSink = (path: string) => FileSink;
