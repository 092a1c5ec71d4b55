/**
 * The disk as tasks use it: a few whole operations, each with a bound. A server hands in the real one.
 *
 * @module
 */

/** What is at a path. A symbolic link is neither a file nor a folder. */
export interface DiskFacts {
  readonly kind: "file" | "folder" | "other";
  readonly sizeBytes: number;
  /** When it was last written, ms since the Unix epoch. */
  readonly mtimeMs: number;
}

/** Files and folders that are for their owner only: modes 0600 and 0700. */
export interface Disk {
  /** What is at a path; null for nothing. */
  facts(path: string): Promise<DiskFacts | null>;
  /** At most `maxBytes` of a file, from a place in it (its beginning unless told); null for no file. */
  read(path: string, maxBytes: number, from?: number): Promise<Uint8Array | null>;
  /** Puts a file there as a whole: whoever reads it sees the old content or the new one. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Adds to a file's end; makes the file if there is none. */
  append(path: string, text: string): Promise<void>;
  /** Makes a folder and those above it; one that is there is left as it is. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none for no folder. */
  list(path: string): Promise<readonly string[]>;
  /** Gives a file or folder another name. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all in it; nothing there is no error. */
  remove(path: string): Promise<void>;
}

const decoder = new TextDecoder();

/** A file's text up to `maxBytes`; null for no file. Bytes that are no text are replaced. */
export async function readText(
  disk: Pick<Disk, "read">,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  const bytes = await disk.read(path, maxBytes);
  return bytes === null ? null : decoder.decode(bytes);
}

/** The last `maxBytes` of a file as text; null for no file. */
export async function readTail(
  disk: Pick<Disk, "read" | "facts">,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  const facts = await disk.facts(path);
  if (facts?.kind !== "file") return null;
  const bytes = await disk.read(path, maxBytes, Math.max(0, facts.sizeBytes - maxBytes));
  return bytes === null ? null : decoder.decode(bytes);
}
