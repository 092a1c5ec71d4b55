/**
 * The end, or the beginning, of a file that nobody has indexed: good enough to be shown at once, with
 * places that stay good when the index is there.
 *
 * @module
 */
import { asObject, asText } from "../read/fields.ts";
import { type OpenTranscript, readRange } from "../read/files.ts";
import { LineSplitter } from "../read/lines.ts";
import { type Parsed, parseLine } from "../read/parse_line.ts";
import { blocksOf, toolResultsOf } from "../read/content.ts";
import { TranscriptIndex } from "./transcript_index.ts";

/** Bytes that are read at a time, and how often at most. */
const STEP_BYTES = 2 ** 20;
const MAX_STEPS = 2;

/** A part of a file, indexed. */
export interface PartialIndex {
  readonly index: TranscriptIndex;
  /** Bytes of the file that it is of. */
  readonly bytes: number;
  /** The byte after the last line. */
  readonly offset: number;
  /** Whether it is all of the file after all. */
  readonly isWhole: boolean;
}

/** What is asked for. */
export interface PartialOptions {
  readonly file: OpenTranscript;
  /** Where the part of the file begins that is read at all, and where it ends. */
  readonly start: number;
  readonly size: number;
  readonly maxLineBytes: number;
  /** Items that are wanted. */
  readonly limit: number;
  readonly splitsSidechains: boolean;
}

/** The last items. At most two steps are read, however long the file is. */
export function indexTail(options: PartialOptions): PartialIndex {
  const { file, start, size, limit } = options;
  let from = size;
  let bytes = new Uint8Array(0);
  for (let step = 0; step < MAX_STEPS && from > start; step++) {
    const length = Math.min(STEP_BYTES, from - start);
    from -= length;
    const more = readRange(file, from, length);
    const all = new Uint8Array(more.length + bytes.length);
    all.set(more);
    all.set(bytes, more.length);
    bytes = all;
    const part = partOf(options, bytes, from, from === start);
    const isLast = step === MAX_STEPS - 1 || from === start;
    if (isLast || part.index.countOf(0) >= limit) return part;
  }
  return partOf(options, bytes, from, from <= start);
}

/** The first items. */
export function indexHead(options: PartialOptions): PartialIndex {
  const { file, start, size } = options;
  const length = Math.min(STEP_BYTES, size - start);
  const part = partOf(options, readRange(file, start, length), start, true);
  return { ...part, isWhole: start + length >= size };
}

function partOf(
  { maxLineBytes, splitsSidechains }: PartialOptions,
  bytes: Uint8Array,
  from: number,
  isFromStart: boolean,
): PartialIndex {
  const splitter = new LineSplitter(from, maxLineBytes);
  const parsed: Parsed[] = [];
  let isCut = !isFromStart;
  for (const line of splitter.push(bytes)) {
    if (!isCut) parsed.push(...parseLine(line));
    isCut = false;
  }
  const index = new TranscriptIndex({ splitsSidechains });
  for (const part of isFromStart ? parsed : withoutRests(parsed)) index.add(part);
  return { index, bytes: bytes.length, offset: splitter.offset, isWhole: isFromStart };
}

/** Leaves out what may belong to an item whose beginning was not read. */
function withoutRests(parsed: readonly Parsed[]): Parsed[] {
  const calls = new Set<string>();
  let first: string | null = null;
  return parsed.filter((part) => {
    if (part.kind !== "record") return true;
    const message = asObject(part.record["message"]);
    if (message === null) return true;
    const blocks = blocksOf(message);
    if (part.record["type"] === "assistant") {
      const id = asText(message["id"]);
      first ??= id;
      if (id !== null && id === first) return false;
      for (const { id: call } of blocks) if (asText(call) !== null) calls.add(String(call));
      return true;
    }
    const results = toolResultsOf(blocks);
    const isOnlyResults = results.length > 0 && results.length === blocks.length;
    return !isOnlyResults || results.some(({ id }) => calls.has(id));
  });
}
