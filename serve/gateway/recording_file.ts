/**
 * The file of a recording, and its folder of blobs. Whatever is written is whole or recognisably cut
 * off: lines are appended, blobs get their name only when they are complete. Writing is synchronous:
 * a killed process leaves everything that it had seen.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import {
  MAX_LINE_BYTES,
  type RecordedEvent,
  RECORDING_SCHEMA,
  type RecordingHeader,
  RecordingReader,
} from "../../scenarios/recording/mod.ts";
import { type BlobStore, MessageDigest, writeAllSync } from "./message_digest.ts";

/** Which binary messages are kept beside their digest. */
export type KeptBlobs = "all" | "uploads" | "none";

/** How a recording is kept. */
export interface RecordingFileOptions {
  /** The file; a folder of blobs is made beside it. */
  readonly path: string;
  /** Go on with a file that is there. */
  readonly resume: boolean;
  readonly keep: KeptBlobs;
  /** Bytes of file and blobs together. */
  readonly maxBytes: number;
  /** Bytes of one blob; larger ones are kept by their digest only. */
  readonly maxBlobBytes: number;
  readonly header: Omit<RecordingHeader, "schema" | "blobs" | "startedUnixS">;
  readonly unixS: number;
}

/** Where a recording goes on. */
export interface RecordingStart {
  /** Seconds since it began. */
  readonly offsetS: number;
  /** The highest number of a connection so far. */
  readonly connections: number;
}

/** Room that is kept for the last lines when the file is full. */
const RESERVED_BYTES = 8192;
const PART = ".part-";
const PIECE_BYTES = 1 << 20;
const encoder = new TextEncoder();

/** A recording that is being written. */
export class RecordingFile {
  readonly path: string;
  readonly start: RecordingStart;
  readonly #options: RecordingFileOptions;
  readonly #file: Deno.FsFile;
  readonly #folder: string;
  #bytes: number;
  #isFull = false;
  #failure: Error | null = null;
  #parts = 0;
  #events = 0;

  private constructor(
    options: RecordingFileOptions,
    opened: { file: Deno.FsFile; folder: string; bytes: number; start: RecordingStart },
  ) {
    this.path = options.path;
    this.#options = options;
    this.#file = opened.file;
    this.#folder = opened.folder;
    this.#bytes = opened.bytes;
    this.start = opened.start;
  }

  /**
   * Creates the file, or goes on with one.
   *
   * @throws {UsageError} when the file is there and may not be gone on with, is no recording, is
   * written by another process, or cannot be written.
   */
  static open(options: RecordingFileOptions): RecordingFile {
    const { path, resume } = options;
    let file: Deno.FsFile | null = null;
    let isThere = true;
    try {
      isThere = existsSync(path);
      if (isThere && !resume) {
        throw new UsageError(
          `${path} is there already; go on with it by --resume, or name another file`,
          { path },
        );
      }
      // Prompts and uploads are for nobody else to read.
      const mode = isThere ? {} : { createNew: true, mode: 0o600 };
      file = Deno.openSync(path, { read: true, write: true, ...mode });
      if (!file.tryLockSync(true)) {
        throw new UsageError(`${path} is being written by another process; name another file`, {
          path,
        });
      }
      return isThere && file.statSync().size > 0
        ? RecordingFile.#resumed(file, options)
        : RecordingFile.#fresh(file, options);
    } catch (error) {
      file?.close();
      // A file that holds nothing would stand in the way of the next try.
      if (file !== null && !isThere) removed(path);
      if (error instanceof UsageError) throw error;
      throw new UsageError(`cannot record to ${path}: ${reasonOf(error)}`, { path });
    }
  }

  static #fresh(file: Deno.FsFile, options: RecordingFileOptions): RecordingFile {
    const blobs = blobFolderName(options.path);
    const folder = join(dirname(options.path), blobs);
    if (options.keep !== "none") makeFolder(folder);
    const header: RecordingHeader = {
      schema: RECORDING_SCHEMA,
      startedUnixS: options.unixS,
      ...options.header,
      blobs,
    };
    const line = encoder.encode(`${JSON.stringify(header)}\n`);
    writeAllSync(file, line);
    const start = { offsetS: 0, connections: 0 };
    return new RecordingFile(options, { file, folder, bytes: line.length, start });
  }

  static #resumed(file: Deno.FsFile, options: RecordingFileOptions): RecordingFile {
    const { path, header: mine } = options;
    const seen = readThrough(file, path);
    if (seen.header.upstream !== mine.upstream) {
      throw new UsageError(
        `${path} is a recording of ${seen.header.upstream}, not of ${mine.upstream}; name another file`,
        { path },
      );
    }
    if (seen.header.promptsRedacted !== mine.promptsRedacted) {
      throw new UsageError(
        `${path} was begun ${seen.header.promptsRedacted ? "with" : "without"} --redact-prompts; ` +
          "go on with it likewise, or name another file",
        { path },
      );
    }
    // What was cut off can be read by nobody, and would spoil the line behind it.
    file.truncateSync(seen.wholeBytes);
    file.seekSync(0, Deno.SeekMode.End);
    const folder = join(dirname(path), seen.header.blobs);
    if (options.keep !== "none") makeFolder(folder);
    const blobBytes = tidied(folder);
    const offsetS = Math.max(seen.lastS, options.unixS - seen.header.startedUnixS);
    const start = { offsetS, connections: seen.connections };
    const bytes = seen.wholeBytes + blobBytes;
    const resumed = new RecordingFile(options, { file, folder, bytes, start });
    resumed.add({ t: round(offsetS), kind: "resume", tornBytes: seen.tornBytes });
    return resumed;
  }

  /** Bytes of file and blobs. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Events written by this process. */
  get events(): number {
    return this.#events;
  }

  /** Whether the cap was reached: what happens now is not recorded. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Why nothing could be written any more; null while all is well. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Writes an event, if there is room. Never throws: a session must not end with its recording. */
  add(event: RecordedEvent): void {
    if (this.#isFull || this.#failure !== null) return;
    const line = encoder.encode(`${JSON.stringify(event)}\n`);
    if (line.length > MAX_LINE_BYTES || this.#bytes + line.length > this.#roomBytes) {
      return this.#close(event.t);
    }
    this.#write(line);
    this.#events++;
  }

  /** The last word, for which there is always room. */
  finish(event: Extract<RecordedEvent, { kind: "stop" }>): void {
    if (this.#failure === null) this.#write(encoder.encode(`${JSON.stringify(event)}\n`));
    this.close();
  }

  /** Closes the file as it is. */
  close(): void {
    try {
      this.#file.close();
    } catch {
      // Closed before.
    }
  }

  /** Takes a binary message piece by piece. */
  message(dir: "up" | "down"): MessageDigest {
    const { keep, maxBlobBytes } = this.#options;
    const isKept = keep === "all" || (keep === "uploads" && dir === "up");
    const canKeep = isKept && !this.#isFull && this.#failure === null;
    return new MessageDigest(canKeep ? { maxBytes: maxBlobBytes, store: this.#store } : null);
  }

  /** What blobs need of this file. */
  readonly #store: BlobStore = {
    open: () => {
      const path = join(this.#folder, `${PART}${Deno.pid}-${++this.#parts}`);
      return { path, file: Deno.openSync(path, { write: true, createNew: true }) };
    },
    hasRoom: (bytes) => this.#bytes + bytes <= this.#roomBytes,
    keep: (path, sha256, bytes) => {
      const name = join(this.#folder, `${sha256}.bin`);
      const isThere = existsSync(name);
      if (isThere || this.#bytes + bytes > this.#roomBytes) {
        Deno.removeSync(path);
        return isThere;
      }
      Deno.renameSync(path, name);
      this.#bytes += bytes;
      return true;
    },
    fail: (error) => this.#fail(error),
  };

  get #roomBytes(): number {
    return this.#options.maxBytes - RESERVED_BYTES;
  }

  #close(t: number): void {
    this.#isFull = true;
    const event = { t, kind: "full", maxBytes: this.#options.maxBytes } as const;
    this.#write(encoder.encode(`${JSON.stringify(event)}\n`));
  }

  #write(line: Uint8Array): void {
    try {
      writeAllSync(this.#file, line);
      this.#bytes += line.length;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= new UsageError(
      `recording to ${this.path} stopped: ${reasonOf(error)}; what was written until then is whole`,
      { path: this.path },
    );
  }
}

/** The folder of blobs that belongs to a recording of this name. */
export function blobFolderName(path: string): string {
  return `${basename(path).replace(/\.ndjson$/i, "")}.blobs`;
}

/** Makes the folder of blobs, for nobody else to read. */
function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new Error(`${path}, where its blobs go, is there and is no folder`);
  }
}

/** Takes a file away; what cannot be taken away stays. */
function removed(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The caller has an error to tell that matters more.
  }
}

/** Reads what is there: its header, its last time, and how much of it is whole. */
function readThrough(file: Deno.FsFile, path: string) {
  const reader = new RecordingReader(path);
  const piece = new Uint8Array(PIECE_BYTES);
  let total = 0;
  for (;;) {
    const size = file.readSync(piece);
    if (size === null) break;
    total += size;
    reader.push(piece.subarray(0, size));
  }
  const { header, events, tornBytes } = reader.end();
  let [lastS, connections] = [0, 0];
  for (const event of events) {
    lastS = Math.max(lastS, event.t);
    if ("c" in event) connections = Math.max(connections, event.c);
  }
  return { header, lastS, connections, tornBytes, wholeBytes: total - tornBytes };
}

/** Removes blobs that were never finished; gives the bytes of the others. */
function tidied(folder: string): number {
  let bytes = 0;
  if (!existsSync(folder)) return 0;
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (!isFile) continue;
    const path = join(folder, name);
    if (name.startsWith(PART)) Deno.removeSync(path);
    else bytes += Deno.statSync(path).size;
  }
  return bytes;
}

function existsSync(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its folder is not there; make it first";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "permission denied; choose a folder that this process may write to";
  }
  return errorMessage(error);
}

function round(valueS: number): number {
  return Math.round(valueS * 1e6) / 1e6;
}
