/**
 * One file of a session: how far it has been read, and its index when somebody has looked into it.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { TranscriptIndex } from "../items/transcript_index.ts";
import { type OpenTranscript, readPiece, type TranscriptFiles } from "../read/files.ts";
import { type Line, LineSplitter } from "../read/lines.ts";
import { type Parsed, parseLine } from "../read/parse_line.ts";
import { type PollResult, TailReader, type TailState } from "../read/tail_reader.ts";
import type { JsonObject } from "../read/fields.ts";

/** How much of files is read, bytes. */
export interface ReadLimits {
  /** Longer lines are cut to their head. */
  readonly maxLineBytes: number;
  /** Of a longer file only the end is read; 0 for no such limit. */
  readonly maxParseBytes: number;
}

/** What a file is made of. */
export interface TranscriptFileOptions {
  readonly files: TranscriptFiles;
  readonly limits: ReadLimits;
  readonly path: string;
  readonly agent: string | null;
  readonly normalise: (record: JsonObject) => JsonObject | null;
  readonly tail?: TailState;
  readonly countedTo?: number;
}

/** A file longer than this is not counted where it is not read, bytes. */
export const MAX_COUNTED_BYTES = 4 * 2 ** 30;

/** A file of a session. */
export class TranscriptFile {
  readonly path: string;
  readonly agent: string | null;
  /** Of a file whose beginning was left out: up to where its tokens have been counted. */
  countedTo: number;
  /** Whether there was something that could be read when it was looked at last. */
  isThere = true;
  readonly #options: TranscriptFileOptions;
  #reader: TailReader;
  #index: TranscriptIndex | null = null;
  #building: Promise<TranscriptIndex> | null = null;
  /** Cut short when the file becomes another one. */
  #epoch = 0;

  /** Nothing is read yet. */
  constructor(options: TranscriptFileOptions) {
    this.path = options.path;
    this.agent = options.agent;
    this.countedTo = options.countedTo ?? 0;
    this.#options = options;
    const { tail } = options;
    this.#reader = this.#newReader(tail === undefined ? {} : { state: tail });
  }

  /** Where the reader is; null before its first look. */
  get tail(): TailState | null {
    return this.#reader.state;
  }

  /** How often the file was replaced. */
  get gen(): number {
    return this.#reader.gen;
  }

  /** The byte after the last line that was read. */
  get offset(): number {
    return this.tail?.offset ?? 0;
  }

  /** Bytes at the beginning that are not read. */
  get start(): number {
    return this.tail?.start ?? 0;
  }

  /** Whether an unfinished last line waits to be told as one. */
  get isPending(): boolean {
    return this.#reader.isPending;
  }

  /** Whether tokens of a part that is not read have to be counted still. */
  get isUncounted(): boolean {
    return this.countedTo < this.start && this.start <= MAX_COUNTED_BYTES;
  }

  /** The index; null while nobody has asked for it. */
  get index(): TranscriptIndex | null {
    return this.#index;
  }

  /** Names file and generation in caches. */
  get key(): string {
    return `${this.path}@${this.gen}.${this.#epoch}`;
  }

  /** Reads at most one piece of what is new. */
  poll(
    sink: { onParsed(parsed: Parsed): void; onReset(): void },
    nowMs: number,
  ): PollResult {
    const result = this.#reader.poll({
      onLine: (line) => {
        for (const parsed of parseLine(line)) {
          const part = this.#normalised(parsed);
          if (part === null) continue;
          this.#index?.add(part);
          sink.onParsed(part);
        }
      },
      onReset: () => {
        this.#forget();
        sink.onReset();
      },
    }, nowMs);
    this.isThere = result.kind !== "gone";
    return result;
  }

  /** Begins to read the same file from its beginning. */
  restart(): void {
    this.#reader = this.#newReader({ gen: this.gen });
    this.#forget();
  }

  /** Opens it; null when it is not there. */
  open(): OpenTranscript | null {
    return this.#options.files.open(this.path);
  }

  /**
   * The index of all that has been read so far; from now on it goes with the reader. Between pieces
   * others get their turn.
   *
   * @param turn - Waits for the next turn.
   */
  async indexed(turn: () => Promise<void>): Promise<TranscriptIndex> {
    if (this.#index !== null) return this.#index;
    this.#building ??= this.#build(turn).finally(() => this.#building = null);
    return await this.#building;
  }

  /** Makes the index while the file is read for the first time, so that it is not read again for it. */
  indexFromStart(): void {
    if (this.tail === null) this.#index = new TranscriptIndex(this.#indexOptions);
  }

  /** Forgets the index; it is made again when somebody asks. */
  dropIndex(): void {
    this.#index = null;
  }

  /**
   * Reads a piece of what was left out at the beginning, for its tokens.
   *
   * @returns Bytes that were read.
   */
  count(onParsed: (parsed: Parsed) => void): number {
    const file = this.open();
    if (file === null) return 0;
    try {
      const { maxLineBytes } = this.#options.limits;
      const from = this.countedTo;
      const splitter = new LineSplitter(from, maxLineBytes);
      let bytes = 0;
      // A line that is longer than a piece takes several; one that nobody reads is passed over.
      while (splitter.offset === from && splitter.pendingBytes <= maxLineBytes) {
        const at = splitter.readOffset;
        const piece = readPiece(file, at, this.start - at);
        if (piece.length === 0) break;
        bytes += piece.length;
        for (const line of splitter.push(piece)) this.#countLine(line, onParsed);
      }
      const isStuck = splitter.offset === from;
      this.countedTo = isStuck ? splitter.readOffset : splitter.offset;
      return bytes;
    } finally {
      file.close();
    }
  }

  #countLine(line: Line, onParsed: (parsed: Parsed) => void): void {
    if (!mayHaveUsage(line.bytes)) return;
    for (const parsed of parseLine(line)) {
      const part = this.#normalised(parsed);
      if (part !== null) onParsed(part);
    }
  }

  async #build(turn: () => Promise<void>): Promise<TranscriptIndex> {
    for (;;) {
      const epoch = this.#epoch;
      const index = new TranscriptIndex(this.#indexOptions);
      const splitter = new LineSplitter(this.start, this.#options.limits.maxLineBytes);
      while (epoch === this.#epoch && splitter.readOffset < this.offset) {
        if (!this.#indexPiece(index, splitter)) break;
        await turn();
      }
      if (epoch !== this.#epoch) continue;
      // Of a file that cannot be read any more there is no more than this, and nothing to go on from.
      if (splitter.readOffset < this.offset) return index;
      // What the reader took for a line although it has no end is one here as well.
      const rest = splitter.peek();
      if (rest !== null) {
        for (const parsed of parseLine(rest)) this.#addNormalised(index, parsed);
      }
      this.#index = index;
      return index;
    }
  }

  #indexPiece(index: TranscriptIndex, splitter: LineSplitter): boolean {
    const file = this.open();
    if (file === null) return false;
    try {
      const from = splitter.readOffset;
      const piece = readPiece(file, from, this.offset - from);
      if (piece.length === 0) return false;
      for (const line of splitter.push(piece)) {
        for (const parsed of parseLine(line)) this.#addNormalised(index, parsed);
      }
      return true;
    } finally {
      file.close();
    }
  }

  #addNormalised(index: TranscriptIndex, parsed: Parsed): void {
    const part = this.#normalised(parsed);
    if (part !== null) index.add(part);
  }

  #normalised(parsed: Parsed): Parsed | null {
    if (parsed.kind !== "record") return parsed;
    const record = this.#options.normalise(parsed.record);
    if (record === null) return null;
    return record === parsed.record ? parsed : { ...parsed, record };
  }

  #forget(): void {
    this.#epoch++;
    // Who had an index gets one again, from the first line on.
    if (this.#index !== null) this.#index = new TranscriptIndex(this.#indexOptions);
    this.countedTo = 0;
  }

  get #indexOptions() {
    return { splitsSidechains: this.agent === null };
  }

  #newReader(more: { state?: TailState; gen?: number }): TailReader {
    const { files, limits, path } = this.#options;
    return new TailReader({ files, path, ...limits, ...more });
  }
}

/** Whether a line may tell of tokens: looked for as bytes, which is much faster than to parse it. */
function mayHaveUsage({ buffer, byteOffset, length }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, length).includes('"usage"');
}
