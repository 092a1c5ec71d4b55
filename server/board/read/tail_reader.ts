/**
 * Follows a file that grows: each byte is read once. Notices when the file is another one than before,
 * and then begins anew with the next generation.
 *
 * @module
 */
import { asObject } from "./fields.ts";
import {
  type FileStat,
  type OpenTranscript,
  readPiece,
  readRange,
  type TranscriptFiles,
} from "./files.ts";
import { type Line, LineSplitter } from "./lines.ts";

/** So many first bytes tell one file from another. */
const HEAD_BYTES = 4096;
/** The head of a file that goes on changing is compared so often, ms: most appends read nothing else. */
const HEAD_CHECK_MS = 60_000;
/** An unfinished last line counts as a line when nothing came for so long, ms. */
const QUIET_MS = 2000;

/** Where a reader is; what it needs to go on in another process. */
export interface TailState extends FileStat {
  /** The byte after the last line that was read. */
  readonly offset: number;
  /** How often the file was replaced. */
  readonly gen: number;
  /** Bytes that were left out at the beginning, as the file was too long. */
  readonly start: number;
  /** Stands for the first bytes, and how many those are. */
  readonly headHash: number;
  readonly headBytes: number;
}

/** What a reader is made of. */
export interface TailOptions {
  readonly files: TranscriptFiles;
  readonly path: string;
  /** Longer lines are cut to their head, bytes. */
  readonly maxLineBytes: number;
  /** Of a longer file only the end is read, bytes; 0 for no such limit. */
  readonly maxParseBytes: number;
  /** Where another reader of the file has stopped. */
  readonly state?: TailState;
  /** The generation of a file that is seen for the first time. */
  readonly gen?: number;
}

/** Who is told of lines. */
export interface TailSink {
  /** A line; its bytes are good until this returns. */
  onLine(line: Line): void;
  /** The file is another one: everything that came from it is void. */
  onReset(): void;
}

/** What one look at the file came to. */
export type PollResult =
  | { readonly kind: "gone" }
  | {
    readonly kind: "read";
    /** Bytes that were read. */
    readonly bytes: number;
    /** Whether there is more to read at once. */
    readonly isMore: boolean;
  };

/** Reads the lines of one file as it grows. */
export class TailReader {
  readonly #options: TailOptions;
  #state: TailState | null;
  #splitter: LineSplitter | null = null;
  /** Whether the first line to come is the rest of one whose beginning was left out. */
  #isCut = false;
  #grownMs = 0;
  /** When the head was compared last; not at all since the reader was made at −∞. */
  #headMs: number;

  /** Nothing is read yet. */
  constructor(options: TailOptions) {
    this.#options = options;
    this.#state = options.state ?? null;
    this.#headMs = -Infinity;
    if (options.state !== undefined) this.#splitter = this.#splitterAt(options.state.offset);
  }

  /** Where the reader is; null before its first look. */
  get state(): TailState | null {
    if (this.#state === null || this.#splitter === null) return null;
    // A line whose beginning was left out is no line yet.
    const offset = this.#isCut ? this.#state.start : this.#splitter.offset;
    return { ...this.#state, offset };
  }

  /** The generation: how often the file was replaced. */
  get gen(): number {
    return this.#state?.gen ?? this.#options.gen ?? 0;
  }

  /** Whether there is a last line without an end. */
  get isPending(): boolean {
    return (this.#splitter?.pendingBytes ?? 0) > 0;
  }

  /** Reads at most one piece of what is new. */
  poll(sink: TailSink, nowMs: number): PollResult {
    const file = this.#options.files.open(this.#options.path);
    if (file === null) return { kind: "gone" };
    try {
      return this.#poll(file, sink, nowMs);
    } finally {
      file.close();
    }
  }

  #poll(file: OpenTranscript, sink: TailSink, nowMs: number): PollResult {
    const stat = file.stat();
    if (this.#state === null) this.#begin(file, stat, this.#options.gen ?? 0, nowMs);
    else if (this.#isOther(file, stat, nowMs)) this.#restart(file, stat, sink, nowMs);
    const splitter = this.#splitter!;
    const from = splitter.readOffset;
    const wanted = stat.size - from;
    if (wanted <= 0) {
      this.#state = { ...this.#state!, ...plain(stat) };
      this.#endQuiet(sink, nowMs);
      return { kind: "read", bytes: 0, isMore: false };
    }
    const piece = readPiece(file, from, wanted);
    // What was appended to a transcript begins a record, or goes on with the last one.
    if (from > this.#state!.start && !this.#isLikely(piece) && this.#hasOtherHead(file)) {
      this.#restart(file, stat, sink, nowMs);
      return { kind: "read", bytes: piece.length, isMore: true };
    }
    if (this.#state!.headBytes === 0) this.#learnHead(file, from === 0 ? piece : null);
    this.#grownMs = nowMs;
    this.#state = { ...this.#state!, ...plain(stat) };
    this.#give(piece, sink);
    return { kind: "read", bytes: piece.length, isMore: from + piece.length < stat.size };
  }

  #give(piece: Uint8Array, sink: TailSink): void {
    for (const line of this.#splitter!.push(piece)) {
      if (!this.#isCut) {
        sink.onLine(line);
        continue;
      }
      this.#isCut = false;
      this.#state = { ...this.#state!, start: this.#splitter!.offset };
    }
  }

  /** A last line without an end counts when it is a whole record and nobody goes on with it. */
  #endQuiet(sink: TailSink, nowMs: number): void {
    const splitter = this.#splitter!;
    if (splitter.pendingBytes === 0 || this.#isCut || nowMs - this.#grownMs < QUIET_MS) return;
    const line = splitter.peek()!;
    if (!line.isWhole || !isRecord(line.bytes)) return;
    sink.onLine(line);
    splitter.take();
  }

  #begin(file: OpenTranscript, stat: FileStat, gen: number, nowMs: number): void {
    const { maxParseBytes } = this.#options;
    const isCut = maxParseBytes > 0 && stat.size > maxParseBytes;
    const start = isCut ? stat.size - maxParseBytes : 0;
    this.#isCut = isCut;
    this.#headMs = nowMs;
    this.#splitter = this.#splitterAt(start);
    this.#state = { ...plain(stat), offset: start, gen, start, headHash: 0, headBytes: 0 };
    if (isCut) this.#learnHead(file, null);
  }

  #restart(file: OpenTranscript, stat: FileStat, sink: TailSink, nowMs: number): void {
    this.#begin(file, stat, this.gen + 1, nowMs);
    sink.onReset();
  }

  /** What can be told without looking into the file; into it only when there is a reason to. */
  #isOther(file: OpenTranscript, stat: FileStat, nowMs: number): boolean {
    const state = this.#state!;
    if (stat.dev !== state.dev || stat.ino !== state.ino) return true;
    const { readOffset } = this.#splitter!;
    if (stat.size < readOffset) return true;
    const isChanged = stat.mtimeMs !== state.mtimeMs || stat.size !== state.size;
    const isDoubtful = stat.mtimeMs < state.mtimeMs || stat.size === readOffset ||
      nowMs - this.#headMs >= HEAD_CHECK_MS;
    if (!isChanged || !isDoubtful) return false;
    this.#headMs = nowMs;
    return this.#hasOtherHead(file);
  }

  #isLikely(piece: Uint8Array): boolean {
    if (this.#splitter!.pendingBytes > 0 || this.#isCut) return true;
    // Blank lines and NUL bytes before a record are known damage of real transcripts.
    const first = piece.find((byte) => byte > 0x20);
    return first === undefined || first === 0x7b;
  }

  #hasOtherHead(file: OpenTranscript): boolean {
    const { headBytes, headHash } = this.#state!;
    if (headBytes === 0) return false;
    const head = readRange(file, 0, headBytes);
    return head.length < headBytes || hashOf(head) !== headHash;
  }

  #learnHead(file: OpenTranscript, piece: Uint8Array | null): void {
    const head = (piece ?? readRange(file, 0, HEAD_BYTES)).subarray(0, HEAD_BYTES);
    this.#state = { ...this.#state!, headHash: hashOf(head), headBytes: head.length };
  }

  #splitterAt(offset: number): LineSplitter {
    return new LineSplitter(offset, this.#options.maxLineBytes);
  }
}

/** A stat without whatever else an implementation may put into it. */
function plain({ dev, ino, size, mtimeMs }: FileStat): FileStat {
  return { dev, ino, size, mtimeMs };
}

function isRecord(bytes: Uint8Array): boolean {
  try {
    return asObject(JSON.parse(new TextDecoder().decode(bytes))) !== null;
  } catch {
    return false;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  // Half as long as with an iterator, and every new file is hashed.
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}
