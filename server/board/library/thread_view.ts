/**
 * Opens a thread for a window: with the index where there is one, else with a part of the file that is
 * read for the occasion.
 *
 * @module
 */
import { type Cursor, parseCursor } from "../items/cursor.ts";
import type { WindowPlace } from "../items/params.ts";
import type { PlannedPlace } from "../items/plan.ts";
import { indexHead, indexTail, type PartialIndex } from "../items/provisional.ts";
import { RecordSource } from "../items/record_source.ts";
import type { TranscriptIndex } from "../items/transcript_index.ts";
import type { ThreadView } from "../items/window.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import type { OpenTranscript } from "../read/files.ts";
import type { BoardLibrary } from "./library.ts";
import type { SessionEntry } from "./session_entry.ts";
import type { TranscriptFile } from "./transcript_file.ts";

/** A file and the thread in it. */
export interface ThreadPlace {
  readonly file: TranscriptFile;
  /** The agent whose thread it is; null for the main one. */
  readonly agent: string | null;
}

/** A view that is open until it is disposed of. */
export interface OpenView extends Disposable {
  readonly view: ThreadView;
  /** The byte from which a stream goes on. */
  readonly offset: number;
}

/** The file that a thread is in; one of an agent may be in the session's own. */
export function threadPlace(entry: SessionEntry, agent: string | null): ThreadPlace | Problem {
  const own = agent === null ? null : entry.fileOfAgent(agent);
  const file = own ?? entry.main;
  if (file === null || !file.isThere) {
    return problem(404, "transcript_gone", "the transcript of this session is not there any more");
  }
  return { file, agent };
}

/** A view with the whole index, which is made if need be. */
export async function openWhole(
  library: BoardLibrary,
  { file, agent }: ThreadPlace,
  turn: () => Promise<void>,
): Promise<OpenView | Problem> {
  const index = await file.indexed(turn);
  library.usedIndex(file);
  const thread = threadNo(index, file, agent);
  if (thread === null) return noAgent();
  const opened = file.open();
  if (opened === null) {
    return problem(404, "transcript_gone", "the transcript of this session is not there any more");
  }
  return viewOf(library, opened, {
    index,
    thread,
    agent,
    key: file.key,
    gen: file.gen,
    shift: 0,
    isWhole: true,
    total: index.countOf(thread),
    isHeadCut: file.start > 0,
    offset: file.offset,
  });
}

/** A view of one end of a file, of which nothing else is read. */
export function openEnd(
  library: BoardLibrary,
  { file, agent }: ThreadPlace,
  { end, limit }: { readonly end: "head" | "tail"; readonly limit: number },
): OpenView | Problem {
  const opened = file.open();
  if (opened === null) {
    return problem(404, "transcript_gone", "the transcript of this session is not there any more");
  }
  const { size } = opened.stat();
  // Before its first look nobody knows where the part begins that is read.
  const { maxLineBytes, maxParseBytes } = library.options.limits;
  const isCut = maxParseBytes > 0 && size > maxParseBytes;
  const start = file.tail?.start ?? (isCut ? size - maxParseBytes : 0);
  const key = `${file.key}~${end}${start}-${size}`;
  const part = endPart(library, key, limit, () =>
    (end === "tail" ? indexTail : indexHead)({
      file: opened,
      start,
      size,
      maxLineBytes,
      limit,
      splitsSidechains: file.agent === null,
    }));
  const thread = threadNo(part.index, file, agent) ?? 0;
  const count = part.index.countOf(thread);
  const isWhole = part.isWhole && start === 0;
  const guess = part.bytes === 0 ? 0 : Math.round(count * (size - start) / part.bytes);
  return viewOf(library, opened, {
    index: part.index,
    thread,
    agent,
    // Records of a longer part have other numbers.
    key: `${key}.${part.bytes}`,
    gen: file.gen,
    shift: isWhole || end === "head" ? 0 : -count,
    isWhole,
    total: isWhole ? count : Math.max(count, guess),
    isHeadCut: start > 0,
    offset: end === "tail" ? part.offset : file.tail?.offset ?? part.offset,
  });
}

/** A part that is kept, if it is long enough; else it is read. */
function endPart(
  { ends }: BoardLibrary,
  key: string,
  limit: number,
  read: () => PartialIndex,
): PartialIndex {
  using lease = ends.lease();
  const load = () => {
    const part = read();
    return { value: { part, limit }, bytes: part.index.byteLength };
  };
  return lease.get(key, load, (it) => it.part.isWhole || it.limit >= limit).part;
}

/** Whether a window can be opened with one end of a file only. */
export function isEnd(place: WindowPlace, agent: string | null, file: TranscriptFile): boolean {
  const isOwn = agent === null || file.agent === agent;
  return isOwn && (place.kind === "head" || place.kind === "tail");
}

/** The place of a window as numbers of items. */
export function plannedPlace(
  place: WindowPlace,
  { view }: OpenView,
  entry: SessionEntry,
): PlannedPlace | Problem {
  if ("target" in place) {
    const cursor = parseCursor(place.target);
    const n = cursor === null ? itemOf(view, place.target) : numberOf(view, cursor, "around");
    if (isProblem(n)) return n;
    if (n === null) return notFound(entry, place.target);
    return { kind: "around", n };
  }
  if (!("cursor" in place)) return { kind: place.kind };
  const n = numberOf(view, place.cursor, place.kind);
  return isProblem(n) ? n : { kind: place.kind, n: n! };
}

/** The number of an item by its uuid, or by the id of a call in it; null for none in this thread. */
export function itemOf({ index, thread }: ThreadView, target: string): number | null {
  const byByte = /^b(\d{1,15})$/.exec(target);
  const record = byByte === null
    ? index.recordOfUuid(target) ?? index.recordOfCall(target)
    : index.recordAt(Number(byByte[1]));
  if (record === null || record >= index.recordCount) return null;
  const place = index.itemOf(record);
  return place.thread === thread && place.n < index.countOf(thread) ? place.n : null;
}

function numberOf(
  view: ThreadView,
  cursor: Cursor,
  kind: "before" | "after" | "around",
): number | Problem | null {
  const { index, thread, gen } = view;
  if (cursor.gen !== gen) {
    return problem(409, "cursor_stale", "the transcript is another file than it was", { gen });
  }
  const count = index.countOf(thread);
  if ("n" in cursor) {
    if (kind === "around") return cursor.n < count ? cursor.n : null;
    return Math.min(cursor.n, count);
  }
  for (let record = index.recordAt(cursor.offset); record < index.recordCount; record++) {
    const place = index.itemOf(record);
    if (place.thread === thread) return place.n;
  }
  return kind === "around" ? null : count;
}

/** Where else an item may be is a hint for whoever looks for it. */
function notFound(entry: SessionEntry, target: string): Problem {
  for (const file of entry.files.values()) {
    const record = file.index?.recordOfUuid(target) ?? file.index?.recordOfCall(target) ?? null;
    if (record === null || file.index === null) continue;
    const agent = file.agent ?? file.index.threads[file.index.itemOf(record).thread]?.agent;
    if (agent) {
      return problem(404, "item_not_found", "the item is in an agent's thread", { agent });
    }
  }
  return problem(404, "item_not_found", "this thread has no such item");
}

function noAgent(): Problem {
  return problem(404, "agent_not_found", "this session has no such agent");
}

function threadNo(
  index: TranscriptIndex,
  file: TranscriptFile,
  agent: string | null,
): number | null {
  return agent === null || file.agent === agent ? 0 : index.threadOfAgent(agent);
}

function viewOf(
  library: BoardLibrary,
  opened: OpenTranscript,
  parts: Omit<ThreadView, "source"> & { readonly key: string; readonly offset: number },
): OpenView {
  const { key, offset, ...rest } = parts;
  const source = new RecordSource({
    index: parts.index,
    key,
    file: opened,
    cache: library.cache,
    maxLineBytes: library.options.limits.maxLineBytes,
  });
  return {
    view: { ...rest, source },
    offset,
    [Symbol.dispose]() {
      source[Symbol.dispose]();
      opened.close();
    },
  };
}
