/**
 * Where sessions come from. Each kind of agent has an adapter; what it finds is files of JSON lines
 * that its records are read from.
 *
 * @module
 */
import type { TranscriptId } from "./ids.ts";
import type { JsonObject } from "./read/fields.ts";

/** A file that belongs to a session. */
export interface FoundFile {
  readonly path: string;
  /** The adapter's name. */
  readonly source: string;
  readonly session: TranscriptId;
  /** The agent whose file it is; null for the session's own. */
  readonly agent: string | null;
  /** When the file came to be, ms since the Unix epoch; NaN where the system does not say. */
  readonly birthMs: number;
  /** When it was changed last. */
  readonly mtimeMs: number;
  readonly size: number;
}

/** A file, as a walk through folders comes upon it. */
export interface WalkedFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly birthMs: number;
}

/** Sessions of one kind of agent. */
export interface SourceAdapter {
  /** Its name, which sessions tell as their source. */
  readonly name: string;
  /** Folders below which its files are, each with everything in it. */
  readonly folders: readonly string[];
  /** What a file is; null when it is none of this kind's. Nothing is read, unless the name does not tell. */
  sniff(file: WalkedFile, readHead: (path: string) => JsonObject | null): FoundFile | null;
  /** A record in the form that Headway reads; null to leave it out. */
  normalise(record: JsonObject): JsonObject | null;
}
