/**
 * Records by their number: read from the file in runs of neighbours, and kept for a while.
 *
 * @module
 */
import { asObject, type JsonObject } from "../read/fields.ts";
import { type OpenTranscript, readRange } from "../read/files.ts";
import type { ChunkCache, Costed, Lease } from "./chunk_cache.ts";
import type { TranscriptIndex } from "./transcript_index.ts";

/** Records that are read together. A window of 120 items takes five or six such runs. */
export const CHUNK_RECORDS = 64;
/** What parsed objects cost, over their bytes in the file. */
const COST_FACTOR = 3;

/** Records of one run, in order; null for what is no record. */
export type Chunk = readonly (JsonObject | null)[];

/** Where the records of an index come from. */
export interface SourceOptions {
  readonly index: TranscriptIndex;
  /** Names file and generation. */
  readonly key: string;
  readonly file: OpenTranscript;
  readonly cache: ChunkCache<Chunk>;
  /** Longer lines are not read, bytes. */
  readonly maxLineBytes: number;
}

/** Reads records of one file. Disposing of it lets the cache have its chunks back. */
export class RecordSource implements Disposable {
  readonly #options: SourceOptions;
  readonly #lease: Lease<Chunk>;

  /** Nothing is read yet. */
  constructor(options: SourceOptions) {
    this.#options = options;
    this.#lease = options.cache.lease();
  }

  /** A record; null for a line that holds none. */
  record(no: number): JsonObject | null {
    const { index, key } = this.#options;
    const chunkNo = Math.floor(no / CHUNK_RECORDS);
    const from = chunkNo * CHUNK_RECORDS;
    const to = Math.min(from + CHUNK_RECORDS, index.recordCount);
    const chunk = this.#lease.get(
      `${key}#${chunkNo}`,
      (stale) => this.#load(from, to, stale ?? []),
      (value) => value.length === to - from,
    );
    return chunk[no - from] ?? null;
  }

  /** The bytes of a line that holds no record, at most so many. */
  head(no: number, most: number): Uint8Array {
    const { file, index } = this.#options;
    return readRange(file, index.offsetOf(no), Math.min(most, index.lengthOf(no)));
  }

  /**
   * Lines as they stand in the file, read together: from a record on so many bytes, but one line at
   * least. What is longer than lines may be ends before it.
   */
  run(no: number, most: number): { readonly lines: readonly Uint8Array[]; readonly next: number } {
    const { file, index, maxLineBytes } = this.#options;
    const start = index.offsetOf(no);
    const endOf = (at: number) => index.offsetOf(at) + Math.min(index.lengthOf(at), maxLineBytes);
    let next = no + 1;
    while (next < index.recordCount && endOf(next) - start <= most) next++;
    const bytes = readRange(file, start, endOf(next - 1) - start);
    const lines = Array.from({ length: next - no }, (_, i) => {
      const at = index.offsetOf(no + i) - start;
      return bytes.subarray(at, at + index.lengthOf(no + i));
    });
    return { lines, next };
  }

  /** Ends the use of what was read. */
  [Symbol.dispose](): void {
    this.#lease[Symbol.dispose]();
  }

  /** Adds what is missing to what was read before. */
  #load(from: number, to: number, stale: Chunk): Costed<Chunk> {
    const { file, index, maxLineBytes } = this.#options;
    const records: (JsonObject | null)[] = [...stale];
    let bytes = 0;
    for (let no = from; no < from + stale.length; no++) bytes += index.lengthOf(no);
    for (let no = from + stale.length; no < to;) {
      if (index.lengthOf(no) > maxLineBytes) {
        records.push(null);
        no++;
        continue;
      }
      let end = no + 1;
      while (end < to && index.lengthOf(end) <= maxLineBytes) end++;
      const start = index.offsetOf(no);
      const run = readRange(
        file,
        start,
        index.offsetOf(end - 1) + index.lengthOf(end - 1) - start,
      );
      for (; no < end; no++) {
        const at = index.offsetOf(no) - start;
        const line = run.subarray(at, at + index.lengthOf(no));
        bytes += line.length;
        records.push(parsed(line));
      }
    }
    return { value: records, bytes: bytes * COST_FACTOR };
  }
}

const utf8 = new TextDecoder();

function parsed(line: Uint8Array): JsonObject | null {
  try {
    return asObject(JSON.parse(utf8.decode(line)));
  } catch {
    return null;
  }
}
